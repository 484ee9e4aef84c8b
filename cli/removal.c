// SPDX-License-Identifier: GPL-2.0-only
#include <errno.h>
#include <string.h>
#include <time.h>

#include "cli.h"
#include "devmapper.h"
#include "holders.h"
#include "message.h"
#include "partitions.h"
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

/* Until nobody but its own partitions has it open */
static int one_wait(const char *name, dev_t dev, int nr_partitions)
{
	struct holders holders = { 0 };
	int steps = 0, status = STATUS_DONE;

	while (devmapper_open_count(name) > nr_partitions)
		if (steps++ >= PATIENCE_STEPS || !is_worth_waiting(&holders, dev)) {
			status = report_busy(name, &holders);
			break;
		}
	holders_free(&holders);
	return status;
}

/* Ask all before removing the first, so that a busy one leaves all there. */
static int partitions_wait(const struct device *device, const struct partition_list *list)
{
	int status = STATUS_DONE;
	size_t i;

	for (i = 0; !status && i < list->nr; i++)
		status = one_wait(list->rows[i].name, list->rows[i].dev, 0);
	if (!status && list->nr)
		status = one_wait(device->name, device->dev, (int)list->nr);
	return status;
}

int device_remove(const struct device *device)
{
	struct partition_list list;
	int status = partitions_find(&list, device->uuid);
	size_t i;

	if (!status)
		status = partitions_wait(device, &list);
	for (i = 0; !status && i < list.nr; i++)
		status = one_remove(list.rows[i].name, list.rows[i].dev);
	if (!status)
		status = one_remove(device->name, device->dev);
	partitions_free(&list);
	return status;
}

static int one_remove_deferred(const char *name)
{
	int err = devmapper_remove_deferred(name);

	return err && err != -ENXIO ? failed(name, "%s", devmapper_error()) : STATUS_DONE;
}

/* Partitions first: they are users of the device. */
int device_remove_deferred(const struct device *device)
{
	struct partition_list list;
	int status = partitions_find(&list, device->uuid);
	size_t i;

	for (i = 0; !status && i < list.nr; i++)
		status = one_remove_deferred(list.rows[i].name);
	if (!status)
		status = one_remove_deferred(device->name);
	partitions_free(&list);
	return status;
}
