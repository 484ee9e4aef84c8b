/* SPDX-License-Identifier: GPL-2.0-only */
/* What can be changed of a disk that has a file, and what is told of it. */
#ifndef FLOOP_SETTINGS_H
#define FLOOP_SETTINGS_H

#include "disk.h"

struct loop_info64;

/*
 * The ioctls of the same names, after their arguments were copied.  Process context with an
 * address space; may sleep, do I/O.  0 or the errno that user space gets, which is the loop
 * device's wherever that has one.
 */
int floop_change_file(struct floop_disk *disk, unsigned int fd);
int floop_set_status(struct floop_disk *disk, const struct loop_info64 *info);
int floop_get_status(struct floop_disk *disk, struct loop_info64 *info);
int floop_set_capacity(struct floop_disk *disk);
int floop_set_direct(struct floop_disk *disk, bool direct);
int floop_set_block_size(struct floop_disk *disk, blk_mode_t mode, struct block_device *bdev,
			 unsigned long size);

/* FLOOP_DISK_UNSHARE, likewise, of who has CAP_SYS_ADMIN; with a sentence for each errno. */
int floop_unshare(struct floop_disk *disk, u64 *pos);

#endif /* FLOOP_SETTINGS_H */
