/* SPDX-License-Identifier: GPL-2.0-only */
/* The loop device's ioctls: see ioctl.c. */
#ifndef FLOOP_IOCTL_H
#define FLOOP_IOCTL_H

#include "floop_disk_compat.h"

/* block_device_operations.ioctl and .compat_ioctl */
int floop_disk_ioctl(struct block_device *bdev, blk_mode_t mode, unsigned int cmd,
		     unsigned long arg);
#ifdef CONFIG_COMPAT
int floop_disk_compat_ioctl(struct block_device *bdev, blk_mode_t mode, unsigned int cmd,
			    unsigned long arg);
#else
#define floop_disk_compat_ioctl	NULL
#endif

#endif /* FLOOP_IOCTL_H */
