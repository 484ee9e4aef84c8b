/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The kernel's rules, module/core/guard*.c, as far as they can be judged from
 * userspace and without attaching.
 */
#ifndef RULES_H
#define RULES_H

#include "backing.h"
#include "extents.h"
#include "reasons.h"

struct verdict {
	const struct backing *backing;
	struct range range;
	bool is_read_only;
	bool is_pinned;		/* nothing of it may be a hole */
	int fd;			/* open for reading */

	/* filled by rules_judge() */
	enum reason reason;	/* REASON_NONE: it would be mapped */
	char *detail;		/* who, or where; NULL without one */
	const char *rule;	/* NULL: no rule for this file system */
	const char *proof;	/* what keeps the blocks still, a sentence */
	dev_t lower;
	struct extents extents;

	const struct verdict *below;	/* check's, of the file in overlayfs's layer; NULL: none */
};

/* Returns 0, or a negative errno when the file can not be examined. */
int rules_judge(struct verdict *verdict);

#endif /* RULES_H */
