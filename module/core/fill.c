// SPDX-License-Identifier: GPL-2.0-only
/*
 * Writes into holes of a mapped file.
 *
 * Only the file system can give a hole its blocks, and only by being written to:
 * an unwritten extent reads as zeroes, whatever lies in it.  So a small write has
 * a whole chunk around it filled with zeroes by the file system, and then goes to
 * the lower device as any other, like all that come to that chunk after it.  A
 * write that is as large as a chunk is given to the file system as it is.
 *
 * What is zeroed has to be a hole: the map says so, nobody else changes it now,
 * and the file system is asked once more.  Direct I/O where there is any; what
 * went by the page cache is on disk and out of it before the map is changed.
 */
#include <linux/blkdev.h>
#include <linux/delay.h>
#include <linux/falloc.h>
#include <linux/fs.h>
#include <linux/highmem.h>
#include <linux/mm.h>
#include <linux/pagemap.h>
#include <linux/sizes.h>
#include <linux/string.h>
#include <linux/uio.h>

#include "changes.h"
#include "extents.h"
#include "file_io.h"
#include "file_space.h"
#include "file_sync.h"
#include "fill.h"
#include "hold.h"
#include "remap.h"

#define CHUNK_BYTES	SZ_64K
#define CHUNK_SECTORS	(CHUNK_BYTES >> SECTOR_SHIFT)
#define ZERO_VECS	16		/* each of a chunk */
#define DROP_MS		10
#define DROP_LOG_TRIES	500
#define FULL_HOLDS	HZ		/* so long no chunk is tried after one did not fit */

static struct page *zero_pages;
static struct bio_vec zero_vecs[ZERO_VECS];

/* --- one write by the file system */

static bool is_direct(const struct floop_backing *b, loff_t pos, size_t len)
{
	return b->file->f_mode & FMODE_CAN_ODIRECT &&
	       !((pos | len) & (bdev_logical_block_size(b->lower) - 1));
}

static ssize_t write_once(struct floop_backing *b, loff_t pos, struct iov_iter *data, int flags)
{
	struct floop_lease_owner owner;
	struct kiocb kiocb;
	ssize_t put;

	init_sync_kiocb(&kiocb, b->file);
	kiocb.ki_pos = pos;
	kiocb.ki_flags |= flags | IOCB_WRITE;
	if (is_direct(b, pos, iov_iter_count(data)))
		kiocb.ki_flags |= IOCB_DIRECT;
	floop_lease_own(b, &owner);
	put = b->file->f_op->write_iter(&kiocb, data);
	floop_lease_disown(b, &owner);
	return put ?: -EIO;
}

/*
 * It may have gone by the page cache, or somebody has read there meanwhile.  The
 * file system may have waited for the write-back itself, and kept its error for a
 * later sync.
 */
static int settle(struct floop_backing *b, loff_t first, loff_t last, errseq_t since)
{
	struct address_space *mapping = b->inode->i_mapping;
	unsigned int tries = 0;
	int err;

	while (filemap_range_has_page(mapping, first, last)) {
		err = filemap_write_and_wait_range(mapping, first, last);
		if (err)
			return err;
		if (!invalidate_inode_pages2_range(mapping, first >> PAGE_SHIFT,
						   last >> PAGE_SHIFT))
			break;
		msleep(DROP_MS);
		if (++tries % DROP_LOG_TRIES == 0)
			pr_err_ratelimited("fastloop: inode %lu: can not drop cached pages at byte %lld, a write waits\n",
					   b->inode->i_ino, first);
	}
	return filemap_check_wb_err(mapping, since);
}

/*
 * Blocks that it got and that have no content must not be found there.  If that
 * fails as the fill did, @why is known: a file system that is gone, or its device.
 */
static void give_back(struct floop_backing *b, loff_t pos, loff_t end, int why)
{
	int err = floop_file_allocate(b, FALLOC_FL_PUNCH_HOLE, pos, end - pos);

	if (err && err != why)
		pr_err_ratelimited("fastloop: inode %lu on %pg: a hole that could not be filled can not be punched again, at byte %lld (%d)\n",
				   b->inode->i_ino, b->lower, pos, err);
}

/* After an attempt that ended with @err: all of it is there, or none. */
static int conclude(struct floop_backing *b, loff_t pos, loff_t end, errseq_t since, int err)
{
	int unsettled = settle(b, pos, end - 1, since);

	if (!err)
		err = unsettled;
	if (err)
		give_back(b, pos, end, err);
	return err;
}

/* --- zeroes */

static int put_zeroes(struct floop_backing *b, loff_t pos, loff_t end)
{
	ssize_t put;

	for (; pos < end; pos += put) {
		size_t len = min_t(loff_t, end - pos, ZERO_VECS * CHUNK_BYTES);
		struct iov_iter zeroes;

		iov_iter_bvec(&zeroes, WRITE, zero_vecs, ZERO_VECS, len);
		put = write_once(b, pos, &zeroes, 0);
		if (put < 0)
			return put;
	}
	return 0;
}

static int write_zeroes(struct floop_backing *b, loff_t pos, loff_t end)
{
	errseq_t since = filemap_sample_wb_err(b->inode->i_mapping);

	return conclude(b, pos, end, since, put_zeroes(b, pos, end));
}

static int zero_hole(struct floop_backing *b, const struct floop_extent *hole)
{
	loff_t pos = hole->sector << SECTOR_SHIFT;

	if (!floop_extents_is_hole(b, hole)) {
		pr_err_ratelimited("fastloop: inode %lu on %pg: there are data in what was known as a hole, at byte %lld\n",
				   b->inode->i_ino, b->lower, pos);
		return -EIO;
	}
	return write_zeroes(b, pos, pos + (hole->nr_sectors << SECTOR_SHIFT));
}

/* What is no hole is left alone. */
static int zero_holes(struct floop_backing *b, const struct floop_change *change,
		      u64 sector, u64 end)
{
	struct floop_extent place;
	int err;

	for (; sector < end; sector += place.nr_sectors) {
		err = floop_extents_lookup(b, change, sector, &place);
		if (err)
			return err;
		place.nr_sectors = min(place.nr_sectors, end - sector);
		if (place.state == FLOOP_EXTENT_HOLE)
			err = zero_hole(b, &place);
		if (err)
			return err;
	}
	return 0;
}

static bool is_full(const struct floop_backing *b)
{
	unsigned long full = READ_ONCE(b->full);

	return full && time_before(jiffies, full + FULL_HOLDS);
}

static bool has_no_space(int err)
{
	return err == -ENOSPC || err == -EDQUOT;
}

static int fill_around(struct floop_io *io, const struct floop_change *change)
{
	struct floop_backing *b = io->claim->backing;
	int err;

	if (is_full(b))
		return -ENOSPC;
	err = zero_holes(b, change, change->first, change->end);
	if (has_no_space(err)) {
		WRITE_ONCE(b->full, jiffies | 1);
		floop_extents_refresh(b, change);	/* some of it was filled */
	}
	return err;
}

/* On a file system that is nearly full only what has to be. */
static int fill_with_zeroes(struct floop_io *io, const struct floop_change *change)
{
	struct floop_backing *b = io->claim->backing;
	u64 first = round_down(io->sector, b->unit_sectors);
	u64 end = min(round_up(io->sector + io->nr_sectors, b->unit_sectors), change->end);
	int err = fill_around(io, change);

	return has_no_space(err) ? zero_holes(b, change, first, end) : err;
}

/* --- data */

static int put_data(struct floop_io *io, loff_t pos, loff_t end)
{
	struct floop_backing *b = io->claim->backing;
	bool fua = io->bio->bi_opf & REQ_FUA;
	struct iov_iter data;
	ssize_t put;

	io->done = 0;
	while (pos + io->done < end) {
		floop_file_iter(io, &data);
		put = write_once(b, pos + io->done, &data, fua ? IOCB_DSYNC : 0);
		if (put < 0 && fua && !has_no_space(put))
			floop_file_sync_failed(b);
		if (put < 0)
			return put;
		io->done += put;
	}
	return 0;
}

static int fill_with_data(struct floop_io *io)
{
	struct floop_backing *b = io->claim->backing;
	errseq_t since = filemap_sample_wb_err(b->inode->i_mapping);
	loff_t pos = io->sector << SECTOR_SHIFT;
	loff_t end = pos + ((loff_t)io->nr_sectors << SECTOR_SHIFT);

	return conclude(b, pos, end, since, put_data(io, pos, end));
}

/* As large as a chunk, and nothing has to be read or zeroed for it. */
static bool is_whole(const struct floop_io *io, const struct floop_extent *hole)
{
	u64 mask = io->claim->backing->unit_sectors - 1;

	return io->nr_sectors >= CHUNK_SECTORS && hole->sector == io->sector &&
	       hole->nr_sectors >= io->nr_sectors && !((io->sector | io->nr_sectors) & mask) &&
	       floop_file_goes_direct(io);
}

/* --- a fill */

/* @io goes on, or fails. */
static bool fill_ended(struct floop_io *io, struct floop_change *change, int err, bool all)
{
	struct floop_backing *b = io->claim->backing;

	floop_hold(FLOOP_HOLD_FILLED);
	floop_changes_made(b);
	floop_extents_refresh(b, change);
	floop_change_end(b, change);
	floop_low_water_due(&b->low_water);
	if (!err)
		atomic64_inc(&b->fills);
	if (!err && !all) {
		floop_io_begin(io);
		return true;
	}
	floop_io_end_by_file(io, err);
	return false;
}

/* @io is no longer in the drain, or kept, or has to begin again. */
static bool own(struct floop_io *io, struct floop_change *change, u64 first, u64 end,
		bool *again)
{
	struct floop_backing *b = io->claim->backing;

	end = min(end, floop_backing_sectors(b));
	if (!floop_change_begin(b, change, FLOOP_CHANGE_FILL, first, end)) {
		*again = !floop_change_keep(io, first, end);
		return false;
	}
	floop_io_unbegin(io);
	floop_hold(FLOOP_HOLD_FILL);
	return true;
}

static int check_guard(struct floop_backing *b)
{
	if (b->guard->fills && b->guard->fills(b))
		return 0;
	pr_err_ratelimited("fastloop: inode %lu on %pg: its holes can not be filled any more, because its data go elsewhere since its flags were changed; demote it\n",
			   b->inode->i_ino, b->lower);
	return -EIO;
}

static bool fill_chunk(struct floop_io *io)
{
	u64 first = round_down(io->sector, CHUNK_SECTORS);
	u64 end = round_up(io->sector + io->nr_sectors, CHUNK_SECTORS);
	struct floop_change change;
	bool again;
	int err;

	if (!own(io, &change, first, end, &again))
		return again;
	err = check_guard(io->claim->backing);
	if (!err)
		err = fill_with_zeroes(io, &change);
	return fill_ended(io, &change, err, false);
}

/* Whoever was faster has filled some of it: then there is no hole, or another one. */
static bool fill_whole(struct floop_io *io, const struct floop_extent *hole)
{
	struct floop_extent range = *hole;
	struct floop_change change;
	unsigned long started;
	bool again;
	int err;

	if (!own(io, &change, io->sector, io->sector + io->nr_sectors, &again))
		return again;
	range.nr_sectors = io->nr_sectors;
	err = check_guard(io->claim->backing);
	if (!err && !floop_extents_is_hole(io->claim->backing, &range))
		return fill_ended(io, &change, 0, false);
	started = floop_io_account(io);
	if (!err)
		err = fill_with_data(io);
	floop_io_account_end(io, started);
	return fill_ended(io, &change, err, true);
}

bool floop_fill(struct floop_io *io, const struct floop_extent *hole)
{
	return is_whole(io, hole) ? fill_whole(io, hole) : fill_chunk(io);
}

bool floop_fill_reserve(struct floop_io *io)
{
	struct floop_backing *b = io->claim->backing;
	struct floop_change change;
	bool again;
	int err;

	if (!own(io, &change, round_down(io->sector, b->unit_sectors),
		 round_up(io->sector + io->nr_sectors, b->unit_sectors), &again))
		return again;
	err = floop_file_allocate(b, 0, change.first << SECTOR_SHIFT,
			     (change.end - change.first) << SECTOR_SHIFT);
	if (err == -EOPNOTSUPP)
		err = 0;
	io->flags |= FLOOP_IO_KEEPS;
	return fill_ended(io, &change, err, false);
}

bool floop_fill_is_needless(const struct floop_io *io, const struct floop_extent *hole)
{
	struct bvec_iter at;
	struct bio_vec bv;

	if (hole->sector != io->sector || hole->nr_sectors < io->nr_sectors)
		return false;
	bio_for_each_segment(bv, io->bio, at) {
		char *data = bvec_kmap_local(&bv);
		bool is_zero = !memchr_inv(data, 0, bv.bv_len);

		kunmap_local(data);
		if (!is_zero)
			return false;
	}
	return true;
}

/* --- what all of them write */

int floop_fill_setup(void)
{
	unsigned int order = get_order(CHUNK_BYTES);
	unsigned int i;

	zero_pages = alloc_pages(GFP_KERNEL | __GFP_ZERO | __GFP_COMP, order);
	if (!zero_pages)
		return -ENOMEM;
	for (i = 0; i < ZERO_VECS; i++)
		bvec_set_page(&zero_vecs[i], zero_pages, CHUNK_BYTES, 0);
	return 0;
}

void floop_fill_cleanup(void)
{
	__free_pages(zero_pages, get_order(CHUNK_BYTES));
}
