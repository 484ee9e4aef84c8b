/* SPDX-License-Identifier: GPL-2.0-only */
/* From a disk without a file to one with it, and back: see attach.c. */
#ifndef FLOOP_ATTACH_H
#define FLOOP_ATTACH_H

#include "disk.h"

struct floop_attach;
struct loop_config;
struct loop_info64;

/*
 * The ioctls of the same names, after their arguments were copied.  Process context with an
 * address space; may sleep, do I/O.  0 or the errno that user space gets, which is the loop
 * device's wherever that has one.
 */
int floop_configure(struct floop_disk *disk, blk_mode_t mode, struct block_device *bdev,
		    const struct loop_config *config);
int floop_clear(struct floop_disk *disk);
int floop_change_file(struct floop_disk *disk, unsigned int fd);
int floop_set_status(struct floop_disk *disk, const struct loop_info64 *info);
int floop_get_status(struct floop_disk *disk, struct loop_info64 *info);
int floop_set_capacity(struct floop_disk *disk);
int floop_set_direct(struct floop_disk *disk, bool direct);
int floop_set_block_size(struct floop_disk *disk, blk_mode_t mode, struct block_device *bdev,
			 unsigned long size);

/*
 * Our own, likewise, of who has CAP_SYS_ADMIN: see uapi/floop_disk.h.  Each errno has its
 * sentence at floop_refusal_sentence().  @request's strings may not have an end yet.
 */
int floop_attach(struct floop_disk *disk, blk_mode_t mode, struct block_device *bdev,
		 struct floop_attach *request);
int floop_unshare(struct floop_disk *disk, u64 *pos);
int floop_suspend(struct floop_disk *disk, struct block_device *bdev, unsigned long flags);
int floop_detach(struct floop_disk *disk, struct block_device *bdev);
int floop_resume(struct floop_disk *disk);

/* The last one who had it open has gone: so does what is attached, if that was wanted. */
void floop_last_close(struct floop_disk *disk);

#endif /* FLOOP_ATTACH_H */
