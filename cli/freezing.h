/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Devices that stand still, and the file systems on them frozen, for a moment.
 *
 * The plan is made while nothing is held.  Then it lies in memory that processes
 * share, so that one can undo what another has done; freezing_begin() and
 * freezing_end() allocate nothing, print nothing, and call nothing but the kernel.
 */
#ifndef FREEZING_H
#define FREEZING_H

#include <stdbool.h>
#include <stddef.h>
#include <sys/types.h>

#include "above.h"

/* What stands there now may be another file's. */
#define FREEZING_GONE "detached meanwhile; try again"

enum freezing_state {
	FREEZING_NOT,		/* or no more, or not by us */
	FREEZING_BEGUN,		/* it may have come to it, or not */
	FREEZING_DONE,
};

/* A file system, or a device */
struct freezing_step {
	const char *name;	/* path; the planning process's memory */
	int fd;			/* of the file system, or a native disk; else -1 */
	dev_t dev;		/* of the device */
	const char *identity;	/* of a native disk; as the name */
	size_t device;		/* which step is the file system's device */
	bool is_device;
	enum above_kind kind;	/* of the device */
	bool is_due;		/* it has to stand still; the file system on it decides */
	bool locks_fs;		/* and the kernel freezes what is mounted on it */
	volatile enum freezing_state state;
};

struct freezing {
	int control;		/* device-mapper's */
	size_t size;		/* of all of it, bytes */
	size_t nr;
	volatile size_t failed;	/* the step at which it could not be begun */
	volatile size_t left;	/* one that could not be undone */
	volatile int left_err;	/* why, 0: all could be */
	struct freezing_step steps[];
};

/*
 * All that @above has, and that the devices @roots stand still in the end.  A native disk
 * that is not what @above found any more is none of them: that fails.  Returns an exit
 * status; freezing_free() is due after STATUS_DONE only.  @above has to outlive it.
 */
int freezing_plan(struct freezing **freezing, const struct above *above, const dev_t *roots,
		  size_t nr_roots);
void freezing_free(struct freezing *freezing);

/* Have written now what would have to be written while others wait. */
void freezing_prepare(const struct freezing *freezing, const struct above *above);

/*
 * 0, or a negative errno and freezing->failed; what was done until then is left to
 * freezing_end().  @may_go_on is asked before each step.
 */
int freezing_begin(struct freezing *freezing, bool (*may_go_on)(void *arg), void *arg);

/* Undo what has been done, in any process; twice does no harm. */
void freezing_end(struct freezing *freezing);

#endif /* FREEZING_H */
