/* SPDX-License-Identifier: GPL-2.0-only */
/* What /sys tells of a block device, a partition's queue being its disk's. */
#ifndef SYSFS_H
#define SYSFS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

/* The first line of a file; false without one. */
bool line_read(const char *path, char *line, size_t size);

/* All of a file but a line feed at its end, cut off where @text ends. */
bool text_read(const char *path, char *text, size_t size);

/* Bytes, 512 for what is no block device */
unsigned int lower_block_size(dev_t dev);
bool lower_is_zoned(dev_t dev);
/* Bytes, 0 for what is no block device */
uint64_t lower_size(dev_t dev);

/* "/dev/sda1", or "8:1" where the device has no name */
void lower_path(dev_t dev, char *path, size_t size);

#endif /* SYSFS_H */
