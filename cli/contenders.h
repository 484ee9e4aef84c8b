/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The ways to a file that are compared.  What a turn attaches is gone again when it ends,
 * however it ends: two that write could not be attached side by side.
 */
#ifndef CONTENDERS_H
#define CONTENDERS_H

#include <limits.h>
#include <stdbool.h>

#include "backing.h"
#include "fio.h"

enum {
	BY_FASTLOOP,
	BY_LOSETUP,
	BY_FILE,
	BY_LOWER,
	NR_CONTENDERS
};

/* Where they all work */
struct place {
	const struct backing *backing;
	uint64_t size;			/* bytes of it, from its beginning */
	char lower[PATH_MAX];		/* "": it has none, or lies nobody knows where */
	struct range stretch;		/* of it, in which the file lies */
	uint64_t ms;			/* of a turn */
};

#define HOW_SIZE	(PATH_MAX + 64)

struct contender {
	const char *name;
	/* An exit status; *@how, of HOW_SIZE, is in words what was measured. */
	int (*turn)(const struct place *place, const struct load *load, struct speed *speed,
		    char *how);
};

extern const struct contender contenders[NR_CONTENDERS];

/* Where the file lies */
void place_find(struct place *place, const struct backing *backing);

#endif /* CONTENDERS_H */
