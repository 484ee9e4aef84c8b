// SPDX-License-Identifier: GPL-2.0-only
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "cli.h"
#include "cryptsetup.h"
#include "devmapper.h"
#include "face.h"
#include "holders.h"
#include "message.h"
#include "opened.h"
#include "partitions.h"
#include "removal.h"
#include "signals.h"

#define STEPS_A_SECOND	10
#define PATIENCE_STEPS	50
#define UMOUNT_STEPS	10	/* for who is on his way out */

/* What is to go, with its partitions if they go with it */
struct removal {
	const struct device *device;
	const char *name;
	const char *uuid;	/* of a partition */
	dev_t dev;
	const struct partition_list *partitions;
	int (*remove)(const struct removal *removal);
	int grace_steps;
};

static int report_busy(const char *name, const struct holders *holders)
{
	return failed(name, "busy: %s", holders->text ? holders->text : "somebody has it open");
}

/*
 * Somebody who stays is reported at once.  udev scans each device that was
 * closed after writing and is gone in a moment: wait for that.
 */
static bool is_worth_waiting(struct holders *holders, const struct removal *removal, int steps)
{
	static const struct timespec step = { .tv_nsec = 1000000000 / STEPS_A_SECOND };

	holders_free(holders);
	holders_of_parts(holders, removal->dev, removal->partitions);
	if (holders->is_lasting && (steps >= removal->grace_steps || signal_is_waiting()))
		return false;
	if (steps >= PATIENCE_STEPS && signal_is_waiting())
		return false;
	return !nanosleep(&step, NULL);
}

/* libcryptsetup knows names only, and goes on trying for seconds with one that is busy. */
static int opened_try(const struct removal *removal)
{
	int err;

	if (!opened_is_there(removal->device->opened))
		return 0;
	if (devmapper_open_count(removal->name))
		return -EBUSY;
	err = cryptsetup_close(removal->name);
	return err == -ENODEV ? 0 : err;
}

static const char *removal_error(const struct removal *removal, int err)
{
	if (removal->remove == opened_try)
		return *cryptsetup_error() ? cryptsetup_error() : strerror(-err);
	return face_error(removal->device->face, err);
}

static int removal_run(const struct removal *removal)
{
	int most = removal->grace_steps > PATIENCE_STEPS ? removal->grace_steps : PATIENCE_STEPS;
	struct holders holders = { 0 };
	int steps = 0, status = STATUS_DONE, err;

	do
		err = removal->remove(removal);
	while (err == -EBUSY && steps++ < most &&
	       is_worth_waiting(&holders, removal, steps));

	if (err == -EBUSY)
		status = report_busy(removal->name, &holders);
	else if (err)
		status = failed(removal->name, "%s", removal_error(removal, err));
	holders_free(&holders);
	return status;
}

/* --- what can be removed */

static const struct partition_list none;

static int device_try(const struct removal *removal)
{
	return removal->device->face->remove(removal->device);
}

static int partition_try(const struct removal *removal)
{
	int err = devmapper_remove(removal->name, removal->uuid);

	return err == -ENXIO ? 0 : err;
}

/* Until nobody but its own partitions has it open */
static int others_try(const struct removal *removal)
{
	bool is_whole = removal->dev == removal->device->dev;
	int own = is_whole ? (int)removal->partitions->nr : 0;

	return devmapper_open_count(removal->name) > own ? -EBUSY : 0;
}

static int partition_run(const struct device *device, const struct partition *partition,
			 int (*try)(const struct removal *removal), int grace_steps)
{
	const struct removal removal = {
		.device = device, .name = partition->name, .uuid = partition->uuid,
		.dev = partition->dev, .partitions = &none, .remove = try,
		.grace_steps = grace_steps,
	};

	return removal_run(&removal);
}

/* Ask all before removing the first, so that a busy one leaves all there. */
static int partitions_wait(const struct device *device, const struct partition_list *list,
			   int grace_steps)
{
	const struct removal removal = {
		.device = device, .name = device->name, .dev = device->dev,
		.partitions = list, .remove = others_try, .grace_steps = grace_steps,
	};
	int status = STATUS_DONE;
	size_t i;

	for (i = 0; !status && i < list->nr; i++)
		status = partition_run(device, &list->rows[i], others_try, grace_steps);
	if (!status && list->nr)
		status = removal_run(&removal);
	return status;
}

/* Those that are devices of their own */
static int partitions_remove(const struct device *device, const struct partition_list *list,
			     int grace_steps)
{
	int status = partitions_wait(device, list, grace_steps);
	size_t i;

	for (i = 0; !status && i < list->nr; i++)
		status = partition_run(device, &list->rows[i], partition_try, grace_steps);
	return status;
}

/* The device below would leave with it, and nobody could wait for that. */
static int opened_remove(const struct device *device, int grace_steps)
{
	const struct removal removal = {
		.device = device, .name = device->opened->name, .dev = device->opened->dev,
		.partitions = &none, .remove = opened_try, .grace_steps = grace_steps,
	};
	int status;

	if (device->is_leaving)
		device->face->keep(device);
	status = removal_run(&removal);
	if (status && device->is_leaving)
		device->face->remove_deferred(device);
	return status;
}

static int below_remove(const struct device *device, int grace_steps)
{
	struct partition_list list;
	struct removal removal = {
		.device = device, .name = device->name, .dev = device->dev,
		.partitions = &none, .remove = device_try, .grace_steps = grace_steps,
	};
	int status = partitions_find(&list, device);

	if (!status && device->face == &face_dm)
		status = partitions_remove(device, &list, grace_steps);
	else if (!status)
		removal.partitions = &list;
	if (!status)
		status = removal_run(&removal);
	partitions_free(&list);
	return status;
}

static int both_remove(const struct device *device, int grace_steps)
{
	int status = opened_remove(device, grace_steps);

	return status ? status : below_remove(device, grace_steps);
}

/* Not one without the other, by a signal in between */
static int whole_remove(const struct device *device, int grace_steps)
{
	bool holds = device->opened && !signals_are_held();
	int status;

	if (holds)
		signals_hold();
	status = device->opened ? both_remove(device, grace_steps) :
				  below_remove(device, grace_steps);
	if (holds)
		signals_release();
	return status;
}

int device_remove(const struct device *device)
{
	return whole_remove(device, 0);
}

int device_remove_unmounted(const struct device *device)
{
	return whole_remove(device, UMOUNT_STEPS);
}

int device_remove_within(const struct device *device, unsigned int seconds)
{
	return whole_remove(device, (int)seconds * STEPS_A_SECOND);
}

/* --- later */

static int partition_remove_deferred(const struct partition *partition)
{
	int err = devmapper_remove_deferred(partition->name, partition->uuid);

	return err && err != -ENXIO ? failed(partition->name, "%s", devmapper_error()) : STATUS_DONE;
}

/* Partitions first: they are users of the device. */
static int below_remove_deferred(const struct device *device)
{
	struct partition_list list;
	int status = partitions_find(&list, device), err;
	size_t i;

	for (i = 0; !status && device->face == &face_dm && i < list.nr; i++)
		status = partition_remove_deferred(&list.rows[i]);
	if (!status) {
		err = device->face->remove_deferred(device);
		if (err)
			status = failed(device->name, "%s", face_error(device->face, err));
	}
	partitions_free(&list);
	return status;
}

/* What is opened is a user of the device, too. */
static int opened_remove_deferred(const struct device *device)
{
	const char *name = device->opened->name;
	int err = devmapper_remove_deferred(name, "");

	return err && err != -ENXIO ? failed(name, "%s", devmapper_error()) : STATUS_DONE;
}

int device_remove_deferred(const struct device *device)
{
	int status = below_remove_deferred(device);

	return status || !device->opened ? status : opened_remove_deferred(device);
}
