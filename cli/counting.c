// SPDX-License-Identifier: GPL-2.0-only
#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "counting.h"
#include "devmapper.h"

/* Whose it is, and which process's */
#define PROGRAM "fastloop"

/* Room for what some dozens of watchers count */
#define LIST_SIZE 65536

static void region_delete(const char *name, unsigned int region)
{
	char message[64];

	snprintf(message, sizeof(message), "@stats_delete %u", region);
	devmapper_message(name, message);
}

/* Ours, or a dead process's.  Another device may have got the name meanwhile. */
static void line_put_away(const char *name, const char *line)
{
	unsigned int region;
	int pid;

	if (sscanf(line, "%u: %*s %*s " PROGRAM " %d", &region, &pid) == 2 &&
	    (pid == getpid() || (kill(pid, 0) && errno == ESRCH)))
		region_delete(name, region);
}

static void put_away(const char *name)
{
	static char list[LIST_SIZE];
	char *line = list, *end;

	if (devmapper_ask(name, "@stats_list " PROGRAM, list, sizeof(list)))
		return;
	for (; (end = strchr(line, '\n')); line = end + 1) {
		*end = '\0';
		line_put_away(name, line);
	}
}

/* The whole device in one piece, in nanoseconds */
int counting_begin(struct counting *counting, const char *name)
{
	char message[LATENCY_TEXT + 128], bounds[LATENCY_TEXT], reply[64];
	int err;

	counting->name = name;
	counting->is_on = false;
	put_away(name);
	latency_bounds_print(bounds);
	snprintf(message, sizeof(message),
		 "@stats_create - /1 2 precise_timestamps histogram:%s " PROGRAM " %d", bounds,
		 getpid());
	err = devmapper_ask(name, message, reply, sizeof(reply));
	if (!err && sscanf(reply, "%u", &counting->region) != 1)
		err = -EPROTO;
	counting->is_on = !err;
	return err;
}

bool counting_read(const struct counting *counting, struct latencies *latencies)
{
	char message[64], reply[8192];

	if (!counting->is_on)
		return false;
	snprintf(message, sizeof(message), "@stats_print %u", counting->region);
	return !devmapper_ask(counting->name, message, reply, sizeof(reply)) &&
	       latencies_parse(latencies, reply);
}

void counting_end(struct counting *counting)
{
	if (counting->is_on)
		put_away(counting->name);
	counting->is_on = false;
}
