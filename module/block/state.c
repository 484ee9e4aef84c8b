// SPDX-License-Identifier: GPL-2.0-only
/*
 * The state of a disk, what is told of it, and who may change it: one at a time (d->change),
 * and what would turn it into another disk, only who has it for himself.
 */
#include <linux/fs.h>
#include <linux/kobject.h>

#include "../core/refusal.h"
#include "disk.h"
#include "state.h"

void floop_disk_tell(struct floop_disk *d)
{
	kobject_uevent(&disk_to_dev(d->gd)->kobj, KOBJ_CHANGE);
}

void floop_disk_hush(struct floop_disk *d, bool hush)
{
	dev_set_uevent_suppress(disk_to_dev(d->gd), hush);
}

void floop_disk_set_size(struct floop_disk *d, u64 nr_sectors)
{
	if (!set_capacity_and_notify(d->gd, nr_sectors))
		floop_disk_tell(d);
}

void floop_disk_scan_partitions_open(struct floop_disk *d)
{
	int err = bdev_disk_changed(d->gd, false);

	if (err)
		pr_warn("fastloop: %s: its partitions can not be read (%d)\n", d->gd->disk_name,
			err);
}

/* Not with d->change held: it waits for who is opening the disk, or closing it. */
void floop_disk_scan_partitions(struct floop_disk *d)
{
	mutex_lock(&d->gd->open_mutex);
	floop_disk_scan_partitions_open(d);
	mutex_unlock(&d->gd->open_mutex);
}

void floop_disk_set_state(struct floop_disk *d, enum floop_disk_state state)
{
	mutex_lock(&d->lock);
	d->state = state;
	mutex_unlock(&d->lock);
}

/* Who may turn the disk into another one under whoever has it mounted. */
int floop_disk_exclusive_begin(blk_mode_t mode, struct block_device *bdev)
{
	return mode & BLK_OPEN_EXCL ? 0 : floop_prepare_to_claim(bdev, floop_disk_exclusive_begin);
}

void floop_disk_exclusive_end(blk_mode_t mode, struct block_device *bdev)
{
	if (!(mode & BLK_OPEN_EXCL))
		bd_abort_claiming(bdev, floop_disk_exclusive_begin);
}

/* One change at a time, of a disk that is bound. */
int floop_disk_change_begin(struct floop_disk *d)
{
	int err = mutex_lock_killable(&d->change);

	if (err)
		return err;
	if (d->state == FLOOP_DISK_BOUND)
		return 0;
	mutex_unlock(&d->change);
	return floop_fail(-ENXIO, "%s has nothing attached", d->gd->disk_name);
}

void floop_disk_change_end(struct floop_disk *d)
{
	mutex_unlock(&d->change);
}

/*
 * One of what it leads to.  Who suspended it relies on what it is; and a change waits for
 * bios, which wait for him.
 */
int floop_disk_rebind_begin(struct floop_disk *d)
{
	int err = floop_disk_change_begin(d);

	if (err || !READ_ONCE(d->suspended))
		return err;
	floop_disk_change_end(d);
	return floop_fail(-EBUSY, "%s is suspended: resume it first", d->gd->disk_name);
}

void floop_disk_set_file_name(struct floop_disk *d, const u8 *name)
{
	memcpy(d->file_name, name, LO_NAME_SIZE);
	d->file_name[LO_NAME_SIZE - 1] = 0;
}
