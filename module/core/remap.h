/* SPDX-License-Identifier: GPL-2.0-only */
/* The fast path: see remap.c.  For split.c, which goes on where it ends. */
#ifndef FLOOP_REMAP_H
#define FLOOP_REMAP_H

#include "claim.h"

/* struct floop_io, flags */
#define FLOOP_IO_WRITE		0x01	/* changes blocks of the file */
#define FLOOP_IO_FROZEN_OUT	0x02	/* holds off freezing */
#define FLOOP_IO_DRAINED	0x04	/* counted for the drain */
#define FLOOP_IO_LOWER_DONE	0x08	/* the lower device has completed it */
#define FLOOP_IO_FILE		0x10	/* goes through the file system */
#define FLOOP_IO_REGIONS	0x20	/* has its regions of the file */
#define FLOOP_IO_PARTIAL	0x40	/* owns them */

/* A flush has no data. */
static inline bool floop_is_flush(const struct floop_io *io)
{
	return bio_op(io->bio) == REQ_OP_WRITE && !io->nr_sectors;
}

/* A discard is a hint; where the blocks must stay it is taken as one. */
static inline bool floop_ignores(const struct floop_io *io)
{
	return bio_op(io->bio) == REQ_OP_DISCARD && !io->claim->pass_discards;
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

/* Point @bio to where it goes. */
static inline void floop_bio_aim(struct bio *bio, struct block_device *lower, u64 sector)
{
	bio_set_dev(bio, lower);
	bio->bi_iter.bi_sector = sector;
}

#endif /* FLOOP_REMAP_H */
