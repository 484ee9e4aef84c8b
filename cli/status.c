// SPDX-License-Identifier: GPL-2.0-only
/* fastloop status: all that is known of one device. */
#include <limits.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "choose.h"
#include "cli.h"
#include "device_columns.h"
#include "message.h"
#include "options.h"
#include "watch.h"

#define MAX_SECONDS	86400

/* A device that dmsetup made of several files has a block for each. */
static void device_print(const struct device *device, bool is_json, bool is_first)
{
	if (is_json) {
		json_print(json_from_whole_device(device));
		return;
	}
	if (!is_first)
		putchar('\n');
	device_lines_print(device);
}

static void list_print(const struct device_list *list, bool is_json)
{
	size_t i;

	for (i = 0; i < list->nr; i++)
		device_print(&list->rows[i], is_json, !i);
}

static const char *take_interval(const struct option_row *row, const char *text)
{
	char *end;
	double seconds = strtod(text, &end);

	if (*end || !(seconds >= 0.01 && seconds <= MAX_SECONDS))
		return "not a number of seconds from 0.01 to 86400";
	*(uint64_t *)row->into = (uint64_t)(seconds * 1000);
	return NULL;
}

static const char *take_count(const struct option_row *row, const char *text)
{
	char *end;
	unsigned long long nr = strtoull(text, &end, 10);

	if (*text < '0' || *text > '9' || *end || !nr || nr == ULLONG_MAX)
		return "not a number from 1 on";
	*(uint64_t *)row->into = nr;
	return NULL;
}

/* What goes with --watch only */
static int watch_check(bool is_watch, const struct watch_options *options)
{
	if (!is_watch && options->interval_ms)
		return misused("--interval", "goes with --watch only");
	if (!is_watch && options->count)
		return misused("--count", "goes with --watch only");
	if (!is_watch && options->has_percentiles)
		return misused("--percentiles", "goes with --watch only");
	return STATUS_DONE;
}

static int word_show(const char *word, bool is_watch, struct watch_options *watch)
{
	struct device_list list;
	int status = device_choose(&list, word);

	if (!watch->interval_ms)
		watch->interval_ms = 1000;
	if (!status && is_watch)
		status = device_watch(&list.rows[0], watch);
	else if (!status)
		list_print(&list, watch->is_json);
	devices_free(&list);
	return status;
}

int status_verb(int argc, char **argv)
{
	struct watch_options watch = { 0 };
	bool is_watch = false;
	const struct option_row options[] = {
		{ "watch", NULL, "a line on its load each second, until interrupted",
		  take_switch, &is_watch },
		{ "interval", "SECONDS", "with --watch: not each second, but so often",
		  take_interval, &watch.interval_ms },
		{ "count", "N", "with --watch: end after so many lines", take_count,
		  &watch.count },
		{ "percentiles", NULL, "with --watch, --face dm only: p50, p99; suspends once",
		  take_switch, &watch.has_percentiles },
		{ "json", NULL, "print a JSON object, with --watch one a line", take_switch,
		  &watch.is_json },
		{ 0 }
	};
	const struct syntax syntax = {
		.verb = "status",
		.operands = "NAME|DEVICE|FILE",
		.about = "Show all that is known of one attached device.",
		.min_operands = 1,
		.max_operands = 1,
		.options = options,
		.help_more = device_columns_help,
	};
	int status;

	if (!options_read(&syntax, argc, argv, &status))
		return status;
	status = watch_check(is_watch, &watch);
	if (status)
		return status;
	return word_show(argv[optind], is_watch, &watch);
}
