// SPDX-License-Identifier: GPL-2.0-only
/*
 * XFS.
 *
 * What keeps the blocks still: the exclusion, as everywhere, for whatever needs the
 * file open for writing, an exchange of extents (xfs_fsr) and stores through a mapping
 * among it; and a layout lease for what does not, clones of the file and dedupes into
 * it.  Neither covers what the other does.
 *
 * A file that shares blocks, or ever did, is not mapped for writing: a write must
 * get blocks of its own, which is the file system's to do.  For reading it is: a
 * block that is shared moves for nobody but who writes to this file.
 */
#include <linux/blkdev.h>
#include <linux/delay.h>
#include <linux/exportfs.h>
#include <linux/fileattr.h>
#include <linux/iomap.h>
#include <linux/string.h>

#include "extents.h"
#include "guard.h"
#include "refusal.h"

#define WAIT_TRIES	50
#define WAIT_MS		10

static bool xfs_matches(const struct super_block *sb)
{
	return !strcmp(sb->s_type->name, "xfs") && sb->s_export_op &&
	       sb->s_export_op->map_blocks;
}

/*
 * Who asked for the lease before we had it, and found none, changes blocks under the
 * file's lock, so once that was free all such have ended.  It is not waited for: who
 * reads the file past the cache holds it while his memory is faulted in, and that may
 * come from a device that waits for us.
 */
static int wait_for_others(struct floop_backing *b)
{
	unsigned int i;

	for (i = 0; i < WAIT_TRIES; i++) {
		if (inode_trylock(b->inode)) {
			inode_unlock(b->inode);
			return 0;
		}
		msleep(WAIT_MS);
	}
	return floop_fail(-EBUSY, "somebody reads the file past the cache all the time, try again");
}

static bool is_realtime(struct floop_backing *b)
{
	struct fileattr attr = { .fsx_valid = true };

	return !vfs_fileattr_get(b->file->f_path.dentry, &attr) &&
	       attr.fsx_xflags & FS_XFLAG_REALTIME;
}

/* What XFS keeps to itself: its layout is none that could be handed out. */
static int check_kept(struct floop_backing *b)
{
	if (is_realtime(b))
		return floop_refuse(FLOOP_REASON_REALTIME, "");
	if (!b->read_only)
		return floop_refuse(FLOOP_REASON_REFLINKED, "or did so, fastloop unshare gives it blocks of its own");
	b->shares = true;
	return 0;
}

/* Asked as a server for pNFS would; the answer is of use for what it refuses. */
static int xfs_check(struct floop_backing *b)
{
	struct iomap place;
	u32 generation;
	int err = wait_for_others(b);

	if (err)
		return err;
	b->unit_sectors = i_blocksize(b->inode) >> SECTOR_SHIFT;
	b->shares = false;
	err = b->sb->s_export_op->map_blocks(b->inode, 0, i_blocksize(b->inode), &place,
					     false, &generation);
	if (err == -ENXIO)
		return check_kept(b);
	if (err)
		return floop_fail(err, "XFS does not say where the file's blocks are (error %d)", -err);
	if (place.bdev != b->lower)
		return floop_refuse(FLOOP_REASON_REALTIME, "");
	return 0;
}

/* Nothing but a clone or a dedupe could make it otherwise, and the lease is held. */
static bool xfs_fills(struct floop_backing *b)
{
	return !b->shares;
}

/*
 * FIEMAP needs a process; without one all is looked up when it is needed, which XFS
 * does not answer for a file that shares blocks.
 */
static int xfs_read_map(struct floop_backing *b, u64 sector, u64 nr_sectors, bool pinned)
{
	if (current->mm)
		return floop_extents_read(b, sector, nr_sectors, pinned);
	return b->shares ? floop_refuse(FLOOP_REASON_REFLINKED, "fastloop promote maps it") : 0;
}

const struct floop_guard floop_guard_xfs = {
	.matches	= xfs_matches,
	.check		= xfs_check,
	.needs_lease	= true,
	.punches	= true,
	.fills		= xfs_fills,
	.read_map	= xfs_read_map,
};
