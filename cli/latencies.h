/* SPDX-License-Identifier: GPL-2.0-only */
/* How long requests took, as a distribution, from two looks at its counts.  PURE. */
#ifndef LATENCIES_H
#define LATENCIES_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* Ten a decade from 1 us to 10 s; in the last bin is what took longer. */
#define LATENCY_BOUNDS	71
#define LATENCY_BINS	(LATENCY_BOUNDS + 1)

/* Room for latency_bounds_print() */
#define LATENCY_TEXT	1024

struct latencies {
	uint64_t nr[LATENCY_BINS];
};

/* "1000,1250,...", in nanoseconds */
void latency_bounds_print(char text[LATENCY_TEXT]);

/* "N:N:...", the last word of @text; false if it is not that. */
bool latencies_parse(struct latencies *latencies, const char *text);

/*
 * Milliseconds that @percent of the requests between the two looks did not exceed,
 * rounded up to a bound; negative when there was none.
 */
double latencies_percentile(const struct latencies *before, const struct latencies *after,
			    unsigned int percent);

#endif /* LATENCIES_H */
