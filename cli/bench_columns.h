/* SPDX-License-Identifier: GPL-2.0-only */
/* What bench prints: a row for each load and contender. */
#ifndef BENCH_COLUMNS_H
#define BENCH_COLUMNS_H

#include "columns.h"
#include "figures.h"

struct bench_row {
	const char *load;
	const char *contender;
	struct series ios;		/* a second */
	struct series bytes;
	struct series ratios;		/* to losetup; empty: of losetup itself, or without it */
};

extern const struct column bench_columns[];

void bench_columns_help(FILE *out);

#endif /* BENCH_COLUMNS_H */
