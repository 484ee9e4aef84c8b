/* SPDX-License-Identifier: GPL-2.0-only */
/* The partition table of a device, or what else is on it.  The only door to libblkid. */
#ifndef PARTITION_TABLE_H
#define PARTITION_TABLE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct partition_entry {
	int number;		/* from 1 on, as the kernel counts */
	uint64_t start;		/* sectors of 512 bytes */
	uint64_t sectors;
};

struct partition_table {
	bool is_there;
	struct partition_entry *entries;
	size_t nr;
};

/*
 * Read it, if there is one.  0 or a negative errno, -EBADMSG for a GPT that is
 * damaged; the table is to be freed in any case.  An extended partition only
 * holds others, and is left out.
 */
int partition_table_read(struct partition_table *table, const char *device);
void partition_table_free(struct partition_table *table);

/*
 * The type of what is on the device that is open: a file system, a partition table,
 * encryption...; "" if it is nothing that is known.  0 or a negative errno.
 */
int content_find(int fd, char *type, size_t size);

#endif /* PARTITION_TABLE_H */
