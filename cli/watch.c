// SPDX-License-Identifier: GPL-2.0-only
/*
 * The block layer counts requests and adds up the time they took: averages.  A
 * distribution has to be asked of device-mapper, which suspends the device to begin
 * with it, and would wait for requests that hang.  So only who wants it gets it.
 */
#include <errno.h>
#include <json-c/json.h>
#include <limits.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/sysmacros.h>
#include <time.h>

#include "cli.h"
#include "counting.h"
#include "devmapper.h"
#include "face.h"
#include "message.h"
#include "rates.h"
#include "signals.h"
#include "sysfs.h"
#include "text.h"
#include "watch.h"

#define LINES_A_HEADING	20
#define NS_A_MS		1000000
#define NS_A_SECOND	1000000000ull
#define BYTES_A_MB	1e6

static uint64_t now_ns(void)
{
	struct timespec now;

	clock_gettime(CLOCK_MONOTONIC, &now);
	return (uint64_t)now.tv_sec * NS_A_SECOND + (uint64_t)now.tv_nsec;
}

/* --- one look */

static bool counters_read(dev_t dev, const char *name, char *line, size_t size)
{
	char path[PATH_MAX];

	snprintf(path, sizeof(path), "/sys/dev/block/%u:%u/%s", major(dev), minor(dev), name);
	return line_read(path, line, size);
}

/* What is compared with the one before */
struct look {
	struct sample sample;
	struct latencies latencies;
	bool has_latencies;
};

static bool look_take(struct look *look, dev_t dev, const struct counting *counting)
{
	struct sample *sample = &look->sample;
	char stat[512], inflight[64];

	look->has_latencies = counting_read(counting, &look->latencies);
	sample->ns = now_ns();
	return counters_read(dev, "stat", stat, sizeof(stat)) &&
	       counters_read(dev, "inflight", inflight, sizeof(inflight)) &&
	       sample_parse_stat(sample, stat) && sample_parse_inflight(sample, inflight);
}

/* Another device may have taken the name, or the number. */
static bool is_still_there(const struct device *device, const struct device_list *list)
{
	return list->nr && list->rows[0].dev == device->dev &&
	       !strcmp(list->rows[0].identity, device->identity);
}

/* --- one line */

struct line {
	struct rates rates;
	uint64_t in_flight;
	bool has_percentiles;
	double p50, p99;	/* ms, negative: none */
};

static void line_make(struct line *line, const struct look *before, const struct look *after,
		      bool has_percentiles)
{
	bool can = before->has_latencies && after->has_latencies;

	rates_between(&line->rates, &before->sample, &after->sample);
	line->in_flight = after->sample.in_flight;
	line->has_percentiles = has_percentiles;
	line->p50 = line->p99 = -1;
	if (can) {
		line->p50 = latencies_percentile(&before->latencies, &after->latencies, 50);
		line->p99 = latencies_percentile(&before->latencies, &after->latencies, 99);
	}
}

static void heading_print(bool has_percentiles)
{
	printf("%7s %7s %6s %6s %7s %7s %9s %-6s %s\n", "r/s", "w/s", "rMB/s", "wMB/s",
	       has_percentiles ? "p50-ms" : "r-ms", has_percentiles ? "p99-ms" : "w-ms",
	       "in-flight", "mode", "reason");
}

static void average_print(double ms)
{
	if (ms < 0)
		printf(" %7s", "-");
	else
		printf(" %7.2f", ms);
}

/* At most seven characters, be it a microsecond or ten seconds */
static void percentile_print(double ms)
{
	if (ms < 0)
		printf(" %7s", "-");
	else
		printf(" %7.*f", ms < 100 ? 3 : 0, ms);
}

static void line_print(const struct device *device, const struct line *line)
{
	const struct rates *rates = &line->rates;

	printf("%7.0f %7.0f %6.1f %6.1f", rates->reads, rates->writes,
	       rates->read_bytes / BYTES_A_MB, rates->written_bytes / BYTES_A_MB);
	if (line->has_percentiles) {
		percentile_print(line->p50);
		percentile_print(line->p99);
	} else {
		average_print(rates->read_ms);
		average_print(rates->write_ms);
	}
	printf(" %9llu %-6s ", (unsigned long long)line->in_flight,
	       device->mode ? device->mode : "-");
	text_print(stdout, device->reason ? device->reason : "-");
	putchar('\n');
}

static void number_add(struct json_object *object, const char *key, double number)
{
	json_object_object_add(object, key,
			       number < 0 ? NULL : json_object_new_double(number));
}

static void word_add(struct json_object *object, const char *key, const char *word)
{
	json_object_object_add(object, key, word ? json_object_new_string(word) : NULL);
}

static void percentiles_add(struct json_object *object, const struct line *line)
{
	if (!line->has_percentiles)
		return;
	number_add(object, "p50_ms", line->p50);
	number_add(object, "p99_ms", line->p99);
}

/* An object a line, for programs that read line by line */
static void json_line_print(const struct device *device, const struct line *line)
{
	struct json_object *object = json_object_new_object();
	const struct rates *rates = &line->rates;

	number_add(object, "seconds", rates->seconds);
	number_add(object, "reads_per_second", rates->reads);
	number_add(object, "writes_per_second", rates->writes);
	number_add(object, "read_bytes_per_second", rates->read_bytes);
	number_add(object, "written_bytes_per_second", rates->written_bytes);
	number_add(object, "read_ms", rates->read_ms);
	number_add(object, "write_ms", rates->write_ms);
	percentiles_add(object, line);
	json_object_object_add(object, "in_flight",
			       json_object_new_int64((int64_t)line->in_flight));
	word_add(object, "mode", device->mode);
	word_add(object, "reason", device->reason);
	puts(json_object_to_json_string_ext(object, JSON_C_TO_STRING_PLAIN));
	json_object_put(object);
}

/* --- waiting */

/*
 * With something to put away at the end, SIGHUP and SIGTERM wait until that is done,
 * unless they are ignored (nohup); SIGINT is how a watch is meant to end.
 */
static sigset_t ends;

static bool is_ignored(int number)
{
	struct sigaction action;

	return !sigaction(number, NULL, &action) && action.sa_handler == SIG_IGN;
}

static void ends_hold(bool has_to_put_away)
{
	sigemptyset(&ends);
	sigaddset(&ends, SIGINT);
	if (!has_to_put_away) {
		sigprocmask(SIG_BLOCK, &ends, NULL);
		return;
	}
	signals_hold();
	if (!is_ignored(SIGHUP))
		sigaddset(&ends, SIGHUP);
	if (!is_ignored(SIGTERM))
		sigaddset(&ends, SIGTERM);
}

static void ends_release(bool has_put_away)
{
	signal(SIGINT, SIG_IGN);	/* another one does not matter any more */
	if (has_put_away)
		signals_release();
}

/* False when a signal came that ends us */
static bool wait_until(uint64_t ns)
{
	uint64_t now = now_ns(), rest = ns > now ? ns - now : 0;
	struct timespec time = {
		.tv_sec = (time_t)(rest / NS_A_SECOND), .tv_nsec = (long)(rest % NS_A_SECOND),
	};
	int number = sigtimedwait(&ends, NULL, &time);

	if (number == SIGHUP || number == SIGTERM)
		raise(number);		/* has its effect when all is put away */
	return number < 0;
}

/* --- the work */

static int gone(const struct device *device)
{
	return failed(device->name, "the device is gone");
}

static int interval_print(const struct device *device, const struct line *line, bool is_json)
{
	struct device_list list;
	int status = devices_read_one(&list, device->name);

	if (!status && !is_still_there(device, &list))
		status = gone(device);
	else if (!status && is_json)
		json_line_print(&list.rows[0], line);
	else if (!status)
		line_print(&list.rows[0], line);
	devices_free(&list);
	return output_finish(status);
}

static int intervals_print(const struct device *device, const struct watch_options *options,
			   const struct counting *counting)
{
	struct look before, after;
	struct line line;
	int status = STATUS_DONE;
	uint64_t nr;

	if (!look_take(&before, device->dev, counting))
		return gone(device);
	for (nr = 0; !status && (!options->count || nr < options->count); nr++) {
		if (!options->is_json && !(nr % LINES_A_HEADING))
			heading_print(options->has_percentiles);
		if (output_finish(STATUS_DONE))
			return STATUS_FAILED;
		if (!wait_until(before.sample.ns + options->interval_ms * NS_A_MS))
			break;
		if (!look_take(&after, device->dev, counting))
			return gone(device);
		line_make(&line, &before, &after, options->has_percentiles);
		status = interval_print(device, &line, options->is_json);
		before = after;
	}
	return status;
}

/* Of the others the kernel keeps sums alone, and a histogram would be paid for by each request. */
static int no_percentiles(const struct device *device)
{
	return failed(device->name,
		      "no percentiles of %s: only device-mapper counts them; attach it with --face dm",
		      device->face == &face_native ? "a native disk" : "engine kernel-loop");
}

int device_watch(const struct device *device, const struct watch_options *options)
{
	struct counting counting = { 0 };
	int status = STATUS_DONE;

	if (options->has_percentiles && device->face != &face_dm)
		return no_percentiles(device);
	ends_hold(options->has_percentiles);
	if (options->has_percentiles && counting_begin(&counting, device->name))
		status = failed(device->name, "no percentiles: %s", devmapper_error());
	if (!status)
		status = intervals_print(device, options, &counting);
	counting_end(&counting);
	ends_release(options->has_percentiles);
	return status;
}
