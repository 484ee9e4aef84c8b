/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The only place that knows that kernels differ.  The sources are written as
 * if the newest kernel were the only one; what an older one lacks is supplied
 * here.  FLOOP_HAVE_* come from probes/have_*.c, each compiled against the
 * kernel at hand.
 */
#ifndef FLOOP_COMPAT_H
#define FLOOP_COMPAT_H

#include <linux/blkdev.h>
#include <linux/fs.h>
#include <linux/mount.h>
#include <linux/srcu.h>

/* An SRCU read section that ends in another context than it began in. */
#ifdef FLOOP_HAVE_SRCU_DOWN_READ
#define floop_srcu_down_read(ssp)	srcu_down_read(ssp)
#define floop_srcu_up_read(ssp, idx)	srcu_up_read(ssp, idx)
#else
#define floop_srcu_down_read(ssp)	__srcu_read_lock(ssp)
#define floop_srcu_up_read(ssp, idx)	__srcu_read_unlock(ssp, idx)
#endif

/* How a block device is opened: a type of its own since 6.5. */
#ifndef FLOOP_HAVE_BLK_MODE_T
typedef fmode_t blk_mode_t;
#define BLK_OPEN_READ	FMODE_READ
#define BLK_OPEN_WRITE	FMODE_WRITE
#endif

/* As whom a file's attributes are changed: a type of its own since 6.3. */
#ifdef FLOOP_HAVE_MNT_IDMAP
#define floop_notify_change(file, attr) \
	notify_change(file_mnt_idmap(file), file_dentry(file), attr, NULL)
#else
#define floop_notify_change(file, attr) \
	notify_change(file_mnt_user_ns(file), file_dentry(file), attr, NULL)
#endif

/*
 * Leases: apart from locks since 6.9, and what both have is in a core of its own,
 * with another prefix.  floop_lc(list) is its member `list`.
 */
#if __has_include(<linux/filelock.h>)
#include <linux/filelock.h>
#endif
#ifdef FLOOP_HAVE_FILE_LEASE
#define floop_lc(member)	c.flc_##member
#else
#define floop_lc(member)	fl_##member
#define file_lease			file_lock
#define lease_manager_operations	lock_manager_operations
#define locks_alloc_lease		locks_alloc_lock
#define locks_free_lease		locks_free_lock
#endif

#endif /* FLOOP_COMPAT_H */
