// SPDX-License-Identifier: GPL-2.0-only
#include <errno.h>
#include <string.h>
#include <time.h>

#include "cli.h"
#include "devmapper.h"
#include "holders.h"
#include "message.h"
#include "removal.h"

#define PATIENCE_STEPS	50	/* of 100 ms each */

static int report_busy(const char *name, const struct holders *holders)
{
	return failed(name, "busy: %s", holders->text ? holders->text : "somebody has it open");
}

/*
 * Somebody who stays is reported at once.  udev scans each device that was
 * closed after writing and is gone in a moment: wait for that.
 */
static bool is_worth_waiting(struct holders *holders, dev_t dev)
{
	static const struct timespec step = { .tv_nsec = 100000000 };

	holders_free(holders);
	holders_of_device(holders, dev);
	return !holders->is_lasting && !nanosleep(&step, NULL);
}

static int one_remove(const char *name, dev_t dev)
{
	struct holders holders = { 0 };
	int steps = 0, status, err;

	do
		err = devmapper_remove(name);
	while (err == -EBUSY && steps++ < PATIENCE_STEPS && is_worth_waiting(&holders, dev));

	if (err == -EBUSY)
		status = report_busy(name, &holders);
	else if (err && err != -ENXIO)
		status = failed(name, "%s", devmapper_error());
	else
		status = STATUS_DONE;
	holders_free(&holders);
	return status;
}

int device_remove(const struct device *device)
{
	return one_remove(device->name, device->dev);
}

static int one_remove_deferred(const char *name)
{
	int err = devmapper_remove_deferred(name);

	return err && err != -ENXIO ? failed(name, "%s", devmapper_error()) : STATUS_DONE;
}

int device_remove_deferred(const struct device *device)
{
	return one_remove_deferred(device->name);
}
