/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * What a native disk needs to know of kernels that differ: see floop_compat.h.
 * Since 6.9 limits are handed over as a whole, since 6.11 with all features in them;
 * before, features are flags of the queue.
 */
#ifndef FLOOP_DISK_COMPAT_H
#define FLOOP_DISK_COMPAT_H

#include <linux/blkdev.h>
#include <linux/err.h>
#include <linux/part_stat.h>

#include "floop_compat.h"

/* --- limits */

#ifdef FLOOP_HAVE_LIMITS_SET

static inline struct gendisk *floop_disk_alloc(void)
{
	return blk_alloc_disk(NULL, NUMA_NO_NODE);
}

/* Those of a disk that sends on to @lower, or to no device. */
static inline void floop_limits_stack(struct queue_limits *lim, struct block_device *lower)
{
	memset(lim, 0, sizeof(*lim));	/* so that they can be compared */
	blk_set_stacking_limits(lim);
	lim->features = BLK_FEAT_WRITE_CACHE | BLK_FEAT_FUA | BLK_FEAT_IO_STAT | BLK_FEAT_NOWAIT;
	if (!lower)
		return;
	lim->features |= BLK_FEAT_POLL;
	blk_stack_limits(lim, &bdev_get_queue(lower)->limits, get_start_sect(lower));
}

static inline int floop_limits_commit(struct gendisk *gd, struct queue_limits *lim,
				      struct block_device *lower)
{
	return queue_limits_set(gd->queue, lim);
}

#else

static inline struct gendisk *floop_disk_alloc(void)
{
	return blk_alloc_disk(NUMA_NO_NODE) ?: ERR_PTR(-ENOMEM);
}

static inline void floop_limits_stack(struct queue_limits *lim, struct block_device *lower)
{
	memset(lim, 0, sizeof(*lim));	/* so that they can be compared */
	blk_set_stacking_limits(lim);
	if (lower)
		blk_stack_limits(lim, &bdev_get_queue(lower)->limits, get_start_sect(lower));
}

static inline void floop_queue_flag(struct request_queue *q, unsigned int flag, bool set)
{
	if (set)
		blk_queue_flag_set(flag, q);
	else
		blk_queue_flag_clear(flag, q);
}

/* Nothing checks them there. */
static inline int floop_limits_commit(struct gendisk *gd, struct queue_limits *lim,
				      struct block_device *lower)
{
	struct request_queue *q = gd->queue;
	unsigned long flags = lower ? bdev_get_queue(lower)->queue_flags : 0;

	if (!is_power_of_2(lim->logical_block_size) || lim->logical_block_size < SECTOR_SIZE ||
	    lim->logical_block_size > PAGE_SIZE)
		return -EINVAL;
	q->limits = *lim;
	floop_queue_flag(q, QUEUE_FLAG_IO_STAT, true);
	floop_queue_flag(q, QUEUE_FLAG_NONROT, !lower || test_bit(QUEUE_FLAG_NONROT, &flags));
	floop_queue_flag(q, QUEUE_FLAG_NOWAIT, !lower || test_bit(QUEUE_FLAG_NOWAIT, &flags));
	floop_queue_flag(q, QUEUE_FLAG_POLL, test_bit(QUEUE_FLAG_POLL, &flags));
	floop_queue_flag(q, QUEUE_FLAG_STABLE_WRITES, test_bit(QUEUE_FLAG_STABLE_WRITES, &flags));
	blk_queue_write_cache(q, true, true);
	disk_update_readahead(gd);
	return 0;
}

#endif

/* --- statistics: 6.1 counts a request, and its sectors, when it begins; cancelled, it never came */

#ifdef FLOOP_HAVE_ACCT_OF_SECTORS_AT_END
#define floop_acct_begin(bdev, op, now)	bdev_start_io_acct(bdev, op, now)
#define floop_acct_end(bdev, op, nr_sectors, started) \
	bdev_end_io_acct(bdev, op, nr_sectors, started)
static inline void floop_acct_cancel(struct block_device *bdev, enum req_op op)
{
	part_stat_lock();
	part_stat_local_dec(bdev, in_flight[op_is_write(op)]);
	part_stat_unlock();
}
#else
#define floop_acct_begin(bdev, op, now)	bdev_start_io_acct(bdev, 0, op, now)
static inline void floop_acct_end(struct block_device *bdev, enum req_op op,
				  unsigned int nr_sectors, unsigned long started)
{
	part_stat_lock();
	part_stat_add(bdev, sectors[op_stat_group(op)], nr_sectors);
	part_stat_unlock();
	bdev_end_io_acct(bdev, op, started);
}
static inline void floop_acct_cancel(struct block_device *bdev, enum req_op op)
{
	part_stat_lock();
	part_stat_dec(bdev, ios[op_stat_group(op)]);
	part_stat_local_dec(bdev, in_flight[op_is_write(op)]);
	part_stat_unlock();
}
#endif

/* --- opening, and being told */

#ifdef FLOOP_HAVE_BLK_MODE_T
#define FLOOP_DISK_OPEN(name, gd)	int name(struct gendisk *gd, blk_mode_t mode)
#define FLOOP_DISK_RELEASE(name, gd)	void name(struct gendisk *gd)
#define floop_opened_disk(gd)		(gd)
#else
#define BLK_OPEN_EXCL	FMODE_EXCL
#define FLOOP_DISK_OPEN(name, bdev)	int name(struct block_device *bdev, fmode_t mode)
#define FLOOP_DISK_RELEASE(name, gd)	void name(struct gendisk *gd, fmode_t mode)
#define floop_opened_disk(bdev)		((bdev)->bd_disk)
#endif

#ifdef FLOOP_HAVE_HOLDER_OPS
#define floop_prepare_to_claim(bdev, holder)	bd_prepare_to_claim(bdev, holder, NULL)
#else
#define floop_prepare_to_claim(bdev, holder)	bd_prepare_to_claim(bdev, holder)
#endif

#ifdef FLOOP_HAVE_MEDIA_CHANGE_OF_DISK
#define floop_force_media_change(gd)	disk_force_media_change(gd)
#else
#define floop_force_media_change(gd)	disk_force_media_change(gd, DISK_EVENT_MEDIA_CHANGE)
#endif

#ifdef FLOOP_HAVE_BDEV_FREEZE
#define floop_bdev_freeze(bdev)	bdev_freeze(bdev)
#define floop_bdev_thaw(bdev)	bdev_thaw(bdev)
#define floop_bdev_is_frozen(bdev)	(atomic_read(&(bdev)->bd_fsfreeze_count) > 0)
#else
#define floop_bdev_freeze(bdev)	freeze_bdev(bdev)
#define floop_bdev_thaw(bdev)	thaw_bdev(bdev)
#define floop_bdev_is_frozen(bdev)	(READ_ONCE((bdev)->bd_fsfreeze_count) > 0)
#endif

#endif /* FLOOP_DISK_COMPAT_H */
