// SPDX-License-Identifier: GPL-2.0-only
#include <stdlib.h>
#include <string.h>

#include "figures.h"

static int figure_compare(const void *a, const void *b)
{
	double one = *(const double *)a, other = *(const double *)b;

	return (one > other) - (one < other);
}

static void sorted_copy(struct series *sorted, const struct series *series)
{
	*sorted = *series;
	qsort(sorted->figures, sorted->nr, sizeof(sorted->figures[0]), figure_compare);
}

double series_median(const struct series *series)
{
	struct series sorted;

	if (!series->nr)
		return 0;
	sorted_copy(&sorted, series);
	return (sorted.figures[(sorted.nr - 1) / 2] + sorted.figures[sorted.nr / 2]) / 2;
}

double series_least(const struct series *series)
{
	struct series sorted;

	sorted_copy(&sorted, series);
	return sorted.nr ? sorted.figures[0] : 0;
}

double series_most(const struct series *series)
{
	struct series sorted;

	sorted_copy(&sorted, series);
	return sorted.nr ? sorted.figures[sorted.nr - 1] : 0;
}

double series_spread(const struct series *series)
{
	double median = series_median(series);

	if (!(median > 0))
		return 0;
	return (series_most(series) - series_least(series)) / 2 / median * 100;
}

/* A round in which nothing was done has no ratio. */
void series_divide(struct series *ratios, const struct series *ours,
		   const struct series *theirs)
{
	size_t nr = ours->nr < theirs->nr ? ours->nr : theirs->nr, i;

	ratios->nr = 0;
	for (i = 0; i < nr; i++)
		if (theirs->figures[i] > 0)
			ratios->figures[ratios->nr++] = ours->figures[i] / theirs->figures[i];
}

const char *ratios_verdict(const struct series *ratios)
{
	double median = series_median(ratios), noise = series_spread(ratios) / 100 * median;

	if (ratios->nr < LEAST_ROUNDS)
		return NULL;
	if (series_least(ratios) > 1 && median - 1 > noise)
		return "faster";
	return series_most(ratios) < 1 && 1 - median > noise ? "slower" : "unclear";
}
