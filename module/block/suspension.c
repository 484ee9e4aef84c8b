// SPDX-License-Identifier: GPL-2.0-only
/*
 * A disk stands still: for a moment, so that another claim can take the place of the one it
 * has, or from FLOOP_DISK_SUSPEND to FLOOP_DISK_RESUME, so that its file can be cloned.
 *
 * For a moment its queue is frozen.  A suspension must not last as a frozen queue does, in
 * which each who sends a bio waits inside the block layer; and core, which a clone of the
 * file makes close its gate and drain, must find nothing of ours there.  So bios are kept
 * before they come to core.  The queue is frozen to begin with, which drains it; the mark is
 * set while it is, so nobody is between looking at it and sending.
 *
 * A bio that is kept holds the queue.  So whoever wants the queue frozen, a change of a
 * setting in sysfs, waits for the end of the suspension; changes of what is attached
 * do not wait but are refused.  The end asks for neither queue nor disk->change, and can be
 * had without opening the disk (a message in sysfs), for there is much else that may wait
 * for a bio of a suspended disk: who opens it, if its partitions are to be read; who is the
 * last to close it, for what is cached above it has to be written first, and others wait for
 * the lock he holds. None of that is lost, it waits: as with device-mapper, who suspends
 * must resume.
 *
 * What is kept goes by interrupt afterwards, because nobody could poll for it yet; what may
 * not wait (REQ_NOWAIT) is told so.
 */
#include <linux/blk-mq.h>

#include "../core/refusal.h"
#include "disk.h"
#include "freezing.h"
#include "state.h"
#include "suspension.h"

#define PATIENCE	5	/* seconds */

/* As long as one ends now and then: much may be under way, on a slow device. */
static bool all_end(struct floop_disk *d)
{
	const struct floop_claim *claim = d->binding->claim;
	u64 ended;

	do {
		ended = floop_claim_nr_ended(claim);
		if (blk_mq_freeze_queue_wait_timeout(d->gd->queue, PATIENCE * HZ) > 0)
			return true;
	} while (floop_claim_nr_ended(claim) != ended);
	return false;
}

/*
 * Not for ever: a bio may wait for a thaw of the file system below, and who thaws it for a
 * page of this disk.
 */
int floop_still_begin(struct floop_disk *d)
{
	struct request_queue *q = d->gd->queue;

	blk_freeze_queue_start(q);
	if (all_end(d))
		return 0;
	blk_mq_unfreeze_queue(q);
	pr_warn("fastloop: %s: stays as it is, for what is under way does not end; is the file system below frozen?\n",
		d->gd->disk_name);
	return floop_fail(-EBUSY, "what is under way does not end within %d s; is the file system below frozen?",
			  PATIENCE);
}

void floop_still_end(struct floop_disk *d)
{
	blk_mq_unfreeze_queue(d->gd->queue);
}

static void mark(struct floop_disk *d)
{
	spin_lock(&d->kept_lock);
	WRITE_ONCE(d->suspended, true);
	spin_unlock(&d->kept_lock);
}

static int __suspend(struct floop_disk *d)
{
	int err = floop_still_begin(d);

	if (err)
		return err;
	mark(d);
	floop_still_end(d);
	return 0;
}

static void thaw_all(struct floop_disk *d)
{
	LIST_HEAD(frozen);

	spin_lock(&d->kept_lock);
	__floop_frozen_take(d, &frozen);
	spin_unlock(&d->kept_lock);
	floop_thaw(&frozen);
}

/* The file's time is set before, while whoever its file system waits for can still write. */
int floop_suspension_begin(struct floop_disk *d, bool freezes)
{
	int err = 0;

	if (READ_ONCE(d->suspended))
		return floop_fail(-EBUSY, "%s is suspended already", d->gd->disk_name);
	floop_claim_sync_time(d->binding->claim);
	if (freezes)
		err = floop_freeze(d, d->gd->part0);
	if (err)
		return err;
	err = __suspend(d);
	if (err && freezes)
		thaw_all(d);
	return err;
}

/* Who suspends it next, while this goes on, has what he freezes for himself. */
static void send_all_kept(struct floop_disk *d, struct list_head *frozen)
{
	struct bio_list all;
	struct bio *bio;

	spin_lock(&d->kept_lock);
	WRITE_ONCE(d->suspended, false);
	all = d->kept;
	bio_list_init(&d->kept);
	__floop_frozen_take(d, frozen);
	spin_unlock(&d->kept_lock);
	while ((bio = bio_list_pop(&all)))
		floop_disk_send_kept(d, bio);
}

void floop_suspension_end(struct floop_disk *d)
{
	LIST_HEAD(frozen);

	send_all_kept(d, &frozen);
	floop_thaw(&frozen);
}

void floop_suspension_end_by_message(struct floop_disk *d)
{
	LIST_HEAD(frozen);

	send_all_kept(d, &frozen);
	floop_thaw_later(d, &frozen);
}

static void __keep(struct floop_disk *d, struct bio *bio)
{
	bio_clear_polled(bio);
	percpu_ref_get(&d->gd->queue->q_usage_counter);
	bio_list_add(&d->kept, bio);
}

bool floop_suspension_takes(struct floop_disk *d, struct bio *bio)
{
	bool waits = !(bio->bi_opf & REQ_NOWAIT), takes;

	spin_lock(&d->kept_lock);
	takes = d->suspended;
	if (takes && waits)
		__keep(d, bio);
	spin_unlock(&d->kept_lock);
	if (takes && !waits)
		bio_wouldblock_error(bio);
	return takes;
}

void floop_suspension_init(struct floop_disk *d)
{
	spin_lock_init(&d->kept_lock);
	bio_list_init(&d->kept);
}

/* --- as user space asks for it */

/* A partition does not stand still by itself, but what is mounted on it may be frozen. */
static int suspend_part_or_whole(struct floop_disk *d, struct block_device *bdev, bool freezes)
{
	if (!bdev_is_partition(bdev))
		return floop_suspension_begin(d, freezes);
	if (freezes)
		return floop_freeze(d, bdev);
	return floop_fail(-EINVAL, "%pg is a partition: suspend the whole disk", bdev);
}

int floop_suspend(struct floop_disk *d, struct block_device *bdev, unsigned long flags)
{
	int err = 0;

	if (flags & ~FLOOP_SUSPEND_FREEZES)
		err = floop_fail(-EINVAL, "unknown flags: %#lx", flags);
	if (!err)
		err = floop_disk_change_begin(d);
	if (err)
		return err;
	err = suspend_part_or_whole(d, bdev, flags & FLOOP_SUSPEND_FREEZES);
	floop_disk_change_end(d);
	return err;
}

/* A disk without a file has none that wait, and may be getting one now. */
int floop_resume(struct floop_disk *d)
{
	floop_suspension_end(d);
	return 0;
}
