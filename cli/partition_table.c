// SPDX-License-Identifier: GPL-2.0-only
#include <blkid.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "partition_table.h"

static void entry_add(struct partition_table *table, blkid_partition partition)
{
	if (blkid_partition_is_extended(partition))
		return;
	table->entries[table->nr++] = (struct partition_entry) {
		.number = blkid_partition_get_partno(partition),
		.start = (uint64_t)blkid_partition_get_start(partition),
		.sectors = (uint64_t)blkid_partition_get_size(partition),
	};
}

static int list_copy(struct partition_table *table, blkid_partlist list)
{
	int i, nr = blkid_partlist_numof_partitions(list);

	/* Of a GPT, only the MBR that protects it */
	if (!nr && !blkid_partlist_get_table(list))
		return -EBADMSG;
	table->is_there = true;
	table->entries = calloc((size_t)nr + 1, sizeof(*table->entries));
	if (!table->entries)
		return -ENOMEM;
	for (i = 0; i < nr; i++)
		entry_add(table, blkid_partlist_get_partition(list, i));
	return 0;
}

/* Without a list there is no table, or it could not be read. */
static int probe_ask(struct partition_table *table, blkid_probe probe)
{
	blkid_partlist list;

	errno = 0;
	list = blkid_probe_get_partitions(probe);
	if (list)
		return list_copy(table, list);
	return errno == EIO || errno == ENOMEM ? -errno : 0;
}

static int fd_read(struct partition_table *table, int fd)
{
	blkid_probe probe = blkid_new_probe();
	int err = -ENOMEM;

	if (probe && !blkid_probe_set_device(probe, fd, 0, 0))
		err = probe_ask(table, probe);
	blkid_free_probe(probe);
	return err;
}

int partition_table_read(struct partition_table *table, const char *device)
{
	int fd = open(device, O_RDONLY | O_CLOEXEC);
	int err;

	*table = (struct partition_table) { 0 };
	if (fd < 0)
		return -errno;
	err = fd_read(table, fd);
	close(fd);
	return err;
}

void partition_table_free(struct partition_table *table)
{
	free(table->entries);
	*table = (struct partition_table) { 0 };
}

/* --- anything else */

static int content_ask(blkid_probe probe, char *type, size_t size)
{
	const char *found = NULL;
	int result;

	blkid_probe_enable_superblocks(probe, 1);
	blkid_probe_set_superblocks_flags(probe, BLKID_SUBLKS_TYPE);
	blkid_probe_enable_partitions(probe, 1);
	result = blkid_do_safeprobe(probe);
	if (result == -1)
		return -EIO;
	if (result == -2)
		found = "more than one thing";
	else if (!result && blkid_probe_lookup_value(probe, "TYPE", &found, NULL) &&
		 blkid_probe_lookup_value(probe, "PTTYPE", &found, NULL))
		found = "something";
	snprintf(type, size, "%s", found ? found : "");
	return 0;
}

int content_find(int fd, char *type, size_t size)
{
	blkid_probe probe = blkid_new_probe();
	int err = -ENOMEM;

	*type = '\0';
	if (probe)
		err = blkid_probe_set_device(probe, fd, 0, 0) ? -EIO :
		      content_ask(probe, type, size);
	blkid_free_probe(probe);
	return err;
}
