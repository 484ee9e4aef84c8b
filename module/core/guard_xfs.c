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
#include <linux/exportfs.h>
#include <linux/fileattr.h>
#include <linux/iomap.h>
#include <linux/mm.h>
#include <linux/string.h>

#include "extents.h"
#include "guard.h"
#include "refusal.h"

static bool xfs_matches(const struct super_block *sb)
{
	return !strcmp(sb->s_type->name, "xfs") && sb->s_export_op &&
	       sb->s_export_op->map_blocks;
}

/* Or nobody can say. */
static bool is_realtime(struct floop_backing *b)
{
	struct fileattr attr = { .fsx_valid = true };

	return vfs_fileattr_get(b->file->f_path.dentry, &attr) ||
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
static int ask_for_layout(struct floop_backing *b)
{
	struct iomap place;
	u32 generation;
	int err = b->sb->s_export_op->map_blocks(b->inode, 0, i_blocksize(b->inode), &place,
						 false, &generation);

	if (err == -ENXIO)
		return check_kept(b);
	return err ? floop_fail(err, "XFS does not say where the file's blocks are (error %d)", -err) : 0;
}

/*
 * XFS names no block of a file that shares any, or ever did, nor of a realtime one. For a
 * file without data the layout is asked for instead, which waits for the file's lock.
 */
static int check_own(struct floop_backing *b)
{
	loff_t data = vfs_llseek(b->file, 0, SEEK_DATA);
	sector_t block;

	if (data == -ENXIO)
		return ask_for_layout(b);
	if (data < 0)
		return floop_fail(data, "XFS does not say where the file's data are (error %lld)", -data);
	block = data >> b->inode->i_blkbits;
	return bmap(b->inode, &block) || !block ? check_kept(b) : 0;
}

/* The end of a file lies in a page, for what moves it (mode.c), and so in a block. */
static int xfs_check(struct floop_backing *b)
{
	b->unit_sectors = i_blocksize(b->inode) >> SECTOR_SHIFT;
	b->shares = false;
	if (i_blocksize(b->inode) > PAGE_SIZE)
		return floop_refuse(FLOOP_REASON_UNKNOWN_FS, "its blocks are larger than a page");
	return check_own(b);
}

/*
 * Of a file without data its owner can say that they shall lie on the realtime device,
 * lease or not.
 */
static bool xfs_fills(struct floop_backing *b)
{
	return !b->shares && !is_realtime(b);
}

/*
 * FIEMAP does not say on which device.  Without it all is looked up when it is needed, which
 * XFS does not answer for a file that shares blocks.
 */
static int xfs_read_map(struct floop_backing *b, u64 sector, u64 nr_sectors, bool pinned)
{
	int err = 0;

	if (pinned)
		return floop_refuse(FLOOP_REASON_CLONABLE, "");
	if (floop_extents_are_told())
		err = floop_extents_read(b, sector, nr_sectors, pinned);
	else if (b->shares)
		err = floop_refuse(FLOOP_REASON_REFLINKED, "a promotion by message maps it, of who has CAP_SYS_RAWIO");
	if (!err && is_realtime(b))
		err = floop_refuse(FLOOP_REASON_REALTIME, "");
	return err;
}

const struct floop_guard floop_guard_xfs = {
	.matches	= xfs_matches,
	.check		= xfs_check,
	.needs_lease	= true,
	.punches	= true,
	.fills		= xfs_fills,
	.read_map	= xfs_read_map,
};
