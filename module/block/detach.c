// SPDX-License-Identifier: GPL-2.0-only
/*
 * From a disk with a file back to one without.  A disk is bound by who has it open, and gives
 * its file up when the last one closes it, if LOOP_CLR_FD, LO_FLAGS_AUTOCLEAR or
 * FLOOP_DISK_DETACH wanted that.  Then nobody can have a bio under way.
 *
 * Who attaches, and wants it given up after use, can not say so by LO_FLAGS_AUTOCLEAR: he
 * closes it first, and whoever looks at what is new, as udev does, closes it next.  So it
 * gets the flag from the first one who has it for himself, as a mount does.
 */
#include <linux/fs.h>
#include <linux/loop.h>
#include <linux/module.h>

#include "../core/refusal.h"
#include "attributes.h"
#include "binding.h"
#include "detach.h"
#include "limits.h"
#include "registry.h"
#include "state.h"
#include "suspension.h"

int floop_clear(struct floop_disk *d)
{
	int err = floop_disk_change_begin(d);

	if (err)
		return err;
	mutex_lock(&d->lock);
	d->flags |= LO_FLAGS_AUTOCLEAR;
	d->awaits_user = false;
	if (disk_openers(d->gd) == 1)
		d->state = FLOOP_DISK_RUNDOWN;
	mutex_unlock(&d->lock);
	floop_disk_change_end(d);
	return 0;
}

void __floop_user_comes(struct floop_disk *d)
{
	if (!d->awaits_user)
		return;
	d->awaits_user = false;
	d->flags |= LO_FLAGS_AUTOCLEAR;
}

/*
 * Whoever is opening it, or has just done so, is waited for; with d->change that could be for
 * ever, because the last close waits for messages.  Another change of this moment is by
 * somebody who has it open.
 */
int floop_detach(struct floop_disk *d, struct block_device *bdev)
{
	int err = 0;

	if (bdev_is_partition(bdev))	/* its users are not counted with the disk's */
		return floop_fail(-EINVAL, "it is a partition: detach the whole disk");
	mutex_lock(&d->gd->open_mutex);
	mutex_lock(&d->lock);
	if (d->state != FLOOP_DISK_BOUND)
		err = floop_fail(-ENXIO, "%s has nothing attached", d->gd->disk_name);
	else if (disk_openers(d->gd) > 1)
		err = floop_fail(-EBUSY, "somebody else has %s open", d->gd->disk_name);
	else
		d->state = FLOOP_DISK_RUNDOWN;
	mutex_unlock(&d->lock);
	mutex_unlock(&d->gd->open_mutex);
	return err;
}

static bool is_to_be_detached(struct floop_disk *d)
{
	bool is;

	mutex_lock(&d->lock);
	if (d->state == FLOOP_DISK_BOUND && d->flags & LO_FLAGS_AUTOCLEAR)
		d->state = FLOOP_DISK_RUNDOWN;
	is = d->state == FLOOP_DISK_RUNDOWN;
	mutex_unlock(&d->lock);
	return is;
}

static void forget_settings(struct floop_disk *d)
{
	memset(d->file_name, 0, LO_NAME_SIZE);
	d->flags = 0;
	d->awaits_user = false;
	set_bit(GD_SUPPRESS_PART_SCAN, &d->gd->state);
	floop_registry_drop_name(d);
}

/*
 * With open_mutex.  Nobody has a bio under way, nor one that is kept: what is attached next
 * is not suspended.
 */
void floop_last_close(struct floop_disk *d)
{
	bool scan = d->flags & LO_FLAGS_PARTSCAN;

	if (!is_to_be_detached(d))
		return;
	floop_attributes_hide(d);
	floop_suspension_end(d);
	floop_binding_detach(d);
	floop_limits_clear(d);
	invalidate_disk(d->gd);
	set_disk_ro(d->gd, false);
	floop_disk_tell(d);
	floop_force_media_change(d->gd);
	if (scan)
		floop_disk_scan_partitions_open(d);
	forget_settings(d);
	floop_disk_set_state(d, FLOOP_DISK_UNBOUND);
	module_put(THIS_MODULE);	/* who closes it has it still */
}
