// SPDX-License-Identifier: GPL-2.0-only
/*
 * Whoever suspends a disk asks the file systems on it to freeze, but some can not be asked:
 * vfat has no FIFREEZE.  The block layer freezes any of them, by their device.
 *
 * To thaw a file system whose mounts have all gone ends it, and with it the last use of the
 * disk.  So that can not be done by who writes a message, whose end the last close waits for.
 */
#include <linux/blkdev.h>
#include <linux/slab.h>

#include "../core/refusal.h"
#include "disk.h"
#include "freezing.h"

struct frozen {
	struct list_head node;
	struct block_device *bdev;	/* its memory is held */
};

static struct workqueue_struct *thaw_queue;

static int freeze(struct block_device *bdev)
{
	int err;

	if (floop_bdev_is_frozen(bdev))
		return floop_fail(-EBUSY, "%pg is frozen by somebody else, or was thawed behind his back",
				  bdev);
	err = floop_bdev_freeze(bdev);
	return err ? floop_fail(err, "what is mounted on %pg can not be frozen", bdev) : 0;
}

int floop_freeze(struct floop_disk *d, struct block_device *bdev)
{
	struct frozen *f = kmalloc(sizeof(*f), GFP_NOIO);
	int err = f ? freeze(bdev) : floop_fail(-ENOMEM, "no memory to remember what is frozen");

	if (err) {
		kfree(f);
		return err;
	}
	f->bdev = bdev;
	get_device(&bdev->bd_device);
	spin_lock(&d->kept_lock);
	list_add(&f->node, &d->frozen);
	spin_unlock(&d->kept_lock);
	return 0;
}

void __floop_frozen_take(struct floop_disk *d, struct list_head *frozen)
{
	lockdep_assert_held(&d->kept_lock);
	list_splice_tail_init(&d->frozen, frozen);
}

/*
 * What was thawed by other means (FITHAW) can not be thawed again; then the block layer goes
 * on taking the device for frozen, and nothing can be mounted on it.
 */
void floop_thaw(struct list_head *frozen)
{
	struct frozen *f, *next;

	list_for_each_entry_safe(f, next, frozen, node) {
		if (floop_bdev_thaw(f->bdev))
			pr_warn("fastloop: %pg: what is mounted on it was thawed behind its back\n",
				f->bdev);
		put_device(&f->bdev->bd_device);
		kfree(f);
	}
}

static void thaw_work(struct work_struct *work)
{
	struct floop_disk *d = container_of(work, struct floop_disk, thaw_work);
	struct gendisk *gd = d->gd;
	LIST_HEAD(frozen);

	spin_lock(&d->kept_lock);
	list_splice_init(&d->thawing, &frozen);
	spin_unlock(&d->kept_lock);
	floop_thaw(&frozen);
	put_device(disk_to_dev(gd));
}

void floop_thaw_later(struct floop_disk *d, struct list_head *frozen)
{
	spin_lock(&d->kept_lock);
	list_splice_tail(frozen, &d->thawing);
	spin_unlock(&d->kept_lock);
	get_device(disk_to_dev(d->gd));
	if (!queue_work(thaw_queue, &d->thaw_work))
		put_device(disk_to_dev(d->gd));
}

void floop_freezing_init(struct floop_disk *d)
{
	INIT_LIST_HEAD(&d->frozen);
	INIT_LIST_HEAD(&d->thawing);
	INIT_WORK(&d->thaw_work, thaw_work);
}

int floop_freezing_start(void)
{
	thaw_queue = alloc_workqueue("floop_thaw", WQ_UNBOUND, 0);
	return thaw_queue ? 0 : -ENOMEM;
}

void floop_freezing_stop(void)
{
	destroy_workqueue(thaw_queue);
}
