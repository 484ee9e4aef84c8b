/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Bars as an SVG.  That is text, so that it needs no library, and no program that draws.
 * PURE: nothing but the C library's memory and streams.
 */
#ifndef CHART_H
#define CHART_H

#include <stddef.h>
#include <stdio.h>

struct chart_bar {
	const char *label;
	double value, least, most;	/* none of them negative */
};

/* Bars on a scale of their own */
struct chart_group {
	const char *label;
	const struct chart_bar *bars;
	size_t nr;
};

struct chart {
	const char *title;
	const char *note;
	const struct chart_group *groups;
	size_t nr;
};

void chart_print(FILE *out, const struct chart *chart);

/* @text as XML may have it: what is not, as a terminal would be shown it */
void xml_print(FILE *out, const char *text);

#endif /* CHART_H */
