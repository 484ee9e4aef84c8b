// SPDX-License-Identifier: GPL-2.0-only
/*
 * The names and numbers under which disks are found, and the node that makes more of them.
 *
 * Beside loop.ko the disks have a major of their own, and names that begin with "loop": by
 * that, and by their attributes below loop/, the programs of util-linux take a whole disk
 * for a loop device.  Instead of it they have its major, its names, and its node.
 */
#include <linux/blkdev.h>
#include <linux/loop.h>
#include <linux/major.h>
#include <linux/miscdevice.h>
#include <linux/module.h>

#include "device.h"
#include "disk.h"
#include "registry.h"

#define BESIDE	"loopf"
#define INSTEAD	"loop"

bool floop_replace_loop;

static int major;

static long control_ioctl(struct file *file, unsigned int cmd, unsigned long arg)
{
	switch (cmd) {
	case LOOP_CTL_ADD:
		return floop_disk_create((int)arg);
	case LOOP_CTL_REMOVE:
		return floop_registry_delete((int)arg);
	case LOOP_CTL_GET_FREE:
		return floop_registry_get_free();
	default:
		return -ENOSYS;
	}
}

static const struct file_operations control_fops = {
	.owner		= THIS_MODULE,
	.open		= nonseekable_open,
	.unlocked_ioctl	= control_ioctl,
	.compat_ioctl	= control_ioctl,
	.llseek		= noop_llseek,
};

static struct miscdevice control = {
	.minor		= MISC_DYNAMIC_MINOR,
	.name		= BESIDE "-control",
	.fops		= &control_fops,
};

int floop_device_major(void)
{
	return major;
}

const char *floop_device_prefix(void)
{
	return floop_replace_loop ? INSTEAD : BESIDE;
}

/* Who opens the node of a disk that there is not yet. */
static void probe(dev_t dev)
{
	floop_disk_create(MINOR(dev));
}

static int get_major(void)
{
	int err = __register_blkdev(floop_replace_loop ? LOOP_MAJOR : 0, floop_device_prefix(),
				    floop_replace_loop ? probe : NULL);

	if (err < 0) {
		pr_err("fastloop: block major %d is taken (%d)%s\n",
		       floop_replace_loop ? LOOP_MAJOR : 0, err,
		       floop_replace_loop ? ": loop.ko is loaded, or built in: rmmod loop first, or leave replace_loop out" : "");
		return err;
	}
	major = floop_replace_loop ? LOOP_MAJOR : err;
	return 0;
}

static int get_control(void)
{
	int err;

	if (floop_replace_loop) {
		control.minor = LOOP_CTRL_MINOR;
		control.name = INSTEAD "-control";
	}
	err = misc_register(&control);
	if (err)
		pr_err("fastloop: /dev/%s can not be made (%d)\n", control.name, err);
	return err;
}

int floop_device_init(void)
{
	int err = get_major();

	if (err)
		return err;
	err = get_control();
	if (err)
		unregister_blkdev(major, floop_device_prefix());
	return err;
}

void floop_device_exit(void)
{
	unregister_blkdev(major, floop_device_prefix());
	misc_deregister(&control);
}
