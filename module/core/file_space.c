// SPDX-License-Identifier: GPL-2.0-only
/*
 * Discards and write zeroes through the file system.
 *
 * A discard gives the space back.  So do zeroes, unless they must keep it; what
 * the file system can not do for them is done by writing.
 */
#include <linux/fs.h>
#include <linux/falloc.h>

#include "claim.h"
#include "file_bounce.h"
#include "file_space.h"
#include "file_sync.h"

/* Not through vfs_fallocate(), which would take freeze protection once more. */
int floop_file_allocate(struct floop_backing *b, int mode, loff_t pos, loff_t len)
{
	struct floop_lease_owner owner;
	int err;

	if (!b->file->f_op->fallocate)
		return -EOPNOTSUPP;
	floop_lease_own(b, &owner);
	err = b->file->f_op->fallocate(b->file, mode | FALLOC_FL_KEEP_SIZE, pos, len);
	floop_lease_disown(b, &owner);
	return err;
}

/*
 * GFS2 wants to write to the file as one more writer, and we keep those out.  Who
 * discards what is swapped to is to hear of it.
 */
static int allocate(struct floop_io *io, int mode)
{
	int err = floop_file_allocate(io->claim->backing, mode,
				      (loff_t)io->sector << SECTOR_SHIFT,
				      (loff_t)io->nr_sectors << SECTOR_SHIFT);

	if (err == -ETXTBSY && !IS_SWAPFILE(io->claim->backing->inode))
		return -EOPNOTSUPP;
	return err;
}

static int zeroes(struct floop_io *io)
{
	bool keep = io->bio->bi_opf & REQ_NOUNMAP || !io->claim->punches;
	int err = allocate(io, keep ? FALLOC_FL_ZERO_RANGE : FALLOC_FL_PUNCH_HOLE);

	if (err == -EOPNOTSUPP && !keep)
		err = allocate(io, FALLOC_FL_ZERO_RANGE);
	if (err == -EOPNOTSUPP)
		err = floop_file_bounce_zeroes(io);
	if (!err && io->bio->bi_opf & REQ_FUA)
		err = floop_file_sync_write(io->claim);
	return err;
}

int floop_file_space(struct floop_io *io)
{
	if (bio_op(io->bio) == REQ_OP_DISCARD)
		return allocate(io, FALLOC_FL_PUNCH_HOLE);
	return zeroes(io);
}
