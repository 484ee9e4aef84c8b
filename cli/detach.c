// SPDX-License-Identifier: GPL-2.0-only
/* fastloop detach: remove a device, or say who keeps it. */
#include <string.h>
#include <unistd.h>

#include "choose.h"
#include "cli.h"
#include "message.h"
#include "options.h"
#include "removal.h"

static int all_detach(void)
{
	struct device_list list;
	int status = devices_read(&list), one;
	size_t i;

	for (i = 0; i < list.nr; i++) {
		if (!device_is_ours(&list.rows[i]))
			continue;
		if (i && !strcmp(list.rows[i].name, list.rows[i - 1].name))
			continue;
		one = device_remove(&list.rows[i]);
		status = one ? one : status;
	}
	devices_free(&list);
	return status;
}

static int one_detach(const char *word)
{
	struct device_list list;
	int status = device_choose(&list, word);

	if (!status)
		status = device_remove(&list.rows[0]);
	devices_free(&list);
	return status;
}

int detach_verb(int argc, char **argv)
{
	bool is_all = false;
	const struct option_row options[] = {
		{ "all", NULL, "all devices that fastloop made", take_switch, &is_all },
		{ 0 }
	};
	const struct syntax syntax = {
		.verb = "detach",
		.operands = "NAME|DEVICE|FILE | --all",
		.about = "Remove a device.  It is gone when this returns; one that is busy\n"
			 "is left as it was.",
		.max_operands = 1,
		.options = options,
	};
	int status;

	if (!options_read(&syntax, argc, argv, &status))
		return status;
	if (is_all == (optind < argc))
		return misused("detach", "takes one of NAME, DEVICE, FILE and --all");
	return is_all ? all_detach() : one_detach(argv[optind]);
}
