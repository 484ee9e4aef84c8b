// SPDX-License-Identifier: GPL-2.0-only
/*
 * Blocks of its own for a file that shares some with another one.
 *
 * Nobody else can give them to it, for that takes a writer, and all others are kept
 * off.  The file system copies what is shared, step by step, so that bios go on in
 * between.  FIEMAP says what that is: where there are no data a hole would get blocks as
 * well, and the SEEK_DATA of 6.1 passes over data that lie behind a hole, if the blocks
 * which XFS keeps ready for copies cover both.
 *
 * When nothing is shared any more XFS drops what it holds ready for copies.  6.1 does so
 * even if that is where dirty pages are to go, and 6.12 does not while the inode is
 * marked for having had some: so none may be there, and the mark is taken off.
 */
#include <linux/fs.h>
#include <linux/falloc.h>
#include <linux/fiemap.h>
#include <linux/pagemap.h>
#include <linux/sizes.h>

#include "backing.h"
#include "extents.h"
#include "file_space.h"
#include "file_sync.h"
#include "refusal.h"
#include "unshare.h"

#define STEP		SZ_4M
#define FINISH_TRIES	3

static int refuse_for_fs(struct floop_backing *b)
{
	return floop_fail(-EOPNOTSUPP, "%s gives no file blocks of its own", b->sb->s_type->name);
}

static int unshare_range(struct floop_backing *b, loff_t pos, loff_t len)
{
	int err;

	if (!sb_start_write_trylock(b->sb))
		return floop_fail(-EBUSY, "the lower file system is frozen, thaw it first");
	err = floop_file_allocate(b, FALLOC_FL_UNSHARE_RANGE, pos, len);
	sb_end_write(b->sb);
	if (err == -EOPNOTSUPP)
		return refuse_for_fs(b);
	if (err == -ENOSPC || err == -EDQUOT)
		return floop_fail(err, "there is no space for blocks of its own, at byte %lld", pos);
	return err;
}

static int clean(struct floop_backing *b)
{
	int err = vfs_fsync(b->file, 0);

	if (err)
		floop_file_sync_failed(b);
	return err ? err : write_inode_now(b->inode, 1);
}

/* XFS names no block of a file that it takes for one that shares some. */
static bool is_done(struct floop_backing *b, loff_t pos)
{
	sector_t block = pos >> b->inode->i_blkbits;

	return !bmap(b->inode, &block) && block;
}

/* Nothing is copied that is not shared, but it is asked of the file system. */
static int unshare_first(struct floop_backing *b, loff_t *pos)
{
	loff_t len = 0;
	int err = 0;

	*pos = 0;
	while (!err && !len && *pos < floop_backing_size(b))
		err = floop_extents_next(b, 0, pos, &len);
	return err || !len ? err : unshare_range(b, *pos, i_blocksize(b->inode));
}

/*
 * What the last step has copied made the inode dirty: once more, for its mark alone. If
 * there are blocks ready for a copy just there, one is made, and so on.
 */
static int finish(struct floop_backing *b)
{
	unsigned int i;
	loff_t pos;
	int err = unshare_first(b, &pos);

	for (i = 1; !err && !is_done(b, pos) && i < FINISH_TRIES; i++) {
		err = clean(b);
		if (!err)
			err = unshare_first(b, &pos);
	}
	return err;
}

/* At most so much that bios need not wait for long. */
static int unshare_next(struct floop_backing *b, loff_t *pos)
{
	loff_t len;
	int err = floop_extents_next(b, FIEMAP_EXTENT_SHARED, pos, &len);

	len = min_t(loff_t, len, STEP);
	if (!err && len)
		err = unshare_range(b, *pos, len);
	*pos += len;
	return err;
}

static int step(struct floop_backing *b, u64 *at)
{
	loff_t pos = *at;
	int err = clean(b);

	if (!err && !pos)
		err = unshare_first(b, &pos);
	pos = *at;
	if (!err)
		err = unshare_next(b, &pos);
	if (!err && pos >= floop_backing_size(b))
		err = clean(b) ?: finish(b);
	if (!err)
		*at = pos;
	return err;
}

int floop_unshare(struct floop_backing *b, u64 *pos)
{
	int err;

	if (*pos >= floop_backing_size(b))
		return 0;
	floop_refusal_clear();
	err = b->inode->i_op->fiemap ? step(b, pos) : refuse_for_fs(b);
	if (err && !*floop_refusal_sentence())
		return floop_fail(err, "the file can not get blocks of its own (error %d)", -err);
	return err;
}
