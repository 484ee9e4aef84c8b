/* SPDX-License-Identifier: GPL-2.0-only */
/* File systems on a disk, and on its partitions, that are frozen for a suspension: freezing.c. */
#ifndef FLOOP_FREEZING_H
#define FLOOP_FREEZING_H

#include <linux/list.h>

struct block_device;
struct floop_disk;

/*
 * What is mounted on @bdev, the disk or a partition of it, which the caller has open; if
 * nothing is, nothing can be mounted until it is thawed.  With disk->change.  May sleep, does
 * I/O.  0 or a negative errno with a sentence.
 */
int floop_freeze(struct floop_disk *disk, struct block_device *bdev);

/*
 * All that floop_freeze() has frozen, to @frozen, for one of those below.  With
 * disk->kept_lock, in which the suspension ends too: what is frozen next is the next one's.
 */
void __floop_frozen_take(struct floop_disk *disk, struct list_head *frozen);

/* The last one first; the list is of no use afterwards.  May sleep, waits for bios. */
void floop_thaw(struct list_head *frozen);

/* The same a little later, in a worker: for who must not wait, or holds an attribute. */
void floop_thaw_later(struct floop_disk *disk, struct list_head *frozen);

void floop_freezing_init(struct floop_disk *disk);

/* Of the module.  No disk is left, or none can be reached any more, when it is stopped. */
int floop_freezing_start(void);
void floop_freezing_stop(void);

#endif /* FLOOP_FREEZING_H */
