/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Who writes where, for file systems whose smallest direct write is larger
 * than a sector.
 *
 * A write of less than that is a read, a change and a write of more than its
 * own bytes, and must have them for itself; other writes only have to keep
 * away from those.  So a region of the file is either shared by any number of
 * whole writes or owned by one partial write.  Regions far apart can have the
 * same slot: that costs a wait, and never truth.
 */
#ifndef FLOOP_REGIONS_H
#define FLOOP_REGIONS_H

#include <linux/mutex.h>
#include <linux/spinlock.h>
#include <linux/types.h>
#include <linux/wait.h>

#define FLOOP_REGION_SHIFT	16	/* bytes: no direct write needs more */
#define FLOOP_REGION_SLOTS	256

struct floop_regions {
	spinlock_t lock;
	wait_queue_head_t released;
	struct mutex turn;		/* of the owner that waits: those after it wait for it */
	int slots[FLOOP_REGION_SLOTS];	/* under lock: sharers, or -1 */
	u16 wanted[FLOOP_REGION_SLOTS];	/* under lock: owners that wait; no new sharers */
};

void floop_regions_init(struct floop_regions *regions);

/*
 * All regions from byte @first to byte @last, or none of them and false.  Any
 * context.
 */
bool floop_regions_try(struct floop_regions *regions, loff_t first, loff_t last, bool whole);

/* The same, waiting.  May sleep; the caller holds no region. */
void floop_regions_get(struct floop_regions *regions, loff_t first, loff_t last, bool whole);

/* Any context. */
void floop_regions_put(struct floop_regions *regions, loff_t first, loff_t last, bool whole);

#endif /* FLOOP_REGIONS_H */
