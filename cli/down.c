// SPDX-License-Identifier: GPL-2.0-only
/* fastloop down: detach what the table names. */
#include <limits.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "cli.h"
#include "message.h"
#include "removal.h"
#include "tabled.h"

#define MAX_PATIENCE	86400

static unsigned int patience;	/* seconds, for who is on his way out */

/* A name that somebody gave to another file's device is not the table's. */
static int device_down(const struct device *device, const struct tab_line *line,
		       const char *where)
{
	if (!device_is_of_file(device, line->file))
		return failed(where, "%s is of another file: %s; fastloop detach removes it",
			      line->name, device->backing_file ? device->backing_file : "?");
	return device_remove_within(device, patience);
}

static int line_down(const struct tab_line *line, const char *where)
{
	const struct device *device;
	struct device_list list;
	int status;

	if (geteuid())
		return failed(where, "only root may detach %s", line->name);
	status = devices_read(&list);
	device = status ? NULL : devices_find(&list, line->name);
	if (device)
		status = device_down(device, line, where);
	devices_free(&list);
	return status;
}

static const char *take_seconds(const struct option_row *row, const char *text)
{
	unsigned int *seconds = row->into;
	unsigned long value;
	char *end;

	value = strtoul(text, &end, 10);
	if (text[strspn(text, "0123456789")] || value > MAX_PATIENCE)
		return "not a number of seconds, up to a day";
	*seconds = (unsigned int)value;
	return NULL;
}

int down_verb(int argc, char **argv)
{
	struct option_row options[MAX_OPTIONS] = { 0 };
	struct tabled tabled = { .is_backwards = true, .work = line_down };
	const struct syntax syntax = {
		.verb = "down",
		.operands = TABLED_OPERANDS,
		.about = "Detach what these lines of " TAB_PATH " name, the last one first.\n"
			 "One that is busy is left as it was.",
		.max_operands = INT_MAX,
		.options = options,
	};
	struct option_row *row = tabled_option_rows(options, &tabled, "all lines of the table");
	int status;

	*row++ = (struct option_row) { "wait", "SECONDS",
		"give who holds it so long to let it go", take_seconds, &patience };
	if (!options_read(&syntax, argc, argv, &status))
		return status;
	if (tabled.is_all == (optind < argc))
		return misused("down", "takes names of lines, or --all");
	return tabled_run(&tabled, argv + optind);
}
