// SPDX-License-Identifier: GPL-2.0-only
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "latencies.h"

#define DECADE		10
#define NS_A_MS		1e6

/* Ten steps of about a quarter each, as preferred numbers go */
static const uint64_t steps_ns[DECADE] = {
	1000, 1250, 1600, 2000, 2500, 3150, 4000, 5000, 6300, 8000,
};

static uint64_t bound_ns(unsigned int bin)
{
	uint64_t bound = steps_ns[bin % DECADE];
	unsigned int decade;

	for (decade = bin / DECADE; decade; decade--)
		bound *= 10;
	return bound;
}

void latency_bounds_print(char text[LATENCY_TEXT])
{
	unsigned int bin;
	int len = 0;

	for (bin = 0; bin < LATENCY_BOUNDS; bin++)
		len += snprintf(text + len, (size_t)(LATENCY_TEXT - len), "%s%" PRIu64,
				bin ? "," : "", bound_ns(bin));
}

bool latencies_parse(struct latencies *latencies, const char *text)
{
	const char *word = strrchr(text, ' ');
	unsigned int bin;
	int len;

	word = word ? word + 1 : text;
	for (bin = 0; bin < LATENCY_BINS; bin++) {
		len = 0;
		if (bin && *word++ != ':')
			return false;
		if (sscanf(word, "%" SCNu64 "%n", &latencies->nr[bin], &len) != 1 || !len)
			return false;
		word += len;
	}
	return !*word || *word == '\n';
}

double latencies_percentile(const struct latencies *before, const struct latencies *after,
			    unsigned int percent)
{
	uint64_t nr = 0, sum = 0;
	unsigned int bin;

	for (bin = 0; bin < LATENCY_BINS; bin++)
		nr += after->nr[bin] - before->nr[bin];
	if (!nr)
		return -1;
	for (bin = 0; bin < LATENCY_BOUNDS; bin++) {
		sum += after->nr[bin] - before->nr[bin];
		if (sum * 100 >= nr * percent)
			return (double)bound_ns(bin) / NS_A_MS;
	}
	return (double)bound_ns(LATENCY_BOUNDS - 1) / NS_A_MS;
}
