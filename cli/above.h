/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * What stands on a block device: the devices made of it (partitions, dm-crypt,
 * volumes), and the file systems that are mounted on any of them.
 */
#ifndef ABOVE_H
#define ABOVE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

enum above_kind {
	ABOVE_DM,		/* of whatever target */
	ABOVE_NATIVE,
	ABOVE_PARTITION,	/* of a native disk, with which it stands still */
	ABOVE_OTHER,
};

struct above_device {
	dev_t dev;
	char *path;
	char identity[32];	/* of what a native disk is attached to, and its partitions */
	enum above_kind kind;
	bool is_used;		/* there is a device or a file system on it */
};

struct above_mount {
	char *point;
	int fd;			/* open there; -1: could not be opened */
	dev_t super_dev;
	size_t device;		/* which of the devices it is mounted on */
};

struct above {
	struct above_device *devices;	/* each comes after those above it */
	size_t nr_devices;
	struct above_mount *mounts;	/* one for each file system */
	size_t nr_mounts;
};

/* @dev itself, and all devices above it.  False when memory is short. */
bool above_add(struct above *above, dev_t dev);

/* The file systems on them, in any mount namespace.  Returns an exit status. */
int above_find_mounts(struct above *above);

/* NULL: it is not among them. */
const struct above_device *above_find(const struct above *above, dev_t dev);

bool above_has_file_system(const struct above *above, dev_t super_dev);

void above_free(struct above *above);

#endif /* ABOVE_H */
