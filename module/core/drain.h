/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Who is on the way to the lower device, and how to wait for exactly those.
 *
 * A bio enters before its place is looked up and leaves when the lower device
 * has completed it.  So whoever changes the map first and then waits here
 * knows that nobody uses the old place any more; bios that enter meanwhile see
 * the new map and are not waited for.  Reads count as writes do: a block that
 * was given away must not be read either.
 *
 * Enter and leave are per-CPU counters of sleepable RCU and may happen on
 * different CPUs, leave also in interrupt context.
 */
#ifndef FLOOP_DRAIN_H
#define FLOOP_DRAIN_H

#include <linux/srcu.h>

#include "floop_compat.h"

struct floop_drain {
	struct srcu_struct srcu;
	bool ready;
};

/* May sleep.  0 or -ENOMEM. */
static inline int floop_drain_init(struct floop_drain *drain)
{
	int err = init_srcu_struct(&drain->srcu);

	drain->ready = !err;
	return err;
}

/* May sleep.  Nobody may be inside any more.  Tolerates a zeroed drain. */
static inline void floop_drain_deinit(struct floop_drain *drain)
{
	if (!drain->ready)
		return;
	cleanup_srcu_struct(&drain->srcu);
	drain->ready = false;
}

/* Any context.  The index goes to floop_drain_leave(). */
static inline int floop_drain_enter(struct floop_drain *drain)
{
	return floop_srcu_down_read(&drain->srcu);
}

static inline void floop_drain_leave(struct floop_drain *drain, int index)
{
	floop_srcu_up_read(&drain->srcu, index);
}

/* May sleep; inherits the latency of the lower device. */
static inline void floop_drain_wait(struct floop_drain *drain)
{
	if (drain->ready)
		synchronize_srcu_expedited(&drain->srcu);
}

#endif /* FLOOP_DRAIN_H */
