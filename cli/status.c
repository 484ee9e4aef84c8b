// SPDX-License-Identifier: GPL-2.0-only
/* fastloop status: all that is known of one device. */
#include <stdio.h>
#include <unistd.h>

#include "choose.h"
#include "cli.h"
#include "device_columns.h"
#include "message.h"
#include "options.h"

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

int status_verb(int argc, char **argv)
{
	bool is_json = false;
	const struct option_row options[] = {
		{ "json", NULL, "print a JSON object", take_switch, &is_json },
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
	struct device_list list;
	int status;
	size_t i;

	if (!options_read(&syntax, argc, argv, &status))
		return status;
	status = device_choose(&list, argv[optind]);
	for (i = 0; !status && i < list.nr; i++)
		device_print(&list.rows[i], is_json, !i);
	devices_free(&list);
	return status;
}
