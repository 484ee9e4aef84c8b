// SPDX-License-Identifier: GPL-2.0-only
#include <ctype.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/sysmacros.h>
#include <time.h>

#include "cli.h"
#include "devmapper.h"
#include "disk.h"
#include "face.h"
#include "floop_target.h"
#include "links.h"
#include "message.h"
#include "names.h"
#include "partition_table.h"
#include "partitions.h"

#define TARGET	"linear"
#define MARK	"part"
#define PATIENCE_STEPS	50	/* of 100 ms each */

/* --- whose it is */

/* The whole device's UUID inside a partition's, or NULL */
static const char *uuid_of_whole(const char *uuid)
{
	if (strncmp(uuid, MARK, strlen(MARK)) || !isdigit((unsigned char)uuid[strlen(MARK)]))
		return NULL;
	uuid += strlen(MARK);
	while (isdigit((unsigned char)*uuid))
		uuid++;
	return *uuid == '-' ? uuid + 1 : NULL;
}

bool uuid_is_partition(const char *uuid)
{
	const char *whole = uuid_of_whole(uuid);

	return whole && !strncmp(whole, FLOOP_UUID_PREFIX, strlen(FLOOP_UUID_PREFIX));
}

/* --- finding them */

struct search {
	struct partition_list *list;
	const char *uuid;
};

static int row_add(struct partition_list *list, const char *name, const char *path,
		   const char *uuid, dev_t dev)
{
	struct partition *rows = realloc(list->rows, (list->nr + 1) * sizeof(*rows));

	if (!rows)
		return -ENOMEM;
	list->rows = rows;
	rows += list->nr++;
	*rows = (struct partition) {
		.name = strdup(name), .path = strdup(path), .uuid = strdup(uuid), .dev = dev,
	};
	return rows->name && rows->path && rows->uuid ? 0 : -ENOMEM;
}

static int partition_add(const struct dm_view *view, void *arg)
{
	struct search *search = arg;
	const char *whole = uuid_of_whole(view->uuid);

	if (!whole || strcmp(whole, search->uuid))
		return 0;
	return row_add(search->list, view->name, view->path, view->uuid, view->dev);
}

static int node_add(const char *name, const char *path, dev_t dev, void *arg)
{
	return row_add(arg, name, path, "", dev);
}

int partitions_find(struct partition_list *list, const struct device *device)
{
	struct search search = { list, device->uuid };
	int err = 0;

	*list = (struct partition_list) { 0 };
	if (device->face != &face_dm)
		err = disk_each_partition(device->node, device->path, node_add, list);
	else if (*device->uuid)
		err = devmapper_each(TARGET, MARK, partition_add, &search);
	if (!err)
		return STATUS_DONE;
	return failed("device-mapper", "%s", *devmapper_error() ? devmapper_error() :
		      strerror(-err));
}

void partitions_free(struct partition_list *list)
{
	size_t i;

	for (i = 0; i < list->nr; i++) {
		free(list->rows[i].name);
		free(list->rows[i].path);
		free(list->rows[i].uuid);
	}
	free(list->rows);
	*list = (struct partition_list) { 0 };
}

/* --- making and removing them */

/* Those that are the kernel's own go with their disk. */
void partitions_unmake(const struct device *device)
{
	struct partition_list list;
	size_t i;

	if (device->face != &face_dm)
		return;
	partitions_find(&list, device);
	for (i = 0; i < list.nr; i++)
		if (devmapper_remove_patiently(list.rows[i].name, list.rows[i].uuid))
			remark(list.rows[i].name, "could not be removed: %s", devmapper_error());
	partitions_free(&list);
}

static int partition_fill(const struct device *device, const struct partition_entry *entry,
			  const char *name)
{
	char params[64], path[PATH_MAX];

	snprintf(params, sizeof(params), "%u:%u %llu", major(device->dev), minor(device->dev),
		 (unsigned long long)entry->start);
	if (devmapper_load(name, TARGET, params, entry->sectors, device->is_read_only) ||
	    devmapper_resume(name, path, sizeof(path)))
		return failed(name, "%s", devmapper_error());
	return STATUS_DONE;
}

static int partition_create(const char *name, const char *uuid)
{
	int err = devmapper_create(name, uuid);

	if (err == -EBUSY)
		return failed(name, "this device name is in use");
	if (err)
		return failed(name, "%s", *devmapper_error() ? devmapper_error() : strerror(-err));
	return STATUS_DONE;
}

static int entry_check(const struct device *device, const struct partition_entry *entry)
{
	if (entry->start <= device->sectors && entry->sectors <= device->sectors - entry->start)
		return STATUS_DONE;
	return failed(device->name,
		      "partition %d ends at sector %llu, but the device has %llu; attach it without --partitions to look at it",
		      entry->number, (unsigned long long)(entry->start + entry->sectors),
		      (unsigned long long)device->sectors);
}

static int partition_make(const struct device *device, const struct partition_entry *entry)
{
	char name[DEVMAPPER_NAME_SIZE], uuid[DEVMAPPER_NAME_SIZE];
	int len, status;

	len = snprintf(name, sizeof(name), "%sp%d", device->name, entry->number);
	if (len < 0 || (size_t)len >= sizeof(name))
		return failed(device->name,
			      "too long a name for partitions to be named after; choose another by --name");
	snprintf(uuid, sizeof(uuid), MARK "%d-%s", entry->number, device->uuid);
	status = partition_create(name, uuid);
	if (!status)
		status = partition_fill(device, entry, name);
	return status;
}

static int entries_check(const struct device *device, const struct partition_table *table)
{
	int status = STATUS_DONE;
	size_t i;

	for (i = 0; !status && i < table->nr; i++)
		status = entry_check(device, &table->entries[i]);
	return status;
}

static int entries_make(const struct device *device, const struct partition_table *table)
{
	int status = STATUS_DONE;
	size_t i;

	for (i = 0; !status && i < table->nr; i++)
		status = partition_make(device, &table->entries[i]);
	if (status)
		partitions_unmake(device);
	return status;
}

/* The kernel's own have names that nobody can take; their links may lead to others. */
static int entries_names_check(const struct device *device, const struct partition_table *table)
{
	char name[DEVMAPPER_NAME_SIZE], mangled[DEVMAPPER_NAME_SIZE], link[PATH_MAX];
	size_t i;

	snprintf(name, sizeof(name), "%s", device->name);
	name_mangle(name, mangled);
	for (i = 0; i < table->nr; i++) {
		snprintf(link, sizeof(link), "%sp%d", mangled, table->entries[i].number);
		if (link_is_true(link) && !link_is_of(link, device->node))
			return failed(link, "this device name is in use");
	}
	return STATUS_DONE;
}

/*
 * The kernel finds the same ones, and extended ones besides.  udev, which saw the attach's
 * writer go, may have them read again, and then they are gone for a moment.
 */
static int entries_wait(const struct device *device, const struct partition_table *table)
{
	static const struct timespec step = { .tv_nsec = 100000000 };
	struct partition_list list;
	int steps = 0, status;
	size_t nr;

	do {
		status = partitions_find(&list, device);
		nr = list.nr;
		partitions_free(&list);
	} while (!status && nr < table->nr && steps++ < PATIENCE_STEPS && !nanosleep(&step, NULL));
	if (!status && nr < table->nr)
		status = failed(device->name, "the kernel found %zu partitions, and %zu are there",
				nr, table->nr);
	return status;
}

static int entries_scan(const struct device *device, const struct partition_table *table)
{
	const struct disk disk = {
		.node = device->node, .path = device->path, .identity = device->identity,
	};
	int status = entries_names_check(device, table), err;

	if (status)
		return status;
	err = disk_scan_partitions(&disk);
	if (!err)
		status = entries_wait(device, table);
	if (!err && !status)
		err = disk_link_partitions(&disk, device->face == &face_loop ? link_make_noted :
								link_make);
	return err ? failed(device->name, "its partitions can not be looked for: %s",
			    strerror(-err)) : status;
}

static int table_make(const struct device *device, const struct partition_table *table)
{
	int status = entries_check(device, table);

	if (!table->nr)
		remark(device->name, table->is_there ? "its partition table is empty" :
						       "it has no partition table");
	if (status)
		return status;
	if (device->face != &face_dm)
		return entries_scan(device, table);
	return entries_make(device, table);
}

static int partitions_make_all(const struct device *device)
{
	struct partition_table table;
	int err = partition_table_read(&table, device->path), status;

	if (err == -EBADMSG)
		status = failed(device->name,
				"its GPT can not be used: damaged, cut off, or made for another sector size");
	else if (err)
		status = failed(device->path, "its partition table can not be read: %s",
				strerror(-err));
	else
		status = table_make(device, &table);
	partition_table_free(&table);
	return status;
}

int partitions_make(const struct device *device)
{
	struct partition_list list;
	int status = partitions_find(&list, device);

	if (!status && !list.nr)
		status = partitions_make_all(device);
	partitions_free(&list);
	return status;
}
