// SPDX-License-Identifier: GPL-2.0-only
/*
 * The kernel counts requests and adds up the time they took, so that averages
 * are all that can be had from outside: no maximum, no percentile.
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
#include "message.h"
#include "rates.h"
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

static bool sample_take(struct sample *sample, dev_t dev)
{
	char stat[512], inflight[64];

	sample->ns = now_ns();
	return counters_read(dev, "stat", stat, sizeof(stat)) &&
	       counters_read(dev, "inflight", inflight, sizeof(inflight)) &&
	       sample_parse_stat(sample, stat) && sample_parse_inflight(sample, inflight);
}

/* Another device may have taken the name, or the number. */
static bool is_still_there(const struct device *device, const struct device_list *list)
{
	return list->nr && list->rows[0].dev == device->dev &&
	       !strcmp(list->rows[0].uuid, device->uuid);
}

/* --- one line */

static void heading_print(void)
{
	printf("%7s %7s %6s %6s %7s %7s %9s %-6s %s\n", "r/s", "w/s", "rMB/s", "wMB/s",
	       "r-ms", "w-ms", "in-flight", "mode", "reason");
}

static void average_print(double ms)
{
	if (ms < 0)
		printf(" %7s", "-");
	else
		printf(" %7.2f", ms);
}

static void line_print(const struct device *device, const struct rates *rates,
		       uint64_t in_flight)
{
	printf("%7.0f %7.0f %6.1f %6.1f", rates->reads, rates->writes,
	       rates->read_bytes / BYTES_A_MB, rates->written_bytes / BYTES_A_MB);
	average_print(rates->read_ms);
	average_print(rates->write_ms);
	printf(" %9llu %-6s ", (unsigned long long)in_flight,
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

/* An object a line, for programs that read line by line */
static void json_line_print(const struct device *device, const struct rates *rates,
			    uint64_t in_flight)
{
	struct json_object *object = json_object_new_object();

	number_add(object, "seconds", rates->seconds);
	number_add(object, "reads_per_second", rates->reads);
	number_add(object, "writes_per_second", rates->writes);
	number_add(object, "read_bytes_per_second", rates->read_bytes);
	number_add(object, "written_bytes_per_second", rates->written_bytes);
	number_add(object, "read_ms", rates->read_ms);
	number_add(object, "write_ms", rates->write_ms);
	json_object_object_add(object, "in_flight", json_object_new_int64((int64_t)in_flight));
	word_add(object, "mode", device->mode);
	word_add(object, "reason", device->reason);
	puts(json_object_to_json_string_ext(object, JSON_C_TO_STRING_PLAIN));
	json_object_put(object);
}

/* --- waiting */

/* False when SIGINT came first */
static bool wait_until(uint64_t ns)
{
	uint64_t now = now_ns(), rest = ns > now ? ns - now : 0;
	struct timespec time = {
		.tv_sec = (time_t)(rest / NS_A_SECOND), .tv_nsec = (long)(rest % NS_A_SECOND),
	};
	sigset_t set;

	sigemptyset(&set);
	sigaddset(&set, SIGINT);
	return sigtimedwait(&set, NULL, &time) != SIGINT;
}

static void interrupt_hold(void)
{
	sigset_t set;

	sigemptyset(&set);
	sigaddset(&set, SIGINT);
	sigprocmask(SIG_BLOCK, &set, NULL);
}

/* --- the work */

static int gone(const struct device *device)
{
	return failed(device->name, "the device is gone");
}

static int interval_print(const struct device *device, const struct sample *before,
			  const struct sample *after, bool is_json)
{
	struct device_list list;
	struct rates rates;
	int status = devices_read_one(&list, device->name);

	rates_between(&rates, before, after);
	if (!status && !is_still_there(device, &list))
		status = gone(device);
	else if (!status && is_json)
		json_line_print(&list.rows[0], &rates, after->in_flight);
	else if (!status)
		line_print(&list.rows[0], &rates, after->in_flight);
	devices_free(&list);
	return output_finish(status);
}

int device_watch(const struct device *device, const struct watch_options *options)
{
	struct sample before, after;
	int status = STATUS_DONE;
	uint64_t nr;

	interrupt_hold();
	if (!sample_take(&before, device->dev))
		return gone(device);
	for (nr = 0; !status && (!options->count || nr < options->count); nr++) {
		if (!options->is_json && !(nr % LINES_A_HEADING))
			heading_print();
		if (output_finish(STATUS_DONE))
			return STATUS_FAILED;
		if (!wait_until(before.ns + options->interval_ms * NS_A_MS))
			break;
		if (!sample_take(&after, device->dev))
			return gone(device);
		status = interval_print(device, &before, &after, options->is_json);
		before = after;
	}
	return status;
}
