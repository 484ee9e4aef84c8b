// SPDX-License-Identifier: GPL-2.0-only
/*
 * fastloop-disk.ko: a disk of its own, without device-mapper, that is attached by the loop
 * device's ioctls: losetup(8) and mount(8) take it for one; or by its own, as fastloop(8) does.
 *
 *	disk.c		the life of a disk
 *	registry.c	all disks, by their numbers and names
 *	device.c	under which names and numbers they are found
 *	ioctl.c		the loop device's ioctls, and ours: how arguments come in
 *	arguments.c	what they have in common
 *	request.c	what FLOOP_DISK_ATTACH asks for
 *	attach.c	to a disk with a file,
 *	detach.c	and back
 *	settings.c	what can be changed in between
 *	state.c		and who may, one at a time
 *	binding.c	what is attached
 *	suspension.c	nothing under way, for a moment or until it is resumed
 *	freezing.c	and what is mounted on it, frozen for that
 *	attributes.c	and what sysfs says of it
 *	limits.c	what the disk offers to whoever is above
 *	bio.c		a bio on its way
 *	contexts.c	what it needs there
 */
#include <linux/init.h>
#include <linux/module.h>

#include "binding.h"
#include "device.h"
#include "disk.h"
#include "freezing.h"
#include "registry.h"
#include "version.h"

static int max_loop = 8;
module_param(max_loop, int, 0444);
MODULE_PARM_DESC(max_loop, "disks to begin with; more are made when they are wanted");

module_param_named(replace_loop, floop_replace_loop, bool, 0444);
MODULE_PARM_DESC(replace_loop, "be /dev/loopN and /dev/loop-control, in place of loop.ko");

module_param_named(map_always, floop_map_always, bool, 0644);
MODULE_PARM_DESC(map_always, "map, and keep from others, what is attached from now on without direct I/O, too");

static int __init floop_disk_init(void)
{
	int err = floop_bio_init();
	int i;

	if (err)
		return err;
	err = floop_freezing_start();
	if (err)
		goto no_freezing;
	err = floop_device_init();
	if (err)
		goto no_device;
	for (i = 0; i < max_loop; i++)
		floop_disk_create(i);
	return 0;

no_device:
	floop_freezing_stop();
no_freezing:
	floop_bio_exit();
	return err;
}

/* Whoever had one open, or something attached, would have kept the module. */
static void __exit floop_disk_exit(void)
{
	floop_device_exit();
	floop_freezing_stop();
	floop_registry_destroy_all();
	floop_bio_exit();
}

module_init(floop_disk_init);
module_exit(floop_disk_exit);
MODULE_DESCRIPTION("a file as a disk, with the loop device's ioctls, by fastloop");
MODULE_AUTHOR("The fastloop developers");
MODULE_VERSION(FLOOP_VERSION);
MODULE_LICENSE("GPL");
