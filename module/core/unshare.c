// SPDX-License-Identifier: GPL-2.0-only
/*
 * Blocks of its own for a file that shares some with another one.
 *
 * Nobody else can give them to it, for that takes a writer, and all others are kept
 * off.  The file system copies what is shared, step by step, so that bios go on in
 * between.  Only where there are data: a hole would get blocks as well.
 *
 * When nothing is shared any more XFS drops what it holds ready for copies.  6.1 does so
 * even if that is where dirty pages are to go, and 6.12 does not while the inode is
 * marked for having had some: so none may be there, and the mark is taken off.
 */
#include <linux/fs.h>
#include <linux/falloc.h>
#include <linux/pagemap.h>
#include <linux/sizes.h>

#include "backing.h"
#include "file_space.h"
#include "file_sync.h"
#include "refusal.h"
#include "unshare.h"

#define STEP		SZ_4M
#define FINISH_TRIES	3

/* The next data from *@pos on, at most a step; *@len 0 behind the last. */
static int find_data(struct floop_backing *b, loff_t *pos, loff_t *len)
{
	loff_t hole;

	*len = 0;
	*pos = vfs_llseek(b->file, *pos, SEEK_DATA);
	if (*pos == -ENXIO) {
		*pos = floop_backing_size(b);
		return 0;
	}
	if (*pos < 0)
		return *pos;
	hole = vfs_llseek(b->file, *pos, SEEK_HOLE);
	if (hole <= *pos)
		return hole < 0 ? hole : -EIO;
	*len = min_t(loff_t, hole - *pos, STEP);
	return 0;
}

static int unshare_range(struct floop_backing *b, loff_t pos, loff_t len)
{
	int err;

	if (!sb_start_write_trylock(b->sb))
		return floop_fail(-EBUSY, "the lower file system is frozen, thaw it first");
	err = floop_file_allocate(b, FALLOC_FL_UNSHARE_RANGE, pos, len);
	sb_end_write(b->sb);
	if (err == -EOPNOTSUPP)
		return floop_fail(err, "%s gives no file blocks of its own", b->sb->s_type->name);
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

/*
 * What the last step has copied made the inode dirty: once more, for its mark alone. If
 * there are blocks ready for a copy just there, one is made, and so on.
 */
static int finish(struct floop_backing *b)
{
	unsigned int i;
	loff_t pos = 0, len;
	int err = find_data(b, &pos, &len);

	for (i = 0; !err && len && !is_done(b, pos) && i < FINISH_TRIES; i++) {
		err = clean(b);
		if (!err)
			err = unshare_range(b, pos, min_t(loff_t, len, i_blocksize(b->inode)));
	}
	return err;
}

static int step(struct floop_backing *b, u64 *at)
{
	loff_t pos = *at, len;
	int err = clean(b);

	if (!err)
		err = find_data(b, &pos, &len);
	if (!err && len)
		err = unshare_range(b, pos, len);
	if (!err && pos + len >= floop_backing_size(b))
		err = finish(b);
	if (!err)
		*at = pos + len;
	return err;
}

int floop_unshare(struct floop_backing *b, u64 *pos)
{
	int err;

	if (*pos >= floop_backing_size(b))
		return 0;
	floop_refusal_clear();
	err = step(b, pos);
	if (err && !*floop_refusal_sentence())
		return floop_fail(err, "the file can not get blocks of its own (error %d)", -err);
	return err;
}
