// SPDX-License-Identifier: GPL-2.0-only
/*
 * The fast path: a bio goes to where its blocks lie.
 *
 * On the way in a write holds off freezing, then every bio is counted for the
 * drain, then its place is looked up; on the way out the same in reverse.
 * Nothing here allocates, sleeps, or takes a lock that two CPUs share.  What
 * can not be done so (an unknown place, a frozen file system) is handed to
 * split.c and freeze.c.
 */
#include <linux/blkdev.h>
#include <linux/module.h>

#include "cache.h"
#include "changes.h"
#include "freeze.h"
#include "guard.h"
#include "hold.h"
#include "mode.h"
#include "remap.h"
#include "split.h"
#include "upkeep.h"

static bool file_is_unwritable(const struct floop_backing *b)
{
	return READ_ONCE(b->dead) || sb_rdonly(b->sb) ||
	       READ_ONCE(b->inode->i_flags) & FLOOP_UNWRITABLE_FLAGS;
}

/* Through the file system: what it does not test itself in every operation. */
static bool file_path_is_unwritable(const struct floop_backing *b)
{
	return floop_mode(b) == FLOOP_MAPPED ||
	       READ_ONCE(b->inode->i_flags) & (S_IMMUTABLE | S_VERITY | S_SWAPFILE);
}

bool floop_may_write(struct floop_claim *claim)
{
	if (likely(!claim->read_only && !file_is_unwritable(claim->backing)))
		return true;
	if (!claim->read_only && !file_path_is_unwritable(claim->backing))
		return true;
	if (!claim->failed_write) {
		claim->failed_write = true;
		pr_err("fastloop: inode %lu on %pg: %s, writes fail\n",
		       claim->backing->inode->i_ino, claim->backing->lower,
		       claim->read_only ? "attached read-only" :
		       claim->backing->dead ? "the file system takes no writes any more" :
		       sb_rdonly(claim->backing->sb) ? "the file system became read-only" :
		       "the file became immutable, verity, swap or encrypted");
	}
	return false;
}

static enum floop_verdict kill(struct floop_io *io)
{
	this_cpu_inc(io->claim->count->errors);
	return FLOOP_KILLED;
}

/*
 * A worker will send it: on behalf of the group of whoever is submitting it, which
 * only this moment knows.  One that goes to the lower device gets that elsewhere.
 */
static void remember_group(struct bio *bio)
{
	bio_associate_blkg(bio);
}

static enum floop_verdict map_elsewhere(struct floop_io *io, enum floop_mode mode)
{
	remember_group(io->bio);
	if (mode == FLOOP_FILE)
		floop_file_take(io);
	else
		floop_gate_wait(io);
	return FLOOP_TAKEN;
}

/* What the map alone can not do is for a worker. */
static enum floop_verdict hand_over(struct floop_io *io)
{
	remember_group(io->bio);
	floop_split_later(io);
	return FLOOP_TAKEN;
}

/* Enough if all it flushes lies in blocks that the file system has committed. */
static enum floop_verdict map_flush(struct floop_io *io, struct bio *bio)
{
	enum floop_mode mode;

	floop_io_begin(io);
	mode = floop_mode(io->claim->backing);
	if (unlikely(mode != FLOOP_MAPPED))
		return map_elsewhere(io, mode);
	if (unlikely(!floop_changes_are_durable(io->claim)))
		return hand_over(io);
	floop_bio_aim(bio, io->claim->backing->lower, 0);
	return FLOOP_REMAPPED;
}

/* Counted already, so it has to be ended and can not be killed. */
static enum floop_verdict read_hole(struct bio *bio)
{
	zero_fill_bio(bio);
	bio_endio(bio);
	return FLOOP_TAKEN;
}

/* For tests: only here is the submitter on the stack, who may not want to wait. */
static void hold(const struct floop_io *io)
{
	if (io->bio->bi_opf & REQ_NOWAIT)
		return;
	floop_hold(io->flags & FLOOP_IO_WRITE ? FLOOP_HOLD_MAP_WRITE : FLOOP_HOLD_MAP_READ);
}

/* A block that the file system may forget is not made durable by FUA alone. */
static bool is_fua_on_change(const struct floop_io *io)
{
	return io->bio->bi_opf & REQ_FUA && !floop_changes_are_durable(io->claim);
}

static enum floop_verdict map_unmapped(struct floop_io *io, struct bio *bio,
				       const struct floop_extent *place)
{
	if (place->state == FLOOP_EXTENT_HOLE && !(io->flags & FLOOP_IO_WRITE))
		return read_hole(bio);
	return hand_over(io);
}

/* As much of @bio as lies in the extent at its beginning. */
static enum floop_verdict map_place(struct floop_io *io, struct bio *bio)
{
	struct floop_backing *b = io->claim->backing;
	struct floop_extent place;

	floop_map_lookup(&b->map, io->sector, &place);
	if (unlikely(place.nr_sectors < io->nr_sectors && place.state != FLOOP_EXTENT_UNKNOWN)) {
		io->nr_sectors = place.nr_sectors;
		if (!io->claim->face->accept_partial(bio, io->nr_sectors)) {
			floop_io_let_go(io);
			return FLOOP_UNCUT;
		}
	}
	if (unlikely(place.state != FLOOP_EXTENT_MAPPED))
		return map_unmapped(io, bio, &place);
	if (unlikely(is_fua_on_change(io)))
		return hand_over(io);
	hold(io);
	floop_bio_aim(bio, b->lower, place.lower);
	return FLOOP_REMAPPED;
}

/* From here on it is counted. */
static enum floop_verdict map_counted(struct floop_io *io, struct bio *bio)
{
	enum floop_mode mode;

	floop_io_begin(io);
	mode = floop_mode(io->claim->backing);
	if (unlikely(mode != FLOOP_MAPPED))
		return map_elsewhere(io, mode);
	if (unlikely(io->flags & FLOOP_IO_SPACE))
		return hand_over(io);
	return map_place(io, bio);
}

static enum floop_verdict map_write(struct floop_io *io, struct bio *bio)
{
	if (unlikely(!floop_may_write(io->claim)))
		return kill(io);
	if (unlikely(!floop_freeze_enter(io->claim->backing->sb))) {
		remember_group(bio);
		floop_park(io);
		return FLOOP_TAKEN;
	}
	io->flags |= FLOOP_IO_FROZEN_OUT;
	return map_counted(io, bio);
}

/*
 * A face's disk may have become smaller since the block layer looked, or have partitions
 * that were read before it did; what lies behind the claim may be another device's.
 */
static bool is_outside(const struct floop_io *io, u64 sector)
{
	u64 size = io->claim->nr_sectors;

	return io->nr_sectors && (sector > size || io->nr_sectors > size - sector);
}

enum floop_verdict floop_map(struct floop_claim *claim, struct floop_io *io,
			     struct bio *bio, u64 sector)
{
	io->claim = claim;
	io->bio = bio;
	io->sector = claim->first_sector + sector;
	io->nr_sectors = bio_sectors(bio);
	io->flags = 0;
	io->requeue = false;

	if (unlikely(is_outside(io, sector)))
		return kill(io);
	switch (bio_op(bio)) {
	case REQ_OP_READ:
		return map_counted(io, bio);
	case REQ_OP_WRITE:
		if (!io->nr_sectors)
			return map_flush(io, bio);
		io->flags = FLOOP_IO_WRITE;
		return map_write(io, bio);
	case REQ_OP_WRITE_ZEROES:
	case REQ_OP_DISCARD:
		io->flags = FLOOP_IO_WRITE | (floop_passes(io) ? 0 : FLOOP_IO_SPACE);
		return map_write(io, bio);
	default:
		return kill(io);
	}
}
EXPORT_SYMBOL_GPL(floop_map);

/* A device that would have to wait, or lacks an operation, is not in error. */
static void note_error(struct floop_io *io)
{
	switch (io->bio->bi_status) {
	case BLK_STS_AGAIN:
	case BLK_STS_NOTSUPP:
	case BLK_STS_TARGET:
		return;
	default:
		this_cpu_inc(io->claim->count->errors);
		if (!(io->flags & FLOOP_IO_FILE))
			floop_upkeep_hurry(io->claim->backing);
	}
}

static void note_file_write(struct floop_backing *b, blk_status_t status)
{
	if (unlikely(status == BLK_STS_NOSPC))
		floop_low_water_found(&b->low_water);
	else
		floop_low_water_due(&b->low_water);
}

/* It may have reached the medium.  True: cached pages are being dropped. */
static bool note_write(struct floop_io *io)
{
	struct floop_backing *b = io->claim->backing;

	if (io->flags & FLOOP_IO_FILE) {
		note_file_write(b, io->bio->bi_status);
		return false;
	}
	if (io->bio->bi_status == BLK_STS_AGAIN)
		return false;
	floop_upkeep_written(b, io->sector);
	return floop_cache_drop(io);
}

/*
 * The lower device is done, or was never asked.  Cached pages are looked for
 * before the drain is left: whoever waits for it must know that none is dropped
 * behind his back.  Once the dropping is queued @io may be gone.
 */
static bool leave_lower(struct floop_io *io)
{
	struct floop_backing *b = io->claim->backing;
	int drain_index = io->drain_index;
	bool drops = false;

	io->flags |= FLOOP_IO_LOWER_DONE;
	if (unlikely(io->bio->bi_status != BLK_STS_OK))
		note_error(io);
	this_cpu_inc(io->claim->count->ended);
	if (io->flags & FLOOP_IO_WRITE)
		drops = note_write(io);
	floop_drain_leave(&b->drain, drain_index);
	return drops;
}

/*
 * The drain is left when the lower device is done; freezing is held off until
 * the cached pages are gone too.
 */
bool floop_endio(struct floop_io *io)
{
	if (!(io->flags & FLOOP_IO_DRAINED))
		return true;
	if (!(io->flags & FLOOP_IO_LOWER_DONE) && unlikely(leave_lower(io)))
		return false;
	if (io->flags & FLOOP_IO_FROZEN_OUT)
		floop_freeze_leave(io->claim->backing->sb);
	return true;
}
EXPORT_SYMBOL_GPL(floop_endio);
