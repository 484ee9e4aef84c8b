/* SPDX-License-Identifier: GPL-2.0-only */
/* The fast path: see remap.c.  For split.c, which goes on where it ends. */
#ifndef FLOOP_REMAP_H
#define FLOOP_REMAP_H

#include <linux/blkdev.h>

#include "claim.h"
#include "freeze.h"
#include "guard.h"

/* struct floop_io, flags */
#define FLOOP_IO_WRITE		0x01	/* changes blocks of the file */
#define FLOOP_IO_FROZEN_OUT	0x02	/* holds off freezing */
#define FLOOP_IO_DRAINED	0x04	/* counted for the drain */
#define FLOOP_IO_LOWER_DONE	0x08	/* the lower device has completed it */
#define FLOOP_IO_FILE		0x10	/* goes through the file system */
#define FLOOP_IO_REGIONS	0x20	/* has its regions of the file */
#define FLOOP_IO_PARTIAL	0x40	/* owns them */
#define FLOOP_IO_KEEPS		0x80	/* the blocks stay, and those that have to be are there */
#define FLOOP_IO_SPACE		0x100	/* while mapped a worker decides what becomes of it */
#define FLOOP_IO_FOLIO		0x200	/* and the regions of the folio that its end lies in */

/* A flush has no data. */
static inline bool floop_is_flush(const struct floop_io *io)
{
	return bio_op(io->bio) == REQ_OP_WRITE && !io->nr_sectors;
}

/* Neither data nor a flush: what it does to the blocks is the claim's choice. */
static inline bool floop_is_space(const struct floop_io *io)
{
	return bio_op(io->bio) == REQ_OP_DISCARD || bio_op(io->bio) == REQ_OP_WRITE_ZEROES;
}

/* It goes to the lower device like a write. */
static inline bool floop_passes(const struct floop_io *io)
{
	return bio_op(io->bio) == REQ_OP_DISCARD ? io->claim->pass_discards :
						   !io->claim->punches;
}

/* The file system gets the space back. */
static inline bool floop_gives_back(const struct floop_io *io)
{
	return io->claim->punches && io->claim->backing->guard->punches &&
	       !(io->flags & FLOOP_IO_KEEPS) && !(io->bio->bi_opf & REQ_NOUNMAP);
}

/* A discard is a hint; where the blocks must stay it is taken as one. */
static inline bool floop_ignores(const struct floop_io *io)
{
	return bio_op(io->bio) == REQ_OP_DISCARD && !io->claim->pass_discards &&
	       !floop_gives_back(io);
}

/* Whether anything may still be written to the file.  Any context. */
bool floop_may_write(struct floop_claim *claim);

/* From here on the lower device may be used for @io. */
static inline void floop_io_begin(struct floop_io *io)
{
	io->drain_index = floop_drain_enter(&io->claim->backing->drain);
	io->flags |= FLOOP_IO_DRAINED;
	this_cpu_inc(io->claim->count->begun);
}

/* It could not be used after all: @io begins again, or never. */
static inline void floop_io_unbegin(struct floop_io *io)
{
	io->flags &= ~FLOOP_IO_DRAINED;
	this_cpu_inc(io->claim->count->ended);
	floop_drain_leave(&io->claim->backing->drain, io->drain_index);
}

/* Whatever it will wait for now, it holds nothing meanwhile. */
static inline void floop_io_let_go(struct floop_io *io)
{
	floop_io_unbegin(io);
	if (io->flags & FLOOP_IO_FROZEN_OUT) {
		io->flags &= ~FLOOP_IO_FROZEN_OUT;
		floop_freeze_leave(io->claim->backing->sb);
	}
}

/* The file system has done the first sectors of it; nothing else of it is under way. */
static inline void floop_io_advance(struct floop_io *io, unsigned int nr_sectors)
{
	bio_advance(io->bio, nr_sectors << SECTOR_SHIFT);
	io->sector += nr_sectors;
	io->nr_sectors -= nr_sectors;
}

/* Most faces account for what they send to a device, and what the file system does is not. */
static inline unsigned long floop_io_account(const struct floop_io *io)
{
	return io->claim->face->accounts ? 0 : bio_start_io_acct(io->bio);
}

static inline void floop_io_account_end(const struct floop_io *io, unsigned long started)
{
	if (!io->claim->face->accounts)
		bio_end_io_acct(io->bio, started);
}

/* The file system has done all of it, or failed to; @io may be gone then. */
static inline void floop_io_end_by_file(struct floop_io *io, int err)
{
	floop_io_begin(io);
	io->flags |= FLOOP_IO_FILE;
	io->bio->bi_status = errno_to_blk_status(err);
	bio_endio(io->bio);
}

/* Point @bio to where it goes. */
static inline void floop_bio_aim(struct bio *bio, struct block_device *lower, u64 sector)
{
	bio_set_dev(bio, lower);
	bio->bi_iter.bi_sector = sector;
}

#endif /* FLOOP_REMAP_H */
