/* SPDX-License-Identifier: GPL-2.0-only */
/* The backing file: open, excluded, mapped; one per inode.  See backing.c. */
#ifndef FLOOP_BACKING_H
#define FLOOP_BACKING_H

#include <linux/fs.h>
#include <linux/list.h>
#include <linux/lockdep.h>
#include <linux/mutex.h>
#include <linux/path.h>
#include <linux/spinlock.h>
#include <linux/workqueue.h>

#include "changes.h"
#include "drain.h"
#include "extent_map.h"
#include "file_io.h"
#include "lease.h"
#include "low_water.h"
#include "policy.h"
#include "punch.h"
#include "queues.h"
#include "refusal.h"

struct floop_guard;

/* How bios go: see mode.c. */
enum floop_mode {
	FLOOP_CHANGING,			/* not at all, at this moment */
	FLOOP_MAPPED,			/* to the lower device */
	FLOOP_FILE,			/* through the file system */
};

/*
 * Shared by all claims on the inode.  Exclusion and map belong to it, so that
 * a reloaded table and a second partition of one image see the same truth.
 */
struct floop_backing {
	/*
	 * What each bio reads.  Set when the file is opened, constant until it
	 * is closed, except mode, which changes while nobody is in the drain,
	 * and dead: the lower file system takes no writes any more.
	 */
	struct inode *inode;		/* whose content it is */
	struct super_block *sb;
	struct block_device *lower;	/* pinned by sb */
	struct floop_extent_map map;	/* updates under map_lock */
	enum floop_mode mode;		/* written under gate_lock */
	bool dead;
	struct floop_drain drain;

	/* What each write may change. */
	unsigned long written ____cacheline_aligned;	/* bit 0: since the last upkeep */
	u64 written_sector;		/* the first one since, about */
	struct delayed_work upkeep;	/* once a second while written to */

	/* Constant while open. */
	struct file *file ____cacheline_aligned;	/* in no descriptor table */
	struct inode *key;		/* what the path led to: a device's content is another one */
	const struct floop_guard *guard;
	struct floop_queues queues;
	unsigned int unit_sectors;	/* what the file system allocates at once */
	bool read_only;
	struct floop_file_path file_path;

	struct mutex map_lock;

	struct floop_changes changes;
	struct floop_punches punches;
	struct floop_low_water low_water;
	unsigned long full;		/* jiffies when a chunk did not fit, or 0 */

	/* Changes of the mode: one at a time, and bios that wait for its end. */
	struct mutex mode_lock;		/* before map_lock */
	enum floop_reason reason;	/* under mode_lock: why not mapped */
	bool excluded;			/* likewise: nobody else can write */
	bool shares;			/* likewise: blocks, with other files */
	bool kept_in_file;		/* likewise: demoted by hand, and not promoted so */
	bool may_change;		/* likewise: the file is open */
	unsigned int demotions;		/* likewise */
	unsigned int breaks;		/* likewise: of the lease */
	struct floop_lease lease;
	struct delayed_work again;	/* a promotion that may succeed by now */
	unsigned long again_after;	/* likewise: jiffies */
	struct list_head claims;	/* likewise */
	spinlock_t gate_lock;
	struct list_head gated;
	atomic_t sync_failures;		/* see file_sync.c */

	/* Writes that wait for the lower file system to thaw: see freeze.c. */
	spinlock_t parked_lock;
	struct list_head parked;
	struct delayed_work unpark;

	/* For status only. */
	atomic64_t lookups;
	atomic64_t fills;
	atomic64_t invalidated;

	struct mutex open_lock;		/* serialises opening and closing */
	struct lock_class_key open_key;	/* its class */
	unsigned int openers;		/* under open_lock */
	unsigned int users;		/* under the registry's lock */
	struct list_head node;		/* likewise */
};

/* How a file is to be opened by whoever is the first to attach it. */
struct floop_backing_spec {
	bool read_only;
	enum floop_map_mode map;
	enum floop_io_mode io;
	bool patient;
};

/*
 * The open backing of the inode that @path leads to, shared with whoever has it
 * already; excluded and settled unless its mode is FLOOP_FILE.  May sleep, does
 * I/O.  On failure the refusal has been recorded, the errno is returned and
 * nothing is held.
 */
int floop_backing_get(struct floop_backing **backing, const struct path *path,
		      const struct floop_backing_spec *spec);

/*
 * Nobody else can write, and what is in memory is durable.  Under mode_lock, but the
 * second also when nobody is there who could change the mode.
 */
int floop_backing_exclude(struct floop_backing *backing);
void floop_backing_unexclude(struct floop_backing *backing);
bool floop_backing_has_writers(const struct floop_backing *backing);
int floop_backing_settle(struct floop_backing *backing);

/* The last put undoes everything.  May sleep, does I/O. */
void floop_backing_put(struct floop_backing *backing);

/* Say why the file could not be opened, or may not be.  Returns an errno. */
int floop_backing_refuse_open(int err);

/* Bytes that the open files on @sb lack, as far as they were looked at.  May sleep. */
u64 floop_backing_all_wanted(const struct super_block *sb);

/* Unloading: nobody can hold one; for the assertion. */
bool floop_backing_none(void);

static inline bool floop_backing_is_device(const struct floop_backing *backing)
{
	return S_ISBLK(backing->inode->i_mode);
}

/* Bytes, and whole sectors; of a file that is mapped nobody else changes them. */
static inline loff_t floop_backing_size(const struct floop_backing *backing)
{
	return i_size_read(backing->inode);
}

static inline u64 floop_backing_sectors(const struct floop_backing *backing)
{
	return floop_backing_size(backing) >> SECTOR_SHIFT;
}

#endif /* FLOOP_BACKING_H */
