// SPDX-License-Identifier: GPL-2.0-only
/*
 * The native disk.  It is as long as its file, or as its limit says, which is changed
 * while it is in use.
 */
#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <time.h>

#include "cli.h"
#include "device.h"
#include "engine.h"
#include "face.h"
#include "message.h"
#include "names.h"
#include "native.h"
#include "refusal.h"

#define MAX_NAMES	100000	/* that share one file name */
#define PATIENCE_STEPS	50	/* of 100 ms each */

static int native_begin(void)
{
	int err = native_load();

	if (!err)
		return STATUS_DONE;
	return engine_module_failed("native disk", "fastloop-disk", err);
}

static const char *native_error(void)
{
	return "";
}

/* --- names */

static int name_compare(const struct disk_view *view, void *arg)
{
	return view->has_name && !strcmp(view->name, arg);
}

static bool native_has_name(const char *name)
{
	return native_each(name_compare, (void *)name) == 1;
}

/* --- making one */

static int attach_as(struct making *making, const char *name)
{
	const struct native_attach what = {
		.fd = making->backing->fd,
		.offset = making->range.offset,
		.size = backing_limit(making->backing, making->range.offset, making->range.size),
		.name = name,
		.options = making->options + strspn(making->options, " "),
		.is_read_only = making->is_read_only,
		.leaves_after_use = making->leaves_after_use,
	};
	char node[64];
	int err = native_attach(&what, node, sizeof(node));

	if (!err)
		snprintf(making->made, sizeof(making->made), "%s", name);
	return err;
}

static int attach_unnamed(struct making *making)
{
	char name[DEVMAPPER_NAME_SIZE];
	int err = -EEXIST;
	unsigned int i;

	for (i = 1; err == -EEXIST && i <= MAX_NAMES; i++) {
		if (making_name(making, name, sizeof(name), i))
			err = attach_as(making, name);
	}
	return err;
}

static int attach_named(struct making *making)
{
	return name_is_taken(making->name) ? -EEXIST : attach_as(making, making->name);
}

static int native_make(struct making *making)
{
	int err = making->name ? attach_named(making) : attach_unnamed(making);

	if (!err)
		return STATUS_DONE;
	if (err == -EEXIST)
		return failed(making->name ? making->name : making->backing->name,
			      "this device name is in use");
	return refusal_report(making->backing->name, strerror(-err));
}

/* --- holding and removing it */

static struct disk disk_of(const struct device *device)
{
	return (struct disk) {
		.node = device->node, .path = device->path, .identity = device->identity,
	};
}

static int native_hold(const struct device *device)
{
	const struct disk disk = disk_of(device);

	return disk_hold(&disk);
}

static int or_gone(int err)
{
	return err == -ENXIO || err == -ENOENT ? 0 : err;
}

static int native_remove(const struct device *device)
{
	const struct disk disk = disk_of(device);

	return or_gone(native_detach(&disk));
}

static int native_remove_deferred(const struct device *device)
{
	const struct disk disk = disk_of(device);

	return or_gone(disk_detach_deferred(&disk));
}

static int native_keep_device(const struct device *device)
{
	const struct disk disk = disk_of(device);

	return disk_keep(&disk);
}

/* Its name is the only thing known of it. */
static int made_remove(const struct disk_view *view, void *arg)
{
	const struct disk disk = { view->node, view->path, view->identity };

	if (!view->has_name || strcmp(view->name, arg))
		return 0;
	return native_detach(&disk) ? -EBUSY : 1;
}

/* udev may be looking at it. */
static void native_unmake(const struct making *making)
{
	static const struct timespec step = { .tv_nsec = 100000000 };
	int steps = 0, found;

	while ((found = native_each(made_remove, (void *)making->made)) == -EBUSY &&
	       steps++ < PATIENCE_STEPS)
		nanosleep(&step, NULL);
	if (found < 0)
		remark(making->made, "the half-made device could not be removed: it is in use");
}

/* --- telling it */

static int native_tell(const struct device *device, const char *message)
{
	const struct disk disk = disk_of(device);

	return native_message(&disk, message);
}

/* Not by its node, which can not be opened while the last one who had it open waits for it. */
static int native_resume_device(const struct device *device)
{
	const struct disk disk = disk_of(device);

	return native_resume_by_message(&disk);
}

static int native_unshare_device(const struct device *device, uint64_t *pos)
{
	const struct disk disk = disk_of(device);

	return native_unshare(&disk, pos);
}

static int native_resize_device(const struct device *device, const struct backing *backing,
				uint64_t size)
{
	const struct disk disk = disk_of(device);
	int err = disk_resize(&disk, backing_limit(backing, device->offset, size));

	return err ? refusal_report(device->name, strerror(-err)) : STATUS_DONE;
}

const struct face face_native = {
	.word		 = "native",
	.engine		 = ENGINE_FASTLOOP,
	.begin		 = native_begin,
	.has_name	 = native_has_name,
	.make		 = native_make,
	.unmake		 = native_unmake,
	.hold		 = native_hold,
	.remove		 = native_remove,
	.remove_deferred = native_remove_deferred,
	.keep		 = native_keep_device,
	.resume		 = native_resume_device,
	.tell		 = native_tell,
	.unshare	 = native_unshare_device,
	.grow		 = face_grow_by_message,
	.resize		 = native_resize_device,
	.error		 = native_error,
};
