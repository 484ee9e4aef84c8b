// SPDX-License-Identifier: GPL-2.0-only
/*
 * fastloop bench: how fast a file is, attached, beside the other ways to it.
 *
 * Contenders take turns, so that whatever else the machine does meets them all; where a
 * round begins moves on from one to the next.  What is compared is the ratio within a
 * round, and nothing is said of a difference that is not beyond the noise of the rounds.
 */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "bench_columns.h"
#include "chart.h"
#include "cli.h"
#include "contenders.h"
#include "device.h"
#include "face.h"
#include "holders.h"
#include "message.h"
#include "newfile.h"
#include "options.h"
#include "signals.h"
#include "size.h"
#include "text.h"

#define LEAST_SIZE	(1 << 20)
#define MAX_SECONDS	3600

/* Not so many that nobody waits for them; those that write last */
static const struct load loads[] = {
	{ "randread-4k-qd1", "randread", "4k", "1", "psync", false },
	{ "randread-4k-qd32", "randread", "4k", "32", "libaio", false },
	{ "read-128k-qd8", "read", "128k", "8", "libaio", false },
	{ "randwrite-4k-qd1", "randwrite", "4k", "1", "psync", true },
	{ "randwrite-4k-qd32", "randwrite", "4k", "32", "libaio", true },
	{ "write-128k-qd8", "write", "128k", "8", "libaio", true },
};

#define NR_LOADS (sizeof(loads) / sizeof(loads[0]))

struct bench {
	struct backing backing;
	struct place place;
	struct newfile svg;
	const char *svg_path;	/* NULL: none is wanted */
	bool has_writes;
	bool is_json;
	uint64_t ms;		/* of a turn */
	uint64_t rounds;
	bool is_out[NR_CONTENDERS];
	char how[NR_CONTENDERS][HOW_SIZE];
	struct bench_row rows[NR_LOADS][NR_CONTENDERS];
};

/* --- what is left out */

static bool is_asked(const struct bench *bench, size_t load)
{
	return bench->has_writes || !loads[load].has_writes;
}

static bool is_there(const struct bench *bench, size_t load, size_t contender)
{
	return is_asked(bench, load) && !bench->is_out[contender];
}

/* Without the module there may be no loop driver either; without direct I/O, no file. */
static int left_out(struct bench *bench, size_t contender, uint64_t round, int status)
{
	if (contender == BY_FASTLOOP || round)
		return status;
	bench->is_out[contender] = true;
	remark(bench->backing.name, "bench goes on without %s", contenders[contender].name);
	return STATUS_DONE;
}

/* --- measuring */

static void progress_show(const struct bench *bench, uint64_t round, size_t load,
			  size_t contender)
{
	if (isatty(STDERR_FILENO))
		fprintf(stderr, "\r\033[Kround %llu of %llu: %s, %s",
			(unsigned long long)round + 1, (unsigned long long)bench->rounds,
			loads[load].name, contenders[contender].name);
}

static void progress_clear(void)
{
	if (isatty(STDERR_FILENO))
		fputs("\r\033[K", stderr);
}

static int turn_take(struct bench *bench, uint64_t round, size_t load, size_t contender)
{
	struct bench_row *row = &bench->rows[load][contender];
	struct speed speed;
	int status;

	progress_show(bench, round, load, contender);
	status = contenders[contender].turn(&bench->place, &loads[load], &speed,
					    bench->how[contender]);
	progress_clear();
	if (status)
		return left_out(bench, contender, round, status);
	row->ios.figures[row->ios.nr++] = speed.ios;
	row->bytes.figures[row->bytes.nr++] = speed.bytes;
	return STATUS_DONE;
}

static int load_run(struct bench *bench, uint64_t round, size_t load)
{
	int status = STATUS_DONE;
	size_t i, contender;

	for (i = 0; !status && i < NR_CONTENDERS; i++) {
		contender = (i + round) % NR_CONTENDERS;
		if (is_there(bench, load, contender))
			status = turn_take(bench, round, load, contender);
	}
	return status;
}

static int rounds_run(struct bench *bench)
{
	int status = STATUS_DONE;
	uint64_t round;
	size_t load;

	for (round = 0; !status && round < bench->rounds; round++)
		for (load = 0; !status && load < NR_LOADS; load++)
			if (is_asked(bench, load))
				status = load_run(bench, round, load);
	return status;
}

static void rows_compare(struct bench *bench)
{
	size_t load, i;
	struct bench_row *row;

	for (load = 0; load < NR_LOADS; load++) {
		for (i = 0; i < NR_CONTENDERS; i++) {
			row = &bench->rows[load][i];
			row->load = loads[load].name;
			row->contender = contenders[i].name;
			if (i != BY_LOSETUP && !bench->is_out[BY_LOSETUP])
				series_divide(&row->ratios, &row->ios,
					      &bench->rows[load][BY_LOSETUP].ios);
		}
	}
}

/* --- text and JSON */

static size_t rows_collect(const struct bench *bench, const void **rows)
{
	size_t nr = 0, load, i;

	for (load = 0; load < NR_LOADS; load++)
		for (i = 0; i < NR_CONTENDERS; i++)
			if (is_there(bench, load, i))
				rows[nr++] = &bench->rows[load][i];
	return nr;
}

static void heading_print(const struct bench *bench)
{
	char size[SIZE_TEXT];
	size_t i;

	text_print(stdout, bench->backing.name);
	printf(": %s, %llu round%s, turns of %g s, %s\n", size_print(size, bench->place.size),
	       (unsigned long long)bench->rounds, bench->rounds == 1 ? "" : "s",
	       (double)bench->ms / 1000, bench->has_writes ? "written to" : "only read");
	for (i = 0; i < NR_CONTENDERS; i++) {
		const struct cell cell = cell_text(bench->how[i]);

		if (!bench->is_out[i])
			line_print_cell(contenders[i].name, &cell);
	}
	putchar('\n');
}

static void results_print(const struct bench *bench)
{
	const void *rows[NR_LOADS * NR_CONTENDERS];
	size_t nr = rows_collect(bench, rows);

	heading_print(bench);
	table_print(bench_columns, rows, nr);
}

static void text_add(struct json_object *object, const char *key, const char *text)
{
	const struct cell cell = cell_text(text);

	json_object_object_add(object, key, json_from_cell(&cell));
}

static struct json_object *json_from_ways(const struct bench *bench)
{
	struct json_object *object = json_object_new_object();
	size_t i;

	for (i = 0; i < NR_CONTENDERS; i++)
		if (!bench->is_out[i])
			text_add(object, contenders[i].name, bench->how[i]);
	return object;
}

static struct json_object *json_from_results(const struct bench *bench)
{
	struct json_object *object = json_object_new_object(), *array = json_object_new_array();
	const void *rows[NR_LOADS * NR_CONTENDERS];
	size_t nr = rows_collect(bench, rows), i;
	const struct cell seconds = cell_real((double)bench->ms / 1000);

	text_add(object, "file", bench->backing.name);
	json_object_object_add(object, "size", json_object_new_uint64(bench->place.size));
	json_object_object_add(object, "rounds", json_object_new_uint64(bench->rounds));
	json_object_object_add(object, "seconds", json_from_cell(&seconds));
	json_object_object_add(object, "writes", json_object_new_boolean(bench->has_writes));
	json_object_object_add(object, "ways", json_from_ways(bench));
	for (i = 0; i < nr; i++)
		json_object_array_add(array, json_from_row(bench_columns, rows[i]));
	json_object_object_add(object, "results", array);
	return object;
}

static void bench_help(FILE *out)
{
	bench_columns_help(out);
	fputs("\nKeys of --json, besides results, which has the columns:\n"
	      "  file             as it was given\n"
	      "  size             bytes\n"
	      "  rounds, seconds  as they were given\n"
	      "  writes           whether it was written to\n"
	      "  ways             what each contender was, in words\n", out);
}

/* --- picture */

static void bar_fill(struct chart_bar *bar, const struct bench_row *row)
{
	*bar = (struct chart_bar) {
		.label = row->contender,
		.value = series_median(&row->ios),
		.least = series_least(&row->ios),
		.most = series_most(&row->ios),
	};
}

static void picture_print(FILE *out, const struct bench *bench)
{
	struct chart_bar bars[NR_LOADS][NR_CONTENDERS];
	struct chart_group groups[NR_LOADS];
	struct chart chart = { .title = bench->backing.name, .groups = groups };
	char note[128];
	size_t load, i;

	snprintf(note, sizeof(note),
		 "requests a second, median of %llu rounds of %g s; the line is from the worst to the best",
		 (unsigned long long)bench->rounds, (double)bench->ms / 1000);
	chart.note = note;
	for (load = 0; load < NR_LOADS; load++) {
		struct chart_group *group = &groups[chart.nr];

		if (!is_asked(bench, load))
			continue;
		*group = (struct chart_group) { .label = loads[load].name, .bars = bars[load] };
		for (i = 0; i < NR_CONTENDERS; i++)
			if (is_there(bench, load, i))
				bar_fill(&bars[load][group->nr++], &bench->rows[load][i]);
		chart.nr++;
	}
	chart_print(out, &chart);
}

/* As any program's file */
static struct stat picture_rights(void)
{
	mode_t mask = umask(0);

	umask(mask);
	return (struct stat) {
		.st_uid = geteuid(), .st_gid = getegid(), .st_mode = 0666 & ~mask,
	};
}

static int picture_write(struct bench *bench)
{
	const struct stat rights = picture_rights();
	int status = newfile_create(&bench->svg), copy;
	FILE *out;

	if (status)
		return status;
	copy = dup(bench->svg.fd);
	out = copy < 0 ? NULL : fdopen(copy, "w");
	if (!out) {
		if (copy >= 0)
			close(copy);
		return failed(bench->svg_path, "%s", strerror(errno));
	}
	picture_print(out, bench);
	if (ferror(out) | fclose(out))
		return failed(bench->svg_path, "%s", strerror(errno));
	return newfile_complete(&bench->svg, &rights);
}

/* --- whether it may be */

/* Others' reads would be measured as well, and others' writes be lost. */
static int devices_check(const struct bench *bench)
{
	struct device_list list;
	int status = STATUS_DONE;
	size_t i;

	devices_fetch(&list);
	devices_select_file(&list, bench->backing.name);
	for (i = 0; !status && i < list.nr; i++)
		if (bench->has_writes || !list.rows[i].is_read_only)
			status = failed(bench->backing.name,
					"attached already, as %s; detach it first, or bench a copy",
					device_user_path(&list.rows[i]));
	devices_free(&list);
	return status;
}

static int writers_check(const struct bench *bench)
{
	const struct file_id *id = &bench->backing.id;
	struct holders holders;
	int status = STATUS_DONE;

	if (bench->backing.device)
		return failed(bench->backing.name,
			      "a block device; --destroy-content is for files only");
	holders_writing_file(&holders, id->dev, id->ino, true);
	if (holders.text)
		status = failed(bench->backing.name, "in use: %s", holders.text);
	holders_free(&holders);
	return status;
}

static void holes_remark(const struct bench *bench)
{
	struct stat st;

	if (!bench->backing.device && !fstat(bench->backing.fd, &st) &&
	    st.st_blocks * 512 < st.st_size)
		remark(bench->backing.name,
		       "not all of it has blocks: what is read of the rest comes from no disk");
}

static int range_choose(struct bench *bench)
{
	const struct size_option none = { 0 };
	struct range range;
	int status = backing_range(&bench->backing, &none, &none, &range);

	if (status)
		return status;
	if (range.size < LEAST_SIZE)
		return failed(bench->backing.name, "smaller than 1M, which is too small to measure");
	bench->place.size = range.size;
	return STATUS_DONE;
}

static int held_fio_check(void)
{
	int status;

	signals_hold();
	status = fio_check();
	signals_release();
	return status;
}

static int bench_check(struct bench *bench)
{
	int status;

	if (geteuid())
		return failed(bench->backing.name, "only root may attach it");
	status = held_fio_check();
	if (!status)
		status = devices_check(bench);
	if (!status && bench->has_writes)
		status = writers_check(bench);
	if (!status)
		status = range_choose(bench);
	if (!status)
		place_find(&bench->place, &bench->backing);
	return status;
}

/* --- the work */

static int bench_run(struct bench *bench)
{
	int status;

	bench->place.ms = bench->ms;
	bench->is_out[BY_LOWER] = bench->has_writes || !*bench->place.lower;
	if (bench->has_writes)
		remark(bench->backing.name, "its content is overwritten now");
	else
		holes_remark(bench);
	status = rounds_run(bench);
	if (status)
		return status;
	rows_compare(bench);
	if (bench->is_json)
		json_print(json_from_results(bench));
	else
		results_print(bench);
	return bench->svg_path ? picture_write(bench) : STATUS_DONE;
}

/* That there is something in the picture's place is better known before than after. */
static int svg_run(struct bench *bench)
{
	int status = bench->svg_path ? newfile_open(&bench->svg, bench->svg_path) : STATUS_DONE;

	if (status)
		return status;
	status = bench_run(bench);
	if (bench->svg_path)
		newfile_close(&bench->svg);
	return status;
}

static int file_bench(struct bench *bench, const char *file)
{
	int status = backing_open(&bench->backing, file);

	if (status)
		return status;
	status = bench_check(bench);
	if (!status)
		status = svg_run(bench);
	backing_close(&bench->backing);
	return status;
}

/* --- the verb */

static const char *take_seconds(const struct option_row *row, const char *text)
{
	char *end;
	double seconds = strtod(text, &end);

	if (*end || !(seconds >= 0.1 && seconds <= MAX_SECONDS))
		return "not a number of seconds from 0.1 to 3600";
	*(uint64_t *)row->into = (uint64_t)(seconds * 1000 + 0.5);
	return NULL;
}

static const char *take_rounds(const struct option_row *row, const char *text)
{
	char *end;
	unsigned long nr = strtoul(text, &end, 10);

	if (*text < '0' || *text > '9' || *end || !nr || nr > MAX_ROUNDS)
		return "not a number from 1 to 100";
	*(uint64_t *)row->into = nr;
	return NULL;
}

static int options_bench(struct bench *b, int argc, char **argv)
{
	const struct option_row options[] = {
		{ "rounds", "N", "so many rounds, not 5; less than 3 give no verdict",
		  take_rounds, &b->rounds },
		{ "seconds", "N", "so long a turn, not half a second", take_seconds, &b->ms },
		{ "svg", "SVG", "draw the figures as well, into a file that is made",
		  take_text, &b->svg_path },
		{ "destroy-content", NULL,
		  "measure writes, too: what is in FILE is LOST", take_switch, &b->has_writes },
		{ "json", NULL, "print a JSON object", take_switch, &b->is_json },
		{ 0 }
	};
	const struct syntax syntax = {
		.verb = "bench",
		.operands = "FILE",
		.about = "Measure how fast FILE is as attach would attach it, by losetup, and as it is.\n"
			 "FILE is only read, unless --destroy-content is given.",
		.min_operands = 1,
		.max_operands = 1,
		.options = options,
		.help_more = bench_help,
	};
	int status;

	b->rounds = 5;
	b->ms = 500;
	if (!options_read(&syntax, argc, argv, &status))
		return status;
	return file_bench(b, argv[optind]);
}

int bench_verb(int argc, char **argv)
{
	struct bench *bench = calloc(1, sizeof(*bench));	/* large */
	int status;

	if (!bench)
		return failed("bench", "out of memory");
	status = options_bench(bench, argc, argv);
	free(bench);
	return status;
}
