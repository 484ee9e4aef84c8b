// SPDX-License-Identifier: GPL-2.0-only
/* fastloop detach: remove a device, or say who keeps it. */
#include <errno.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "choose.h"
#include "cli.h"
#include "devmapper.h"
#include "holders.h"
#include "message.h"
#include "options.h"

#define PATIENCE_STEPS	50	/* of 100 ms each */

static int report_busy(const struct device *device, const struct holders *holders)
{
	return failed(device->name, "busy: %s",
		      holders->text ? holders->text : "somebody has it open");
}

/*
 * Somebody who stays is reported at once.  udev scans each device that was
 * closed after writing and is gone in a moment: wait for that.
 */
static bool is_worth_waiting(struct holders *holders, const struct device *device)
{
	static const struct timespec step = { .tv_nsec = 100000000 };

	holders_free(holders);
	holders_of_device(holders, device->dev);
	return !holders->is_lasting && !nanosleep(&step, NULL);
}

static int device_detach(const struct device *device)
{
	struct holders holders = { 0 };
	int steps = 0, status, err;

	do
		err = devmapper_remove(device->name);
	while (err == -EBUSY && steps++ < PATIENCE_STEPS && is_worth_waiting(&holders, device));

	if (err == -EBUSY)
		status = report_busy(device, &holders);
	else if (err && err != -ENXIO)
		status = failed(device->name, "%s", devmapper_error());
	else
		status = STATUS_DONE;
	holders_free(&holders);
	return status;
}

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
		one = device_detach(&list.rows[i]);
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
		status = device_detach(&list.rows[0]);
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
