// SPDX-License-Identifier: GPL-2.0-only
/*
 * All disks, by their numbers.  One that is being made or removed has its number, so that
 * nobody takes it, but can not be found.
 */
#include <linux/idr.h>

#include "../core/refusal.h"
#include "disk.h"
#include "registry.h"

/* Guards the numbers, disk->visible and disk->name. */
static DEFINE_MUTEX(registry_lock);
static DEFINE_IDR(registry);

int floop_registry_add(struct floop_disk *d, int number)
{
	int start = max(number, 0);
	int end = number < 0 ? 1 << MINORBITS : number + 1;
	int err = mutex_lock_killable(&registry_lock);

	if (err)
		return err;
	err = idr_alloc(&registry, d, start, end, GFP_KERNEL);
	mutex_unlock(&registry_lock);
	return err == -ENOSPC && number >= 0 ? -EEXIST : err;
}

static void set_visible(struct floop_disk *d, bool visible)
{
	mutex_lock(&registry_lock);
	d->visible = visible;
	mutex_unlock(&registry_lock);
}

void floop_registry_show(struct floop_disk *d)
{
	set_visible(d, true);
}

void floop_registry_remove(struct floop_disk *d)
{
	mutex_lock(&registry_lock);
	idr_remove(&registry, d->number);
	mutex_unlock(&registry_lock);
}

static struct floop_disk *__find_named(const char *name)
{
	struct floop_disk *d;
	int number;

	idr_for_each_entry(&registry, d, number)
		if (!strcmp(d->name, name))
			return d;
	return NULL;
}

static int __take_name(struct floop_disk *d, const char *name)
{
	struct floop_disk *other = __find_named(name);

	if (other)
		return floop_fail(-EEXIST, "the name %s is in use by %s", name,
				  other->gd->disk_name);
	strscpy(d->name, name, sizeof(d->name));
	return 0;
}

int floop_registry_take_name(struct floop_disk *d, const char *name)
{
	int err;

	if (!*name)
		return 0;
	err = mutex_lock_killable(&registry_lock);
	if (err)
		return err;
	err = __take_name(d, name);
	mutex_unlock(&registry_lock);
	return err;
}

void floop_registry_drop_name(struct floop_disk *d)
{
	mutex_lock(&registry_lock);
	*d->name = '\0';
	mutex_unlock(&registry_lock);
}

/* Found by nobody else from here on; NULL if there is none. */
static struct floop_disk *take(int number)
{
	struct floop_disk *d;

	mutex_lock(&registry_lock);
	d = idr_find(&registry, number);
	if (d && !d->visible)
		d = NULL;
	if (d)
		d->visible = false;
	mutex_unlock(&registry_lock);
	return d;
}

static int begin_deleting(struct floop_disk *d)
{
	int err = 0;

	mutex_lock(&d->lock);
	if (d->state != FLOOP_DISK_UNBOUND || disk_openers(d->gd))
		err = -EBUSY;
	else
		d->state = FLOOP_DISK_DELETING;
	mutex_unlock(&d->lock);
	return err;
}

int floop_registry_delete(int number)
{
	struct floop_disk *d;
	int err;

	if (number < 0)
		return -EINVAL;
	d = take(number);
	if (!d)
		return -ENODEV;
	err = begin_deleting(d);
	if (err)
		set_visible(d, true);
	else
		floop_disk_destroy(d);
	return err;
}

/* Whoever asks has it only when he has attached something, which another may do first. */
static int find_free(void)
{
	struct floop_disk *d;
	int number;

	idr_for_each_entry(&registry, d, number)
		if (d->visible && READ_ONCE(d->state) == FLOOP_DISK_UNBOUND)
			return number;
	return -ENODEV;
}

int floop_registry_get_free(void)
{
	int number = mutex_lock_killable(&registry_lock);

	if (number)
		return number;
	number = find_free();
	mutex_unlock(&registry_lock);
	return number >= 0 ? number : floop_disk_create(-1);
}

void floop_registry_destroy_all(void)
{
	struct floop_disk *d;
	int number;

	idr_for_each_entry(&registry, d, number)
		floop_disk_destroy(d);
	idr_destroy(&registry);
}
