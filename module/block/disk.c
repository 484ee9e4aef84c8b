// SPDX-License-Identifier: GPL-2.0-only
/*
 * The life of a disk: made with a number and nothing behind it, bound and freed again any
 * number of times, removed when nobody uses it.
 */
#include <linux/blkdev.h>
#include <linux/lockdep.h>
#include <linux/module.h>
#include <linux/slab.h>

#include "detach.h"
#include "device.h"
#include "disk.h"
#include "freezing.h"
#include "ioctl.h"
#include "limits.h"
#include "registry.h"
#include "suspension.h"

/* One that is going can not be opened any more. */
static int disk_may_open(struct floop_disk *d, blk_mode_t mode)
{
	int err = mutex_lock_killable(&d->lock);

	if (err)
		return err;
	if (d->state == FLOOP_DISK_RUNDOWN || d->state == FLOOP_DISK_DELETING)
		err = -ENXIO;
	else if (mode & BLK_OPEN_EXCL)
		__floop_user_comes(d);
	mutex_unlock(&d->lock);
	return err;
}

static FLOOP_DISK_OPEN(disk_open, opened)
{
	return disk_may_open(floop_disk_of(floop_opened_disk(opened)), mode);
}

static FLOOP_DISK_RELEASE(disk_release, gd)
{
	if (!disk_openers(gd))
		floop_last_close(floop_disk_of(gd));
}

/* Its last reference has gone. */
static void disk_free(struct gendisk *gd)
{
	struct floop_disk *d = floop_disk_of(gd);

	lockdep_unregister_key(&d->open_key);
	kfree(d);
}

static const struct block_device_operations disk_fops = {
	.owner		= THIS_MODULE,
	.submit_bio	= floop_disk_submit_bio,
	.open		= disk_open,
	.release	= disk_release,
	.ioctl		= floop_disk_ioctl,
	.compat_ioctl	= floop_disk_compat_ioctl,
	.free_disk	= disk_free,
};

bool floop_disk_is_ours(const struct gendisk *gd)
{
	return gd->fops == &disk_fops;
}

/* Partitions have minors of the extended major, as many as there are. */
static void disk_describe(struct floop_disk *d, struct gendisk *gd)
{
	gd->major = floop_device_major();
	gd->first_minor = d->number;
	gd->minors = 1;
	gd->fops = &disk_fops;
	gd->private_data = d;
	gd->events = DISK_EVENT_MEDIA_CHANGE;
	gd->event_flags = DISK_EVENT_FLAG_UEVENT;
	snprintf(gd->disk_name, DISK_NAME_LEN, "%s%d", floop_device_prefix(), d->number);
	set_bit(GD_SUPPRESS_PART_SCAN, &gd->state);
}

/* It was never added, so its last reference does not free what is ours. */
static void disk_discard(struct floop_disk *d)
{
	floop_registry_remove(d);
	put_disk(d->gd);
	lockdep_unregister_key(&d->open_key);
	kfree(d);
}

/* The gendisk owns it, once it was added. */
static int disk_publish(struct floop_disk *d)
{
	struct gendisk *gd = floop_disk_alloc();
	int err;

	if (IS_ERR(gd)) {
		floop_registry_remove(d);
		kfree(d);
		return PTR_ERR(gd);
	}
	d->gd = gd;
	/* The last close of one closes what is attached, which may be another one. */
	lockdep_register_key(&d->open_key);
	lockdep_set_class(&gd->open_mutex, &d->open_key);
	disk_describe(d, gd);
	floop_limits_clear(d);
	err = add_disk(gd);
	if (err)
		disk_discard(d);
	return err;
}

int floop_disk_create(int number)
{
	struct floop_disk *d;
	int err;

	if (number > (int)MINORMASK)
		return -EINVAL;
	d = kzalloc(sizeof(*d), GFP_KERNEL);
	if (!d)
		return -ENOMEM;
	mutex_init(&d->change);
	mutex_init(&d->lock);
	floop_suspension_init(d);
	floop_freezing_init(d);
	number = floop_registry_add(d, number);
	if (number < 0) {
		kfree(d);
		return number;
	}
	d->number = number;
	err = disk_publish(d);
	if (err)
		return err;
	floop_registry_show(d);
	return number;
}

void floop_disk_destroy(struct floop_disk *d)
{
	del_gendisk(d->gd);
	floop_registry_remove(d);
	put_disk(d->gd);
}
