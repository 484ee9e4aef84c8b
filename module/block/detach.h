/* SPDX-License-Identifier: GPL-2.0-only */
/* From a disk with a file back to one without: see detach.c.  All may sleep. */
#ifndef FLOOP_DETACH_H
#define FLOOP_DETACH_H

#include "disk.h"

/* LOOP_CLR_FD, and FLOOP_DISK_DETACH: 0 or the errno that user space gets. */
int floop_clear(struct floop_disk *disk);
int floop_detach(struct floop_disk *disk, struct block_device *bdev);

/* Somebody opens it for himself.  With disk->lock. */
void __floop_user_comes(struct floop_disk *disk);

/* The last one who had it open has gone: so does what is attached, if that was wanted. */
void floop_last_close(struct floop_disk *disk);

#endif /* FLOOP_DETACH_H */
