// SPDX-License-Identifier: GPL-2.0-only
/*
 * A bio that can not go in one piece from where it came.
 *
 * In a worker the face can no longer be asked to cut the bio short, so it is
 * cut here, at extent ends, as places become known.  The pieces are chained to
 * the bio, whose own completion ends all.  Each piece is on its way before the
 * next is allocated, so that the mempool behind them always refills.
 */
#include <linux/blkdev.h>

#include "changes.h"
#include "extents.h"
#include "fill.h"
#include "freeze.h"
#include "hold.h"
#include "mode.h"
#include "on_behalf.h"
#include "punch.h"
#include "remap.h"
#include "split.h"

static void fail(struct floop_io *io, blk_status_t status)
{
	io->bio->bi_status = status;
	bio_endio(io->bio);
}

/* @bio lies in @place entirely and is a piece of io->bio, or io->bio itself. */
static void send(struct floop_io *io, struct bio *bio, const struct floop_extent *place)
{
	if (place->state == FLOOP_EXTENT_HOLE) {
		if (!(io->flags & FLOOP_IO_WRITE))
			zero_fill_bio(bio);
		else if (WARN_ON_ONCE(bio_op(bio) == REQ_OP_WRITE))
			bio->bi_status = BLK_STS_IOERR;
		bio_endio(bio);
		return;
	}
	floop_bio_aim(bio, io->claim->backing->lower, place->lower);
	io->claim->face->submit(io->bio, bio);
}

static void send_piece(struct floop_io *io, const struct floop_extent *place)
{
	struct bio *piece = bio_split(io->bio, place->nr_sectors, GFP_NOIO,
				      &io->claim->backing->queues.pieces);

	bio_chain(piece, io->bio);
	send(io, piece, place);
}

static int look_up(struct floop_io *io, u64 sector, struct floop_extent *place)
{
	struct floop_backing *b = io->claim->backing;
	int err = floop_extents_lookup(b, NULL, sector, place);

	if (err)
		pr_err_ratelimited("fastloop: inode %lu on %pg: blocks at sector %llu can not be looked up (%d)\n",
				   b->inode->i_ino, b->lower, sector, err);
	return err;
}

/* io->bio is in use until the last piece is sent; do not touch @io after it. */
static void send_all(struct floop_io *io)
{
	u64 end = io->sector + io->nr_sectors;
	u64 sector = io->sector;
	struct floop_extent place;
	int err;

	floop_hold(FLOOP_HOLD_SPLIT);
	for (;;) {
		err = look_up(io, sector, &place);
		if (err) {
			fail(io, errno_to_blk_status(err));
			return;
		}
		if (place.nr_sectors >= end - sector)
			break;
		send_piece(io, &place);
		sector += place.nr_sectors;
	}
	send(io, io->bio, &place);
}

/*
 * The first hole in what @io writes to, nr_sectors 0 if there is none.  While @io
 * is in the drain no blocks go, so what was no hole stays none.
 */
static int find_hole(struct floop_io *io, struct floop_extent *hole)
{
	u64 end = io->sector + io->nr_sectors;
	u64 sector;
	int err;

	for (sector = io->sector; sector < end; sector += hole->nr_sectors) {
		err = look_up(io, sector, hole);
		if (err || hole->state == FLOOP_EXTENT_HOLE)
			return err;
	}
	hole->nr_sectors = 0;
	return 0;
}

static bool is_zeroes(const struct floop_io *io)
{
	return bio_op(io->bio) == REQ_OP_WRITE_ZEROES;
}

/* FUA is not enough for a block that the file system may still forget. */
static int make_durable_if_asked(struct floop_io *io)
{
	if (!(io->bio->bi_opf & REQ_FUA) || floop_changes_are_durable(io->claim))
		return 0;
	return floop_changes_sync_write(io->claim);
}

/* Zeroes for a hole are there already; the hole may not be, on disk. */
static bool leave_hole(struct floop_io *io)
{
	int err = make_durable_if_asked(io);

	io->flags |= FLOOP_IO_FILE;
	fail(io, errno_to_blk_status(err));
	return false;
}

static bool send_written(struct floop_io *io)
{
	int err = make_durable_if_asked(io);

	if (err)
		fail(io, errno_to_blk_status(err));
	else
		send_all(io);
	return false;
}

static bool wants_blocks(const struct floop_io *io)
{
	return io->bio->bi_opf & REQ_NOUNMAP && !(io->flags & FLOOP_IO_KEEPS);
}

static bool write_mapped(struct floop_io *io)
{
	struct floop_extent hole;
	int err = find_hole(io, &hole);

	if (err) {
		fail(io, errno_to_blk_status(err));
		return false;
	}
	if (!hole.nr_sectors)
		return send_written(io);
	if (is_zeroes(io) && wants_blocks(io))
		return floop_fill_reserve(io);
	if (floop_is_space(io))
		return send_written(io);
	if (floop_fill_is_needless(io, &hole))
		return leave_hole(io);
	return floop_fill(io, &hole);
}

/* What it flushes lies on the lower device, and where, in the file system. */
static void flush_mapped(struct floop_io *io)
{
	int err = 0;

	if (!floop_changes_are_durable(io->claim))
		err = floop_changes_sync(io->claim);
	if (err) {
		fail(io, errno_to_blk_status(err));
		return;
	}
	floop_bio_aim(io->bio, io->claim->backing->lower, 0);
	io->claim->face->submit(io->bio, io->bio);
}

static bool is_to_be_punched(const struct floop_io *io)
{
	u64 mask = io->claim->backing->unit_sectors - 1;

	if (!floop_is_space(io) || !floop_gives_back(io))
		return false;
	return !is_zeroes(io) || !((io->sector | io->nr_sectors) & mask);
}

/* As far as it is about to go. */
static u64 next_end(const struct floop_io *io)
{
	u64 nr = io->nr_sectors;

	if (is_to_be_punched(io))
		nr = min_t(u64, nr, FLOOP_PUNCH_SECTORS);
	return io->sector + nr;
}

/*
 * Counted for the drain, and everything that is left can wait.  Waiting was its
 * submitter's wish not to; it has been taken already.
 */
static bool step_mapped(struct floop_io *io)
{
	io->bio->bi_opf &= ~REQ_NOWAIT;
	bio_clear_polled(io->bio);
	if (floop_is_flush(io))
		flush_mapped(io);
	else if (floop_ignores(io))
		bio_endio(io->bio);
	else if (floop_change_keep(io, io->sector, next_end(io)))
		return false;
	else if (is_to_be_punched(io))
		return floop_punch(io);
	else if (io->flags & FLOOP_IO_WRITE)
		return write_mapped(io);
	else
		send_all(io);
	return false;
}

/* True: again, from the beginning. */
static bool step(struct floop_io *io)
{
	switch (floop_mode(io->claim->backing)) {
	case FLOOP_MAPPED:
		return step_mapped(io);
	case FLOOP_FILE:
		floop_file_take(io);
		break;
	case FLOOP_CHANGING:
		floop_gate_wait(io);
		break;
	}
	return false;
}

/* When it returns @io is ended, kept, or on its way. */
static void go(struct floop_io *io)
{
	struct floop_on_behalf w;

	floop_on_behalf_begin(&w, io->bio);
	while (step(io))
		;
	floop_on_behalf_end(&w);
}

static void split_work(struct work_struct *work)
{
	go(container_of(work, struct floop_io, work));
}

void floop_split_later(struct floop_io *io)
{
	INIT_WORK(&io->work, split_work);
	queue_work(io->claim->backing->queues.io, &io->work);
}

/* While it was parked the file system may have died. */
static bool begin_unparked(struct floop_io *io)
{
	io->flags |= FLOOP_IO_FROZEN_OUT;
	floop_io_begin(io);
	floop_hold(FLOOP_HOLD_UNPARK);
	if (floop_may_write(io->claim))
		return true;
	fail(io, BLK_STS_IOERR);
	return false;
}

/* Others are parked behind it, so it may not wait here. */
void floop_split_unparked(struct floop_io *io)
{
	if (begin_unparked(io))
		floop_split_later(io);
}

static void again_work(struct work_struct *work)
{
	struct floop_io *io = container_of(work, struct floop_io, work);

	if (!(io->flags & FLOOP_IO_WRITE)) {
		floop_io_begin(io);
		go(io);
	} else if (!floop_freeze_enter(io->claim->backing->sb)) {
		floop_park(io);
	} else if (begin_unparked(io)) {
		go(io);
	}
}

void floop_split_again(struct floop_io *io)
{
	INIT_WORK(&io->work, again_work);
	queue_work(io->claim->backing->queues.io, &io->work);
}
