// SPDX-License-Identifier: GPL-2.0-only
#include "bench_columns.h"

#define BYTES_A_MB	1e6

static struct cell get_load(const void *row)
{
	return cell_text(((const struct bench_row *)row)->load);
}

static struct cell get_contender(const void *row)
{
	return cell_text(((const struct bench_row *)row)->contender);
}

static struct cell get_iops(const void *row)
{
	return cell_number((uint64_t)(series_median(&((const struct bench_row *)row)->ios) + 0.5));
}

static struct cell get_megabytes(const void *row)
{
	return cell_real(series_median(&((const struct bench_row *)row)->bytes) / BYTES_A_MB);
}

static struct cell get_spread(const void *row)
{
	return cell_number((uint64_t)(series_spread(&((const struct bench_row *)row)->ios) + 0.5));
}

static struct cell ratio_cell(const struct series *ratios,
			      double (*figure)(const struct series *series))
{
	return ratios->nr ? cell_real(figure(ratios)) : (struct cell) { 0 };
}

static struct cell get_times(const void *row)
{
	return ratio_cell(&((const struct bench_row *)row)->ratios, series_median);
}

static struct cell get_least(const void *row)
{
	return ratio_cell(&((const struct bench_row *)row)->ratios, series_least);
}

static struct cell get_most(const void *row)
{
	return ratio_cell(&((const struct bench_row *)row)->ratios, series_most);
}

static struct cell get_verdict(const void *row)
{
	return cell_text(ratios_verdict(&((const struct bench_row *)row)->ratios));
}

const struct column bench_columns[] = {
	{ "load", "LOAD", "what is done: kind, size of a request, queue depth", get_load },
	{ "contender", "CONTENDER", "by which way: fastloop, losetup, file, lower",
	  get_contender },
	{ "iops", "IOPS", "requests a second, median of the rounds", get_iops },
	{ "mb_per_second", "MB/S", "megabytes (10^6) a second, median", get_megabytes },
	{ "spread_percent", "SPREAD%", "half of what lies between best and worst round",
	  get_spread },
	{ "times_losetup", "X-LOSETUP", "times losetup's, median of each round's ratio",
	  get_times },
	{ "times_least", NULL, "the least of these ratios", get_least },
	{ "times_most", NULL, "the most of them", get_most },
	{ "verdict", "VERDICT", "than losetup: faster, slower; unclear: not beyond the noise",
	  get_verdict },
	{ 0 }
};

void bench_columns_help(FILE *out)
{
	fputs("\nColumns:\n", out);
	columns_help(out, bench_columns);
}
