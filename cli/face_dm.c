// SPDX-License-Identifier: GPL-2.0-only
/*
 * Target `loop` of device-mapper.  Its length is that of its table: another one is loaded
 * beside the live one, and exchanged for it in one call, so that the device is never
 * without.
 */
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/stat.h>
#include <sys/sysmacros.h>
#include <linux/fs.h>
#include <unistd.h>

#include "cli.h"
#include "device.h"
#include "disk.h"
#include "engine.h"
#include "face.h"
#include "floop_target.h"
#include "links.h"
#include "message.h"
#include "module.h"
#include "names.h"
#include "refusal.h"
#include "sysfs.h"

#define MODULE		"dm-loop"
#define SECTOR_SIZE	512
#define MAX_NAMES	100000	/* that share one file name */

/* --- what has to be there */

static int dm_begin(void)
{
	int err;

	if (devmapper_target_exists(FLOOP_TARGET_NAME))
		return STATUS_DONE;
	if (devmapper_absent())
		return failed("device-mapper", "%s", devmapper_absent());
	err = module_load(MODULE);
	if (err)
		return engine_module_failed("target " FLOOP_TARGET_NAME, MODULE, err);
	if (devmapper_target_exists(FLOOP_TARGET_NAME))
		return STATUS_DONE;
	return failed("device-mapper", "%s", *devmapper_error() ? devmapper_error() :
		      "it has no target " FLOOP_TARGET_NAME);
}

static const char *dm_error(void)
{
	return devmapper_error();
}

/* Where there is no device-mapper it is not made to be loaded. */
static bool dm_has_name(const char *name)
{
	return devmapper_is_loaded() && devmapper_name_is_taken(name);
}

/* --- making one */

static int uuid_make(struct making *making)
{
	char random[64];

	if (!line_read("/proc/sys/kernel/random/uuid", random, sizeof(random)))
		return failed("/proc/sys/kernel/random/uuid", "%s", strerror(errno));
	snprintf(making->uuid, sizeof(making->uuid), FLOOP_UUID_PREFIX "%s", random);
	return STATUS_DONE;
}

static int create_named(struct making *making)
{
	int err;

	if (name_is_taken(making->name))
		return -EBUSY;
	err = devmapper_create(making->name, making->uuid);
	if (!err)
		snprintf(making->made, sizeof(making->made), "%s", making->name);
	return err;
}

/* Another attach may take the name between the question and the creation. */
static int create_unnamed(struct making *making)
{
	char name[DEVMAPPER_NAME_SIZE];
	int err = -EBUSY;
	unsigned int i;

	for (i = 1; err == -EBUSY && i <= MAX_NAMES; i++) {
		if (making_name(making, name, sizeof(name), i))
			err = devmapper_create(name, making->uuid);
	}
	if (!err)
		snprintf(making->made, sizeof(making->made), "%s", name);
	return err;
}

static int device_create(struct making *making)
{
	int err, status = uuid_make(making);

	if (status)
		return status;
	err = making->name ? create_named(making) : create_unnamed(making);
	if (!err)
		return STATUS_DONE;
	return failed(making->name ? making->name : making->backing->name, "%s",
		      err == -EBUSY ? "this device name is in use" : face_error(&face_dm, err));
}

static void params_print(const struct making *making, char *params, size_t size)
{
	char count[16] = "";

	if (making->nr_options)
		snprintf(count, sizeof(count), " %d", making->nr_options);
	snprintf(params, size, "%s %llu%s%s", making->backing->fd_path,
		 (unsigned long long)making->range.offset, count, making->options);
}

/* The path that both faces have; device-mapper's own is enough for all else. */
static void link_add(const char *name, const char *path)
{
	char mangled[DEVMAPPER_NAME_SIZE], node[PATH_MAX];

	name_mangle(name, mangled);
	if (realpath(path, node))
		link_make(mangled, node, NULL);
}

static int dm_make(struct making *making)
{
	char params[512], path[PATH_MAX];
	int status = device_create(making);

	if (status)
		return status;
	params_print(making, params, sizeof(params));
	if (devmapper_load(making->made, FLOOP_TARGET_NAME, params,
			   making->range.size / SECTOR_SIZE, making->is_read_only))
		return refusal_report(making->backing->name, devmapper_error());
	if (devmapper_resume(making->made, path, sizeof(path)))
		return failed(making->made, "%s", devmapper_error());
	link_add(making->made, path);
	return STATUS_DONE;
}

static void link_drop(const char *name, const char *node)
{
	char mangled[DEVMAPPER_NAME_SIZE], path[PATH_MAX];

	name_mangle(name, mangled);
	link_path(mangled, path, sizeof(path));
	link_remove(path, node);
}

static void dm_unmake(const struct making *making)
{
	char mangled[DEVMAPPER_NAME_SIZE], path[PATH_MAX], node[PATH_MAX];

	name_mangle(making->made, mangled);
	snprintf(path, sizeof(path), "/dev/mapper/%s", mangled);
	if (realpath(path, node))
		link_drop(making->made, node);
	if (devmapper_remove_patiently(making->made, making->uuid))
		remark(making->made, "the half-made device could not be removed: %s",
		       devmapper_error());
}

/* --- holding and removing it */

/* Of whoever has the number now; one without a UUID is known by its disk's. */
static bool has_identity(const struct device *device)
{
	char path[64], identity[DEVMAPPER_NAME_SIZE + 32] = "";

	snprintf(path, sizeof(path), "/sys/dev/block/%u:%u/dm/uuid", major(device->dev),
		 minor(device->dev));
	if (*device->uuid)
		line_read(path, identity, sizeof(identity));
	else
		disk_identity_of(device->dev, identity, sizeof(identity));
	return !strcmp(identity, device->identity);
}

/* While it is open that does not change. */
static bool is_open_at(const struct device *device, int fd)
{
	struct stat st;

	return !fstat(fd, &st) && st.st_rdev == device->dev && has_identity(device);
}

static int dm_hold(const struct device *device)
{
	int fd = open(device->path, O_RDONLY | O_NONBLOCK | O_CLOEXEC);

	if (fd < 0)
		return -errno;
	if (is_open_at(device, fd))
		return fd;
	close(fd);
	return -ENXIO;
}

static int or_gone(int err)
{
	return err == -ENXIO ? 0 : err;
}

/* Without a UUID another device may have the name by now. */
static bool is_replaced(const struct device *device)
{
	return !*device->uuid && !has_identity(device);
}

/* The links of one that is gone may be another one's. */
static int dm_remove(const struct device *device)
{
	char node[PATH_MAX];
	int err;

	if (is_replaced(device))
		return 0;
	lower_path(device->dev, node, sizeof(node));
	err = devmapper_remove(device->name, device->uuid);
	if (!err)
		link_drop(device->name, node);
	return or_gone(err);
}

static int dm_remove_deferred(const struct device *device)
{
	if (is_replaced(device))
		return 0;
	return or_gone(devmapper_remove_deferred(device->name, device->uuid));
}

static int dm_keep(const struct device *device)
{
	return devmapper_keep(device->name);
}

static int dm_resume(const struct device *device)
{
	return devmapper_wake(device->name);
}

/* --- telling it */

static int dm_tell(const struct device *device, const char *message)
{
	return devmapper_message(device->name, message);
}

static int dm_unshare(const struct device *device, uint64_t *pos)
{
	char message[64], answer[64], *end;
	int err;

	snprintf(message, sizeof(message), FLOOP_MESSAGE_UNSHARE " %llu",
		 (unsigned long long)*pos);
	err = devmapper_ask(device->name, message, answer, sizeof(answer));
	if (err)
		return err;
	*pos = 0;
	if (!strcmp(answer, FLOOP_ANSWER_DONE))
		return 0;
	*pos = strtoull(answer, &end, 10);
	return *end || end == answer ? -EPROTO : 0;
}

/* --- its length */

static int words_count(const char *text)
{
	int nr = 0;

	for (text += strspn(text, " "); *text; text += strspn(text, " ")) {
		text += strcspn(text, " ");
		nr++;
	}
	return nr;
}

/* What the device has, or else the sectors that it has now: they must not change. */
static void options_print(const struct device *device, const struct backing *backing,
			  char *text, size_t size)
{
	unsigned int sector = device_sector_size(device);
	int nr = words_count(device->options);
	char added[32] = "";

	if (!strstr(device->options, FLOOP_OPT_SECTOR ":") && sector != backing->block_size) {
		snprintf(added, sizeof(added), " " FLOOP_OPT_SECTOR ":%u", sector);
		nr++;
	}
	*text = '\0';
	if (nr)
		snprintf(text, size, " %d %s%s", nr, device->options, added);
}

static int table_load(const struct device *device, const struct backing *backing, uint64_t size)
{
	char params[512], options[256];

	options_print(device, backing, options, sizeof(options));
	snprintf(params, sizeof(params), "%s %llu%s", backing->fd_path,
		 (unsigned long long)device->offset, options);
	if (devmapper_load(device->name, FLOOP_TARGET_NAME, params, size / SECTOR_SIZE,
			   device->is_read_only))
		return refusal_report(device->name, devmapper_error());
	return STATUS_DONE;
}

static int table_exchange(const struct device *device)
{
	int status;

	if (!devmapper_exchange(device->name))
		return STATUS_DONE;
	status = failed(device->name, "%s", devmapper_error());
	devmapper_clear(device->name);
	if (devmapper_wake(device->name))
		remark(device->name, "it may be suspended still: dmsetup resume: %s",
		       devmapper_error());
	return status;
}

static int dm_resize(const struct device *device, const struct backing *backing, uint64_t size)
{
	int status = table_load(device, backing, size);

	return status ? status : table_exchange(device);
}

const struct face face_dm = {
	.word		 = "dm",
	.engine		 = ENGINE_FASTLOOP,
	.begin		 = dm_begin,
	.has_name	 = dm_has_name,
	.make		 = dm_make,
	.unmake		 = dm_unmake,
	.hold		 = dm_hold,
	.remove		 = dm_remove,
	.remove_deferred = dm_remove_deferred,
	.keep		 = dm_keep,
	.resume		 = dm_resume,
	.tell		 = dm_tell,
	.unshare	 = dm_unshare,
	.grow		 = face_grow_by_message,
	.resize		 = dm_resize,
	.error		 = dm_error,
};
