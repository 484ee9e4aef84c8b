/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Devices for the partitions of an attached disk image, NAMEp1, NAMEp2 ...  Those of a
 * native disk are the kernel's own.  Device-mapper's are linear devices, known by their
 * UUID, which is kpartx's way of saying whose they are: "part", the number, "-", the UUID
 * of the whole device.
 */
#ifndef PARTITIONS_H
#define PARTITIONS_H

#include <stdbool.h>
#include <stddef.h>
#include <sys/types.h>

#include "device.h"

struct partition {
	char *name;
	char *path;
	char *uuid;	/* device-mapper's; "" of others */
	dev_t dev;
};

struct partition_list {
	struct partition *rows;
	size_t nr;
};

/*
 * Make those that @device has none of yet; all, or none.  Returns an exit
 * status, and has said what is wrong, or that there is no partition.
 */
int partitions_make(const struct device *device);

/* Those of the device.  Returns an exit status; to be freed in any case. */
int partitions_find(struct partition_list *list, const struct device *device);
void partitions_free(struct partition_list *list);

/* Remove all of them, and say which can not be. */
void partitions_unmake(const struct device *device);

/* Is it a partition of a device of ours? */
bool uuid_is_partition(const char *uuid);

#endif /* PARTITIONS_H */
