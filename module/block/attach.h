/* SPDX-License-Identifier: GPL-2.0-only */
/* From a disk without a file to one with it: see attach.c. */
#ifndef FLOOP_ATTACH_H
#define FLOOP_ATTACH_H

#include "disk.h"

struct floop_attach;
struct loop_config;

/*
 * LOOP_CONFIGURE, after its argument was copied.  Process context with an address space; may
 * sleep, do I/O.  0 or the errno that user space gets, which is the loop device's wherever
 * that has one.
 */
int floop_configure(struct floop_disk *disk, blk_mode_t mode, struct block_device *bdev,
		    const struct loop_config *config);

/*
 * FLOOP_DISK_ATTACH, likewise, of who has CAP_SYS_ADMIN: see uapi/floop_disk.h.  Each errno
 * has its sentence at floop_refusal_sentence().  @request's strings may not have an end yet.
 */
int floop_attach(struct floop_disk *disk, blk_mode_t mode, struct block_device *bdev,
		 struct floop_attach *request);

#endif /* FLOOP_ATTACH_H */
