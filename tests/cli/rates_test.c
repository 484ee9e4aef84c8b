// SPDX-License-Identifier: GPL-2.0-only
/* Rates are what people decide by; a wrong factor would not be seen. */
#include "test.h"

#include "rates.h"

/* Kernels since 5.5 have 17 numbers, old ones 11. */
#define OLD_STAT "100 1 800 50 200 2 1600 400 3 60 450"
#define NEW_STAT " 150 1 1200 150 200 2 1600 400 0 1 2 3 4 5 6 7 8"

static bool is_near(double got, double wanted)
{
	return got > wanted - 1e-6 && got < wanted + 1e-6;
}

static void parsed(struct sample *sample, const char *stat, uint64_t ns)
{
	sample->ns = ns;
	CHECK(sample_parse_stat(sample, stat));
	CHECK(sample_parse_inflight(sample, "       3        4"));
	CHECK(sample->in_flight == 7);
}

int main(void)
{
	struct sample before, after;
	struct rates rates;

	parsed(&before, OLD_STAT, 1000000000);
	CHECK(before.reads == 100 && before.read_sectors == 800 && before.read_ms == 50);
	CHECK(before.writes == 200 && before.write_sectors == 1600 && before.write_ms == 400);
	parsed(&after, NEW_STAT, 1500000000);

	rates_between(&rates, &before, &after);
	CHECK(is_near(rates.seconds, 0.5));
	CHECK(is_near(rates.reads, 100));
	CHECK(is_near(rates.read_bytes, 400 * 512 / 0.5));
	CHECK(is_near(rates.read_ms, 2));
	CHECK(is_near(rates.writes, 0) && is_near(rates.written_bytes, 0));
	CHECK(rates.write_ms < 0);	/* of none there is no average */

	CHECK(!sample_parse_stat(&after, "") && !sample_parse_stat(&after, "1 2 3 4 5 6"));
	CHECK(!sample_parse_inflight(&after, "1"));
	return 0;
}
