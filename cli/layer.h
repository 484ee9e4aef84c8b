/* SPDX-License-Identifier: GPL-2.0-only */
/* The file in the layer below a file on overlayfs, judged as that file is. */
#ifndef LAYER_H
#define LAYER_H

#include <stdbool.h>

#include "below.h"
#include "rules.h"

struct layer {
	struct below below;
	struct backing backing;
	struct verdict verdict;
};

/* True: there is one, and layer_close() is due.  @v has been judged. */
bool layer_open(struct layer *layer, const struct verdict *v);
void layer_close(struct layer *layer);

/* What it would be, for the detail of @v; to be freed, NULL when memory is short. */
char *layer_sentence(const struct layer *layer, const struct verdict *v);

#endif /* LAYER_H */
