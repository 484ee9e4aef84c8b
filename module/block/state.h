/* SPDX-License-Identifier: GPL-2.0-only */
/* The state of a disk, and who may change it: see state.c. */
#ifndef FLOOP_STATE_H
#define FLOOP_STATE_H

#include "disk.h"

/* A uevent: it has changed; and none until it is hushed no more.  May sleep. */
void floop_disk_tell(struct floop_disk *disk);
void floop_disk_hush(struct floop_disk *disk, bool hush);

/* Of @nr_sectors of 512 bytes, which is told.  May sleep. */
void floop_disk_set_size(struct floop_disk *disk, u64 nr_sectors);

/*
 * Read its partitions anew; the other one with open_mutex.  May sleep, does I/O.  Without
 * disk->change: open_mutex is held by who is opening the disk, or closing it, and he may be
 * waiting for that.
 */
void floop_disk_scan_partitions(struct floop_disk *disk);
void floop_disk_scan_partitions_open(struct floop_disk *disk);

/* Takes disk->lock. */
void floop_disk_set_state(struct floop_disk *disk, enum floop_disk_state state);
/* With disk->lock, if others can see the disk.  @name may have no end. */
void floop_disk_set_file_name(struct floop_disk *disk, const u8 *name);

/* Who may turn the disk into another one under whoever has it mounted: 0, or -EBUSY. */
int floop_disk_exclusive_begin(blk_mode_t mode, struct block_device *bdev);
void floop_disk_exclusive_end(blk_mode_t mode, struct block_device *bdev);

/*
 * One change at a time, of a disk that is bound: disk->change, killable.  The other is for a
 * change of what the disk leads to, which one that is suspended does not take.  0, or a
 * negative errno with its sentence, and nothing is held.
 */
int floop_disk_change_begin(struct floop_disk *disk);
int floop_disk_rebind_begin(struct floop_disk *disk);
void floop_disk_change_end(struct floop_disk *disk);

#endif /* FLOOP_STATE_H */
