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
#include "suspension.h"

#define PATIENCE	5	/* seconds */

/*
 * To thaw a file system whose mounts have all gone ends it, and with it the last use of the
 * disk: that can not be done by who writes a message, whose end the last close waits for.
 */
static struct workqueue_struct *thaw_queue;

/*
 * Not for ever: a bio may wait for a thaw of the file system below, and who thaws it for a
 * page of this disk.
 */
int floop_still_begin(struct floop_disk *d)
{
	struct request_queue *q = d->gd->queue;

	blk_freeze_queue_start(q);
	if (blk_mq_freeze_queue_wait_timeout(q, PATIENCE * HZ) > 0)
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

/*
 * The file system above, for those that can not be asked to freeze (vfat has no FIFREEZE);
 * without one, none can be mounted until it is undone.
 */
static int fs_freeze(struct floop_disk *d)
{
	int err;

	if (floop_bdev_is_frozen(d->gd->part0))
		return floop_fail(-EBUSY, "%s is frozen by somebody else, or was thawed behind his back",
				  d->gd->disk_name);
	err = floop_bdev_freeze(d->gd->part0);
	if (err)
		return floop_fail(err, "what is mounted on %s can not be frozen", d->gd->disk_name);
	d->froze = true;
	return 0;
}

/*
 * By whoever comes first.  What was thawed by other means (FITHAW) can not be thawed again;
 * then the block layer goes on taking the disk for frozen, and none can be mounted.
 */
static void fs_thaw(struct floop_disk *d)
{
	bool froze;

	spin_lock(&d->kept_lock);
	froze = d->froze;
	d->froze = false;
	spin_unlock(&d->kept_lock);
	if (froze && floop_bdev_thaw(d->gd->part0))
		pr_warn("fastloop: %s: what is mounted on it was thawed behind its back\n",
			d->gd->disk_name);
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

/* The file's time is set before, while whoever its file system waits for can still write. */
int floop_suspension_begin(struct floop_disk *d, bool freezes)
{
	int err = 0;

	if (READ_ONCE(d->suspended) || READ_ONCE(d->froze))
		return floop_fail(-EBUSY, "%s is suspended already", d->gd->disk_name);
	floop_claim_sync_time(d->binding->claim);
	if (freezes)
		err = fs_freeze(d);
	if (err)
		return err;
	err = __suspend(d);
	if (err)
		fs_thaw(d);
	return err;
}

static void send_all_kept(struct floop_disk *d)
{
	struct bio_list all;
	struct bio *bio;

	spin_lock(&d->kept_lock);
	WRITE_ONCE(d->suspended, false);
	all = d->kept;
	bio_list_init(&d->kept);
	spin_unlock(&d->kept_lock);
	while ((bio = bio_list_pop(&all)))
		floop_disk_send_kept(d, bio);
}

void floop_suspension_end(struct floop_disk *d)
{
	send_all_kept(d);
	fs_thaw(d);
}

static void thaw_work(struct work_struct *work)
{
	struct floop_disk *d = container_of(work, struct floop_disk, thaw_work);
	struct gendisk *gd = d->gd;

	fs_thaw(d);
	put_device(disk_to_dev(gd));
}

void floop_suspension_end_by_message(struct floop_disk *d)
{
	send_all_kept(d);
	if (!READ_ONCE(d->froze))
		return;
	get_device(disk_to_dev(d->gd));
	if (!queue_work(thaw_queue, &d->thaw_work))
		put_device(disk_to_dev(d->gd));
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
	INIT_WORK(&d->thaw_work, thaw_work);
}

int floop_suspension_start(void)
{
	thaw_queue = alloc_workqueue("floop_thaw", WQ_UNBOUND, 0);
	return thaw_queue ? 0 : -ENOMEM;
}

void floop_suspension_stop(void)
{
	destroy_workqueue(thaw_queue);
}
