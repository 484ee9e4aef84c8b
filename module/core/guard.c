// SPDX-License-Identifier: GPL-2.0-only
/*
 * The rules common to all file systems, and the index of guards.
 *
 * A file system is mapped because a guard proves that nothing moves the file's
 * blocks while it is attached, and never because it happens to work: whatever
 * has no guard is refused.
 */
#include <linux/blkdev.h>
#include <linux/dax.h>
#include <linux/delay.h>
#include <linux/magic.h>
#include <linux/string.h>

#include "guard.h"
#include "refusal.h"

#define LOCK_TRIES	500
#define LOCK_US		1000

static const struct floop_guard *const guards[] = {
	&floop_guard_ext4,
	&floop_guard_vfat,
	&floop_guard_xfs,
};

/* File systems whose reason is known better than "no guard". */
static const struct {
	const char *type;
	enum floop_reason reason;
} known_types[] = {
	{ "btrfs",	FLOOP_REASON_COW_FS },
	{ "bcachefs",	FLOOP_REASON_COW_FS },
	{ "nilfs2",	FLOOP_REASON_COW_FS },
	{ "f2fs",	FLOOP_REASON_COW_FS },
	{ "zonefs",	FLOOP_REASON_ZONED },
	{ "nfs",	FLOOP_REASON_NETWORK_FS },
	{ "nfs4",	FLOOP_REASON_NETWORK_FS },
	{ "cifs",	FLOOP_REASON_NETWORK_FS },
	{ "smb3",	FLOOP_REASON_NETWORK_FS },
	{ "ceph",	FLOOP_REASON_NETWORK_FS },
	{ "afs",	FLOOP_REASON_NETWORK_FS },
	{ "9p",		FLOOP_REASON_NETWORK_FS },
	{ "gfs2",	FLOOP_REASON_NETWORK_FS },
	{ "ocfs2",	FLOOP_REASON_NETWORK_FS },
};

static enum floop_reason reason_of_fs(const struct super_block *sb)
{
	unsigned int i;

	for (i = 0; i < ARRAY_SIZE(known_types); i++)
		if (!strcmp(sb->s_type->name, known_types[i].type))
			return known_types[i].reason;
	return sb->s_bdev ? FLOOP_REASON_UNKNOWN_FS : FLOOP_REASON_NO_BLOCK_DEVICE;
}

static const struct floop_guard *find_guard(const struct super_block *sb)
{
	unsigned int i;

	if (!sb->s_bdev)
		return NULL;
	for (i = 0; i < ARRAY_SIZE(guards); i++)
		if (guards[i]->matches(sb))
			return guards[i];
	return NULL;
}

static int check_lower(const struct floop_backing *b)
{
	if (bdev_is_zoned(b->lower))
		return floop_refuse(FLOOP_REASON_ZONED, "%pg", b->lower);
	return 0;
}

static int check_inode(const struct floop_backing *b)
{
	struct inode *inode = b->inode;

	if (IS_DAX(inode))
		return floop_refuse(FLOOP_REASON_DAX, "");
	if (IS_SWAPFILE(inode))
		return floop_refuse(FLOOP_REASON_SWAPFILE, "swapoff it first");
	if (IS_ENCRYPTED(inode))
		return floop_refuse(FLOOP_REASON_ENCRYPTED, "");
	if (IS_VERITY(inode))
		return floop_refuse(FLOOP_REASON_VERITY, "");
	if (IS_APPEND(inode))
		return floop_refuse(FLOOP_REASON_APPEND_ONLY, "chattr -a it first");
	if (IS_IMMUTABLE(inode) && !b->read_only)
		return floop_refuse(FLOOP_REASON_IMMUTABLE, "attach it read-only, or chattr -i it first");
	return 0;
}

struct block_device *floop_guard_lower(const struct super_block *sb)
{
	static const char *const keepers[] = { "f2fs", "exfat", "ext2" };
	int i = match_string(keepers, ARRAY_SIZE(keepers), sb->s_type->name);

	return i >= 0 || find_guard(sb) ? sb->s_bdev : NULL;
}

int floop_guard_look_file(struct floop_backing *b)
{
	if (!S_ISREG(b->inode->i_mode) && !S_ISBLK(b->inode->i_mode))
		return floop_fail(-EINVAL, "neither a regular file nor a block device");
	if (IS_SWAPFILE(b->inode))
		return floop_refuse(FLOOP_REASON_SWAPFILE, "swapoff it first");
	if (b->read_only)
		return 0;
	if (IS_VERITY(b->inode))
		return floop_refuse(FLOOP_REASON_VERITY, "");
	if (IS_APPEND(b->inode))
		return floop_refuse(FLOOP_REASON_APPEND_ONLY, "chattr -a it first");
	if (IS_IMMUTABLE(b->inode))
		return floop_refuse(FLOOP_REASON_IMMUTABLE, "attach it read-only, or chattr -i it first");
	if (sb_rdonly(b->sb) && S_ISREG(b->inode->i_mode))
		return floop_refuse(FLOOP_REASON_READ_ONLY_FS, "attach it read-only");
	return 0;
}

int floop_guard_look(struct floop_backing *b)
{
	int err;

	b->guard = floop_backing_is_device(b) ? &floop_guard_block : find_guard(b->sb);
	if (!b->guard)
		return floop_refuse(reason_of_fs(b->sb), "%s", b->sb->s_type->name);
	err = check_lower(b);
	if (!err)
		err = check_inode(b);
	return err;
}

/*
 * Who asked for the lease before we had it, and found none, changes blocks under the
 * file's lock, so once that was free all such have ended.  It is not waited for: who
 * reads the file may hold it while his memory is faulted in, and that may come from a
 * device that waits for us.
 */
static int wait_for_others(struct floop_backing *b)
{
	unsigned int i;

	for (i = 0; i < LOCK_TRIES; i++) {
		if (inode_trylock(b->inode)) {
			inode_unlock(b->inode);
			return 0;
		}
		usleep_range(LOCK_US, 2 * LOCK_US);
	}
	return floop_refuse(FLOOP_REASON_BEING_READ, "");
}

/* It is granted, and given back: our own writes, which ask for it, wait that long. */
static int try_lease(struct floop_backing *b)
{
	int err = floop_lease_take(b);

	floop_lease_drop(b);
	return err;
}

int floop_guard_foresee(struct floop_backing *b)
{
	int err = 0;

	if (!b->guard->needs_lease)
		return 0;
	if (b->reason != FLOOP_REASON_LEASE_BROKEN)
		err = try_lease(b);
	return err ? err : wait_for_others(b);
}

int floop_guard_hold(struct floop_backing *b)
{
	int err;

	if (!b->guard->needs_lease)
		return 0;
	err = floop_lease_take(b);
	return err ? err : wait_for_others(b);
}

void floop_guard_release(struct floop_backing *b)
{
	floop_lease_drop(b);
}

int floop_guard_check(struct floop_backing *b)
{
	int err = check_inode(b);

	if (!err)
		err = b->guard->check(b);
	return err;
}
