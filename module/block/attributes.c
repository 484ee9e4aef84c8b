// SPDX-License-Identifier: GPL-2.0-only
/*
 * What sysfs says of a disk with a file: below loop/ what a loop device says, by which
 * util-linux, systemd and others know one; below fastloop/ what there is besides.
 *
 * What those say is written in uapi/floop_disk.h.
 */
#include <linux/capability.h>
#include <linux/string.h>
#include <linux/sysfs.h>

#include "../core/refusal.h"
#include "../uapi/floop_target.h"
#include "attributes.h"
#include "disk.h"
#include "suspension.h"

static struct floop_disk *disk_of(struct device *dev)
{
	return floop_disk_of(dev_to_disk(dev));
}

/* Nothing is attached, or it is about to go. */
static ssize_t show(struct device *dev, char *buf,
		    ssize_t (*show)(const struct floop_disk *d, char *buf))
{
	struct floop_disk *d = disk_of(dev);
	ssize_t len = -ENXIO;

	mutex_lock(&d->lock);
	if (d->binding)
		len = show(d, buf);
	mutex_unlock(&d->lock);
	return len;
}

#define ATTRIBUTE_RO(_name)								\
static ssize_t __show_##_name(struct device *dev, struct device_attribute *attr, char *buf) \
{											\
	return show(dev, buf, show_##_name);						\
}											\
static struct device_attribute attribute_##_name = __ATTR(_name, 0444, __show_##_name, NULL)

/* The longest path that there can be leaves no room for the end of the line. */
static ssize_t show_backing_file(const struct floop_disk *d, char *buf)
{
	char *path = d_path(&d->binding->path, buf, PAGE_SIZE);
	size_t len;

	if (IS_ERR(path))
		return PTR_ERR(path);
	len = strlen(path);
	memmove(buf, path, len);
	if (len < PAGE_SIZE - 1)
		buf[len++] = '\n';
	buf[len] = '\0';
	return len;
}
ATTRIBUTE_RO(backing_file);

static ssize_t show_offset(const struct floop_disk *d, char *buf)
{
	return sysfs_emit(buf, "%llu\n", d->binding->offset);
}
ATTRIBUTE_RO(offset);

static ssize_t show_sizelimit(const struct floop_disk *d, char *buf)
{
	return sysfs_emit(buf, "%llu\n", d->binding->size_limit);
}
ATTRIBUTE_RO(sizelimit);

static ssize_t show_autoclear(const struct floop_disk *d, char *buf)
{
	return sysfs_emit(buf, "%d\n", d->flags & LO_FLAGS_AUTOCLEAR || d->awaits_user);
}
ATTRIBUTE_RO(autoclear);

static ssize_t show_partscan(const struct floop_disk *d, char *buf)
{
	return sysfs_emit(buf, "%d\n", !!(d->flags & LO_FLAGS_PARTSCAN));
}
ATTRIBUTE_RO(partscan);

static ssize_t show_dio(const struct floop_disk *d, char *buf)
{
	return sysfs_emit(buf, "%d\n", d->binding->direct &&
				       floop_claim_goes_direct(d->binding->claim));
}
ATTRIBUTE_RO(dio);

static struct attribute *loop_attributes[] = {
	&attribute_backing_file.attr,
	&attribute_offset.attr,
	&attribute_sizelimit.attr,
	&attribute_autoclear.attr,
	&attribute_partscan.attr,
	&attribute_dio.attr,
	NULL,
};

/* --- besides */

static ssize_t show_status(const struct floop_disk *d, char *buf)
{
	size_t len = floop_claim_info(d->binding->claim, buf, PAGE_SIZE - 1);

	buf[len++] = '\n';
	buf[len] = '\0';
	return len;
}
ATTRIBUTE_RO(status);

/* What losetup asked for without direct I/O is everybody's, in the words of a table line. */
static ssize_t show_options(const struct floop_disk *d, char *buf)
{
	static const struct floop_options shared = {
		.map = FLOOP_MAP_NEVER, .io = FLOOP_IO_BUFFERED,
	};
	size_t len = floop_options_print(buf, PAGE_SIZE - 1,
					 d->binding->maps ? &d->binding->options : &shared);

	buf[len++] = '\n';
	buf[len] = '\0';
	return len;
}
ATTRIBUTE_RO(options);

static ssize_t show_name(const struct floop_disk *d, char *buf)
{
	return sysfs_emit(buf, "%s\n", d->name);
}
ATTRIBUTE_RO(name);

static ssize_t show_suspended(const struct floop_disk *d, char *buf)
{
	return sysfs_emit(buf, "%d\n", READ_ONCE(d->suspended));
}
ATTRIBUTE_RO(suspended);

static int __grow(struct floop_disk *d, const char *word)
{
	u64 size;

	if (kstrtou64(word, 10, &size))
		return floop_fail(-EINVAL, "%s is no number of bytes", word);
	return floop_claim_grow(d->binding->claim, size);
}

/* Who was told that he may go on working with the file may be doing so. */
static int __promote(struct floop_disk *d)
{
	if (!d->binding->maps)
		return floop_fail(-EINVAL, "attached without direct I/O, so its file is everybody's; losetup --direct-io=on first");
	return floop_claim_promote(d->binding->claim);
}

static int __take_message(struct floop_disk *d, const char *message)
{
	size_t grow = str_has_prefix(message, FLOOP_MESSAGE_GROW " ");

	if (d->state != FLOOP_DISK_BOUND)
		return -ENXIO;
	if (!strcmp(message, FLOOP_MESSAGE_DEMOTE))
		return floop_claim_demote(d->binding->claim);
	if (!strcmp(message, FLOOP_MESSAGE_PROMOTE))
		return __promote(d);
	if (grow)
		return __grow(d, message + grow);
	return floop_fail(-EINVAL, "the messages are %s, %s, %s <bytes> and %s",
			  FLOOP_MESSAGE_DEMOTE, FLOOP_MESSAGE_PROMOTE, FLOOP_MESSAGE_GROW,
			  FLOOP_MESSAGE_RESUME);
}

/* To resume waits for nobody's change; the claim stays while this attribute is used. */
static int take_message(struct floop_disk *d, const char *message)
{
	int err;

	if (!strcmp(message, FLOOP_MESSAGE_RESUME)) {
		floop_suspension_end_by_message(d);
		return 0;
	}
	err = mutex_lock_killable(&d->change);
	if (err)
		return err;
	err = __take_message(d, message);
	mutex_unlock(&d->change);
	return err;
}

static ssize_t message_store(struct device *dev, struct device_attribute *attr,
			     const char *buf, size_t count)
{
	char *message;
	int err;

	if (!capable(CAP_SYS_ADMIN))
		return -EPERM;
	message = kstrndup(buf, count, GFP_KERNEL);
	if (!message)
		return -ENOMEM;
	floop_refusal_clear();
	err = take_message(disk_of(dev), strim(message));
	kfree(message);
	return err ? err : count;
}
/*
 * For lockdep, whose classes are by name, a message to a disk that lies on another one would
 * wait for that one's last close, which waits for messages to itself.
 */
static struct device_attribute attribute_message =
	__ATTR_IGNORE_LOCKDEP(message, 0200, NULL, message_store);

static struct attribute *fastloop_attributes[] = {
	&attribute_status.attr,
	&attribute_options.attr,
	&attribute_name.attr,
	&attribute_suspended.attr,
	&attribute_message.attr,
	NULL,
};

static const struct attribute_group loop_group = {
	.name	= "loop",
	.attrs	= loop_attributes,
};

static const struct attribute_group fastloop_group = {
	.name	= "fastloop",
	.attrs	= fastloop_attributes,
};

static const struct attribute_group *groups[] = {
	&loop_group,
	&fastloop_group,
	NULL,
};

/* Without them the disk works as well. */
void floop_attributes_show(struct floop_disk *d)
{
	int err = sysfs_create_groups(&disk_to_dev(d->gd)->kobj, groups);

	d->has_attributes = !err;
	if (err)
		pr_warn("fastloop: %s: no attributes in sysfs (%d)\n", d->gd->disk_name, err);
}

void floop_attributes_hide(struct floop_disk *d)
{
	if (d->has_attributes)
		sysfs_remove_groups(&disk_to_dev(d->gd)->kobj, groups);
	d->has_attributes = false;
}
