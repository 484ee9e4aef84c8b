/* SPDX-License-Identifier: GPL-2.0-only */
/* What a written file needs once a second: see upkeep.c. */
#ifndef FLOOP_UPKEEP_H
#define FLOOP_UPKEEP_H

#include "backing.h"
#include "queues.h"

#define FLOOP_UPKEEP_PERIOD	HZ
#define FLOOP_WRITTEN		0	/* bit of backing->written */

void floop_upkeep_init(struct floop_backing *backing);

/* A last time, then never again.  May sleep, does I/O. */
void floop_upkeep_stop(struct floop_backing *backing);

/* Now rather than within a second.  May sleep, does I/O. */
void floop_upkeep_run(struct floop_backing *backing);

/* The lower device failed a bio: look whether the file system still lives. */
void floop_upkeep_hurry(struct floop_backing *backing);

/* A write to @sector completed, and its bio is about to be ended.  Any context. */
static inline void floop_upkeep_written(struct floop_backing *b, u64 sector)
{
	if (likely(test_bit(FLOOP_WRITTEN, &b->written)))
		return;
	WRITE_ONCE(b->written_sector, sector);
	if (!test_and_set_bit(FLOOP_WRITTEN, &b->written))
		queue_delayed_work(floop_upkeep_queue, &b->upkeep, FLOOP_UPKEEP_PERIOD);
}

#endif /* FLOOP_UPKEEP_H */
