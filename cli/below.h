/* SPDX-License-Identifier: GPL-2.0-only */
/* What lies below a file on overlayfs, which has no blocks of its own. */
#ifndef BELOW_H
#define BELOW_H

#include <stdbool.h>

#include "backing.h"

struct below {
	char *path;	/* NULL: none, or nobody can be sure; to be freed */
	bool is_shared;	/* of a lower layer, which others may stand on */
};

void below_find(struct below *below, const struct backing *backing);

#endif /* BELOW_H */
