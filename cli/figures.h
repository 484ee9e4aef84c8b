/* SPDX-License-Identifier: GPL-2.0-only */
/* What several rounds of a measurement say, and what they do not.  PURE. */
#ifndef FIGURES_H
#define FIGURES_H

#include <stddef.h>

#define MAX_ROUNDS	100
#define LEAST_ROUNDS	3	/* for a verdict */

/* What was measured, a figure a round */
struct series {
	double figures[MAX_ROUNDS];
	size_t nr;
};

double series_median(const struct series *series);
double series_least(const struct series *series);
double series_most(const struct series *series);

/* Half of what lies between the extremes, in percent of the median */
double series_spread(const struct series *series);

/* Round by round: what a machine that others use does to one, it does to both. */
void series_divide(struct series *ratios, const struct series *ours,
		   const struct series *theirs);

/*
 * "faster" or "slower" where all rounds agree and differ less from each other than from 1,
 * else "unclear"; NULL where there are too few of them to tell.
 */
const char *ratios_verdict(const struct series *ratios);

#endif /* FIGURES_H */
