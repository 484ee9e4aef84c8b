// SPDX-License-Identifier: GPL-2.0-only
/* fastloop detach: remove a device, or say who keeps it. */
#include <fcntl.h>
#include <stdlib.h>
#include <unistd.h>

#include "backing.h"
#include "choose.h"
#include "cli.h"
#include "message.h"
#include "options.h"
#include "partitions.h"
#include "removal.h"

/* device_remove() or device_remove_deferred() */
typedef int (*remove_fn)(const struct device *device);

/* --- all of them */

struct sweep {
	struct device_list list;
	bool *is_tried;
	remove_fn remove;
};

static bool is_on_node(const struct device *device, const char *path)
{
	struct file_id id;

	return file_id_read(AT_FDCWD, path, &id) && device_has_file(device, &id);
}

/* Attached to the other one, to what is opened there, or to a partition of it */
static bool stands_on(const struct device *device, const struct device *below,
		      const struct partition_list *partitions)
{
	size_t i;

	if (is_on_node(device, below->path) || is_on_node(device, device_user_path(below)))
		return true;
	for (i = 0; i < partitions->nr; i++)
		if (is_on_node(device, partitions->rows[i].path))
			return true;
	return false;
}

/* A device has a row for each of its targets, which stand together. */
static bool is_next(const struct sweep *sweep, size_t i)
{
	const struct device *rows = sweep->list.rows;

	return !sweep->is_tried[i] && rows[i].is_ours && (!i || rows[i].dev != rows[i - 1].dev);
}

static int device_detach(struct sweep *sweep, size_t i);

static int above_detach(struct sweep *sweep, const struct device *below)
{
	struct partition_list partitions;
	int status = partitions_find(&partitions, below), one;
	size_t i;

	for (i = 0; i < sweep->list.nr; i++) {
		if (!is_next(sweep, i) || !stands_on(&sweep->list.rows[i], below, &partitions))
			continue;
		one = device_detach(sweep, i);
		status = one ? one : status;
	}
	partitions_free(&partitions);
	return status;
}

/* As long as there is one above it, it would be busy. */
static int device_detach(struct sweep *sweep, size_t i)
{
	const struct device *device = &sweep->list.rows[i];
	int status, one;

	sweep->is_tried[i] = true;
	status = above_detach(sweep, device);
	one = sweep->remove(device);
	return one ? one : status;
}

static int all_try(struct sweep *sweep)
{
	int status = STATUS_DONE, one;
	size_t i;

	for (i = 0; i < sweep->list.nr; i++) {
		one = is_next(sweep, i) ? device_detach(sweep, i) : STATUS_DONE;
		status = one ? one : status;
	}
	return status;
}

static int all_detach(remove_fn remove)
{
	struct sweep sweep = { .remove = remove };
	int status = devices_read(&sweep.list), one;

	sweep.is_tried = calloc(sweep.list.nr + 1, sizeof(*sweep.is_tried));
	one = sweep.is_tried ? all_try(&sweep) : failed("memory", "out of it");
	free(sweep.is_tried);
	devices_free(&sweep.list);
	return one ? one : status;
}

/* --- one */

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
