// SPDX-License-Identifier: GPL-2.0-only
/* A percentile is what a bound says that so many requests kept, and no bin less. */
#include <stdio.h>
#include <string.h>

#include "test.h"

#include "latencies.h"

static bool is_near(double got, double wanted)
{
	return got > wanted - 1e-9 && got < wanted + 1e-9;
}

/* As device-mapper prints them: counters, then the bins */
static void reply_print(char *text, size_t size, const uint64_t *nr, unsigned int bins)
{
	int len = snprintf(text, size, "0+32768 1 2 3 4 5 6 7 8 9 10 11 12 13 ");
	unsigned int bin;

	for (bin = 0; bin < bins; bin++)
		len += snprintf(text + len, size - (size_t)len, "%s%llu", bin ? ":" : "",
				(unsigned long long)nr[bin]);
	snprintf(text + len, size - (size_t)len, "\n");
}

static void test_bounds(void)
{
	char text[LATENCY_TEXT];
	unsigned int commas = 0;
	const char *at;

	latency_bounds_print(text);
	CHECK(!strncmp(text, "1000,1250,1600,2000,2500,3150,4000,5000,6300,8000,10000,12500,", 62));
	CHECK(strlen(text) > 12 && !strcmp(text + strlen(text) - 12, ",10000000000"));
	for (at = text; *at; at++)
		commas += *at == ',';
	CHECK(commas == LATENCY_BOUNDS - 1);
}

static void test_parse(void)
{
	uint64_t nr[LATENCY_BINS + 1];
	struct latencies latencies;
	char text[4096];
	unsigned int i;

	for (i = 0; i <= LATENCY_BINS; i++)
		nr[i] = 1000000000000ull + i;
	reply_print(text, sizeof(text), nr, LATENCY_BINS);
	CHECK(latencies_parse(&latencies, text));
	CHECK(!memcmp(latencies.nr, nr, sizeof(latencies.nr)));
	reply_print(text, sizeof(text), nr, LATENCY_BINS - 1);
	CHECK(!latencies_parse(&latencies, text));
	reply_print(text, sizeof(text), nr, LATENCY_BINS + 1);
	CHECK(!latencies_parse(&latencies, text));
	CHECK(!latencies_parse(&latencies, ""));
	CHECK(!latencies_parse(&latencies, "0+8 1 2 3"));
}

static void test_percentiles(void)
{
	struct latencies before = { { 0 } }, after;

	before.nr[3] = 50;		/* long ago */
	after = before;
	CHECK(latencies_percentile(&before, &after, 50) < 0);
	after.nr[0] = 49;
	after.nr[11] = 50;		/* to 12.5 us */
	after.nr[30] = 1;		/* to 1 ms */
	CHECK(is_near(latencies_percentile(&before, &after, 49), 0.001));
	CHECK(is_near(latencies_percentile(&before, &after, 50), 0.0125));
	CHECK(is_near(latencies_percentile(&before, &after, 99), 0.0125));
	CHECK(is_near(latencies_percentile(&before, &after, 100), 1));
	after.nr[LATENCY_BINS - 1] = 1000;	/* longer than any bound */
	CHECK(is_near(latencies_percentile(&before, &after, 99), 10000));
}

int main(void)
{
	test_bounds();
	test_parse();
	test_percentiles();
	return 0;
}
