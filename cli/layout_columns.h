/* SPDX-License-Identifier: GPL-2.0-only */
/* What map shows of a file, in its words. */
#ifndef LAYOUT_COLUMNS_H
#define LAYOUT_COLUMNS_H

#include "columns.h"
#include "layout.h"

struct run_kind_words {
	const char *name;
	const char *help;
	const char *colour;	/* as a terminal is told it */
};

extern const struct run_kind_words run_kinds[NR_RUN_KINDS];

/* Of a struct run */
extern const struct column extent_columns[];

struct json_object *json_from_layout(const struct layout *layout);
void layout_columns_help(FILE *out);

#endif /* LAYOUT_COLUMNS_H */
