// SPDX-License-Identifier: GPL-2.0-only
/* A verdict that noise can give is believed as any other: it must not be given. */
#include "test.h"

#include "figures.h"

static struct series series_of(size_t nr, const double *figures)
{
	struct series series = { .nr = nr };

	memcpy(series.figures, figures, nr * sizeof(*figures));
	return series;
}

#define SERIES(...) series_of(sizeof((double[]) { __VA_ARGS__ }) / sizeof(double), \
			      (double[]) { __VA_ARGS__ })

static int is_near(double got, double wanted)
{
	return got > wanted - 1e-9 && got < wanted + 1e-9;
}

static void test_medians(void)
{
	struct series odd = SERIES(30, 10, 20), even = SERIES(4, 1, 3, 2), none = { .nr = 0 };

	CHECK(is_near(series_median(&odd), 20));
	CHECK(is_near(series_median(&even), 2.5));
	CHECK(is_near(series_median(&none), 0));
	CHECK(is_near(series_least(&odd), 10) && is_near(series_most(&odd), 30));
	CHECK(is_near(series_spread(&odd), 50));
	CHECK(is_near(series_spread(&none), 0));
	CHECK(is_near(odd.figures[0], 30));	/* left in their order */
}

/* A machine that is half as fast in one round says nothing about who is faster. */
static void test_ratios(void)
{
	struct series ours = SERIES(200, 100, 210), theirs = SERIES(100, 50, 100), ratios;

	series_divide(&ratios, &ours, &theirs);
	CHECK(ratios.nr == 3);
	CHECK(is_near(series_median(&ratios), 2) && is_near(series_most(&ratios), 2.1));
	theirs.figures[1] = 0;
	series_divide(&ratios, &ours, &theirs);
	CHECK(ratios.nr == 2);
	theirs.nr = 1;
	series_divide(&ratios, &ours, &theirs);
	CHECK(ratios.nr == 1);
}

static const char *verdict(struct series ratios)
{
	const char *word = ratios_verdict(&ratios);

	return word ? word : "none";
}

static void test_verdicts(void)
{
	CHECK_TEXT(verdict(SERIES(2, 2.1, 1.9)), "faster");
	CHECK_TEXT(verdict(SERIES(0.5, 0.6, 0.4)), "slower");
	CHECK_TEXT(verdict(SERIES(1.02, 1.01, 1.03)), "faster");
	CHECK_TEXT(verdict(SERIES(1.3, 0.99, 1.4)), "unclear");
	CHECK_TEXT(verdict(SERIES(1.02, 1.15, 2)), "unclear");	/* all above 1, and anywhere */
	CHECK_TEXT(verdict(SERIES(0.98, 0.85, 0.3)), "unclear");
	CHECK_TEXT(verdict(SERIES(1, 1, 1)), "unclear");
	CHECK_TEXT(verdict(SERIES(5, 5)), "none");
	CHECK_TEXT(verdict(SERIES(5)), "none");
}

int main(void)
{
	test_medians();
	test_ratios();
	test_verdicts();
	return 0;
}
