/* SPDX-License-Identifier: GPL-2.0-only */
/* Discards of a mapped file, which give its space back: see punch.c. */
#ifndef FLOOP_PUNCH_H
#define FLOOP_PUNCH_H

#include <linux/blk_types.h>
#include <linux/llist.h>
#include <linux/sizes.h>
#include <linux/workqueue.h>

/* At once, so that nobody waits for long. */
#define FLOOP_PUNCH_SECTORS	(SZ_16M >> SECTOR_SHIFT)

struct floop_backing;
struct floop_io;

struct floop_punches {
	struct llist_head ios;
	struct work_struct work;
};

void floop_punch_init(struct floop_backing *backing);

/*
 * @io, a discard or zeroes that may have no blocks, is counted for the drain, and
 * nothing of it is under way.  True: begin again.  False: it is on its way, or
 * kept.  Worker.
 */
bool floop_punch(struct floop_io *io);

#endif /* FLOOP_PUNCH_H */
