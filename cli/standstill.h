/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Something done while devices stand still, by two processes: one does it, the other
 * watches.  Whichever of them is killed, the other sees to it that all goes on again.
 */
#ifndef STANDSTILL_H
#define STANDSTILL_H

#include <stdbool.h>

#include "freezing.h"

struct standstill_work {
	/*
	 * In the other process, while all stands still: allocates nothing, prints
	 * nothing, touches nothing that may stand still itself.  0 or a negative errno.
	 */
	int (*run)(void *arg, bool (*may_go_on)(void *standstill), void *standstill);
	/* There, when all goes on again, and whoever wanted it is gone */
	void (*forget)(void *arg);
	/* Here, ten times a second while it lasts, NULL: nothing; it must not wait */
	void (*show)(void *arg);
	void *arg;		/* in memory that processes share */
};

enum standstill_end {
	STANDSTILL_DONE,
	STANDSTILL_INTERRUPTED,	/* by a signal that signals_hold() holds back, or killed */
	STANDSTILL_NOT_LOCKED,	/* memory could not be locked: nothing was begun */
	STANDSTILL_NOT_BEGUN,	/* freezing->failed could not be brought to stand still */
	STANDSTILL_NOT_RUN,	/* work->run() has failed */
};

/*
 * Signals have to be held.  Everything goes on again when this returns, but for what
 * freezing->left_err tells of.  Sets *@err to a negative errno unless done.
 */
enum standstill_end standstill(struct freezing *freezing, const struct standstill_work *work,
			       int *err);

#endif /* STANDSTILL_H */
