/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Tells of a file system that is nearly full, while images on it may still take
 * more: see low_water.c.
 */
#ifndef FLOOP_LOW_WATER_H
#define FLOOP_LOW_WATER_H

#include <linux/workqueue.h>

#include "queues.h"

#define FLOOP_LOW_WATER_PERIOD	HZ

struct floop_backing;

struct floop_low_water {
	struct delayed_work work;
	bool due;			/* the work has been asked for */
	bool reached;			/* written under mode_lock */
	u64 wanted;			/* bytes that the file lacked when it was looked at */
};

void floop_low_water_init(struct floop_low_water *low);

/* Now, and again when it is time.  May sleep, asks the file system. */
void floop_low_water_look(struct floop_backing *backing);

/* Never again.  May sleep. */
void floop_low_water_stop(struct floop_low_water *low);

/* The file has been given blocks, or has given some back.  Any context. */
static inline void floop_low_water_due(struct floop_low_water *low)
{
	if (READ_ONCE(low->due))
		return;
	WRITE_ONCE(low->due, true);
	mod_delayed_work(floop_upkeep_queue, &low->work, FLOOP_LOW_WATER_PERIOD);
}

/* A write found no room: do not be the last to say so.  Any context. */
static inline void floop_low_water_found(struct floop_low_water *low)
{
	if (!READ_ONCE(low->reached))
		mod_delayed_work(floop_upkeep_queue, &low->work, 0);
}

#endif /* FLOOP_LOW_WATER_H */
