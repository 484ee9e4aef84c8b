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
#include <linux/sched/mm.h>

#include "extents.h"
#include "freeze.h"
#include "hold.h"
#include "mode.h"
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
		if (io->flags & FLOOP_IO_WRITE)
			bio->bi_status = BLK_STS_IOERR;
		else
			zero_fill_bio(bio);
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

static int look_up(struct floop_backing *b, u64 sector, struct floop_extent *place)
{
	int err = 0;

	floop_map_lookup(&b->map, sector, place);
	if (place->state == FLOOP_EXTENT_UNKNOWN)
		err = floop_extents_lookup(b, sector, place);
	if (!err && WARN_ON_ONCE(!place->nr_sectors))
		err = -EIO;
	return err;
}

/* io->bio is in use until the last piece is sent; do not touch @io after it. */
static void send_all(struct floop_io *io)
{
	struct floop_backing *b = io->claim->backing;
	u64 end = io->sector + io->nr_sectors;
	u64 sector = io->sector;
	struct floop_extent place;
	int err;

	for (;;) {
		err = look_up(b, sector, &place);
		if (err) {
			pr_err_ratelimited("fastloop: inode %lu on %pg: blocks at sector %llu can not be looked up (%d)\n",
					   b->inode->i_ino, b->lower, sector, err);
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

/* Waiting was its submitter's wish not to; it has been taken already. */
static void send_all_noio(struct floop_io *io)
{
	unsigned int noio = memalloc_noio_save();

	io->bio->bi_opf &= ~REQ_NOWAIT;
	bio_clear_polled(io->bio);
	floop_hold(FLOOP_HOLD_SPLIT);
	send_all(io);
	memalloc_noio_restore(noio);
}

static void split_work(struct work_struct *work)
{
	send_all_noio(container_of(work, struct floop_io, work));
}

void floop_split_later(struct floop_io *io)
{
	INIT_WORK(&io->work, split_work);
	queue_work(io->claim->backing->queues.io, &io->work);
}

/* Counted for the drain, and everything that is left can wait. */
static void go_mapped(struct floop_io *io)
{
	struct bio *bio = io->bio;

	if (floop_is_flush(io)) {
		floop_bio_aim(bio, io->claim->backing->lower, 0);
		io->claim->face->submit(bio, bio);
	} else if (floop_ignores(io)) {
		bio_endio(bio);
	} else {
		send_all_noio(io);
	}
}

static void go(struct floop_io *io)
{
	switch (floop_mode(io->claim->backing)) {
	case FLOOP_MAPPED:
		go_mapped(io);
		break;
	case FLOOP_FILE:
		floop_file_take(io);
		break;
	case FLOOP_CHANGING:
		floop_gate_wait(io);
		break;
	}
}

/* While it was parked the file system may have died. */
void floop_split_unparked(struct floop_io *io)
{
	io->flags |= FLOOP_IO_FROZEN_OUT;
	floop_io_begin(io);
	floop_hold(FLOOP_HOLD_UNPARK);
	if (floop_may_write(io->claim))
		go(io);
	else
		fail(io, BLK_STS_IOERR);
}

static void again_work(struct work_struct *work)
{
	struct floop_io *io = container_of(work, struct floop_io, work);

	if (!(io->flags & FLOOP_IO_WRITE)) {
		floop_io_begin(io);
		go(io);
	} else if (floop_freeze_enter(io->claim->backing->sb)) {
		floop_split_unparked(io);
	} else {
		floop_park(io);
	}
}

void floop_split_again(struct floop_io *io)
{
	INIT_WORK(&io->work, again_work);
	queue_work(io->claim->backing->queues.io, &io->work);
}
