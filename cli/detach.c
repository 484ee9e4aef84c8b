// SPDX-License-Identifier: GPL-2.0-only
/* fastloop detach: remove a device, or say who keeps it. */
#include <string.h>
#include <unistd.h>

#include "choose.h"
#include "cli.h"
#include "message.h"
#include "options.h"
#include "removal.h"

/* device_remove() or device_remove_deferred() */
typedef int (*remove_fn)(const struct device *device);

static int all_detach(remove_fn remove)
{
	struct device_list list;
	int status = devices_read(&list), one;
	size_t i;

	for (i = 0; i < list.nr; i++) {
		if (!list.rows[i].is_ours)
			continue;
		if (i && list.rows[i].dev == list.rows[i - 1].dev)
			continue;
		one = remove(&list.rows[i]);
		status = one ? one : status;
	}
	devices_free(&list);
	return status;
}

static int one_detach(const char *word, remove_fn remove)
{
	struct device_list list;
	int status = device_choose(&list, word);

	if (!status)
		status = remove(&list.rows[0]);
	devices_free(&list);
	return status;
}

int detach_verb(int argc, char **argv)
{
	bool is_all = false, is_deferred = false;
	const struct option_row options[] = {
		{ "all", NULL, "all devices that fastloop made", take_switch, &is_all },
		{ "deferred", NULL, "a busy device goes away when its last user closes it",
		  take_switch, &is_deferred },
		{ 0 }
	};
	const struct syntax syntax = {
		.verb = "detach",
		.operands = "NAME|DEVICE|FILE | --all",
		.about = "Remove a device.  It is gone when this returns; one that is busy\n"
			 "is left as it was.",
		.max_operands = 1,
		.is_for_root = true,
		.options = options,
	};
	remove_fn remove;
	int status;

	if (!options_read(&syntax, argc, argv, &status))
		return status;
	if (is_all == (optind < argc))
		return misused("detach", "takes one of NAME, DEVICE, FILE and --all");
	remove = is_deferred ? device_remove_deferred : device_remove;
	return is_all ? all_detach(remove) : one_detach(argv[optind], remove);
}
