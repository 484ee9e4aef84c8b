// SPDX-License-Identifier: GPL-2.0-only
/*
 * Device-mapper and md leave a link to each device that they make of another, a disk has
 * its partitions; a file system leaves its mounts.  A loop device on a file in such a file system leaves
 * nothing, and is not found.
 */
#include <dirent.h>
#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/sysmacros.h>
#include <unistd.h>

#include "above.h"
#include "cli.h"
#include "disk.h"
#include "message.h"
#include "mounts.h"
#include "native.h"
#include "processes.h"
#include "sysfs.h"

/* --- devices */

const struct above_device *above_find(const struct above *above, dev_t dev)
{
	size_t i;

	for (i = 0; i < above->nr_devices; i++)
		if (above->devices[i].dev == dev)
			return &above->devices[i];
	return NULL;
}

static bool sysfs_has(dev_t dev, const char *name)
{
	char path[64];

	snprintf(path, sizeof(path), "/sys/dev/block/%u:%u/%s", major(dev), minor(dev), name);
	return !access(path, F_OK);
}

static enum above_kind kind_of(dev_t dev)
{
	if (sysfs_has(dev, "dm"))
		return ABOVE_DM;
	if (native_is(dev))
		return ABOVE_NATIVE;
	return sysfs_has(dev, "partition") ? ABOVE_PARTITION : ABOVE_OTHER;
}

static void device_path(dev_t dev, enum above_kind kind, char *path, size_t size)
{
	char link[64], name[256];

	snprintf(link, sizeof(link), "/sys/dev/block/%u:%u/dm/name", major(dev), minor(dev));
	if (kind == ABOVE_DM && line_read(link, name, sizeof(name)))
		snprintf(path, size, "/dev/mapper/%s", name);
	else if (kind != ABOVE_NATIVE || !native_path(dev, path, size))
		lower_path(dev, path, size);
}

static bool device_append(struct above *above, dev_t dev, bool is_used)
{
	struct above_device *devices = realloc(above->devices,
					       (above->nr_devices + 1) * sizeof(*devices));
	char path[PATH_MAX];

	if (!devices)
		return false;
	above->devices = devices;
	devices += above->nr_devices++;
	*devices = (struct above_device) {
		.dev = dev, .is_used = is_used, .kind = kind_of(dev),
	};
	disk_identity_of(dev, devices->identity, sizeof(devices->identity));
	device_path(dev, devices->kind, path, sizeof(path));
	devices->path = strdup(path);
	return devices->path;
}

static bool holder_add(struct above *above, const char *name)
{
	char path[PATH_MAX], line[32];
	unsigned int major, minor;

	snprintf(path, sizeof(path), "/sys/class/block/%s/dev", name);
	if (!line_read(path, line, sizeof(line)) ||
	    sscanf(line, "%u:%u", &major, &minor) != 2)
		return true;	/* gone by now */
	return above_add(above, makedev(major, minor));
}

static bool is_holder(dev_t dev, const char *name)
{
	(void)dev;
	return name[0] != '.';
}

static bool is_partition(dev_t dev, const char *name)
{
	char path[PATH_MAX];

	snprintf(path, sizeof(path), "/sys/dev/block/%u:%u/%s/partition", major(dev), minor(dev),
		 name);
	return name[0] != '.' && !access(path, F_OK);
}

/* Those devices that have an entry in a folder of the device's */
static bool folder_add(struct above *above, dev_t dev, const char *folder,
		       bool (*is_one)(dev_t dev, const char *name), bool *is_used)
{
	struct dirent *entry;
	bool is_well = true;
	char path[64];
	DIR *dir;

	snprintf(path, sizeof(path), "/sys/dev/block/%u:%u/%s", major(dev), minor(dev), folder);
	dir = opendir(path);
	while (dir && is_well && (entry = readdir(dir)))
		if (is_one(dev, entry->d_name)) {
			*is_used = true;
			is_well = holder_add(above, entry->d_name);
		}
	if (dir)
		closedir(dir);
	return is_well;
}

bool above_add(struct above *above, dev_t dev)
{
	bool is_used = false;

	if (above_find(above, dev))
		return true;
	return folder_add(above, dev, "holders", is_holder, &is_used) &&
	       folder_add(above, dev, ".", is_partition, &is_used) &&
	       device_append(above, dev, is_used);
}

/* --- file systems */

struct search {
	struct above *above;
	char root[64];		/* whose mounts: "" ours, "/proc/PID/root" another's */
	bool is_out_of_memory;
};

static struct above_mount *mount_find(const struct above *above, dev_t super_dev)
{
	size_t i;

	for (i = 0; i < above->nr_mounts; i++)
		if (above->mounts[i].super_dev == super_dev)
			return &above->mounts[i];
	return NULL;
}

static struct above_mount *mount_append(struct search *search, const struct mount *mount,
					size_t device)
{
	struct above *above = search->above;
	struct above_mount *mounts = realloc(above->mounts,
					     (above->nr_mounts + 1) * sizeof(*mounts));

	search->is_out_of_memory |= !mounts;
	if (!mounts)
		return NULL;
	above->mounts = mounts;
	mounts += above->nr_mounts++;
	*mounts = (struct above_mount) {
		.point = strdup(mount->point), .fd = -1,
		.super_dev = mount->dev, .device = device,
	};
	search->is_out_of_memory |= !mounts->point;
	above->devices[device].is_used = true;
	return mounts;
}

/* Something else may be mounted over it. */
static bool is_open_there(int fd, const struct mount *mount)
{
	struct statx stx;

	return !statx(fd, "", AT_EMPTY_PATH, STATX_MNT_ID, &stx) &&
	       stx.stx_mask & STATX_MNT_ID && stx.stx_mnt_id == mount->id;
}

static int mount_open(const struct search *search, const struct mount *mount)
{
	char path[PATH_MAX];
	int fd;

	if (snprintf(path, sizeof(path), "%s%s", search->root, mount->point) >= (int)sizeof(path))
		return -1;
	fd = open(path, O_RDONLY | O_NONBLOCK | O_NOCTTY | O_CLOEXEC);
	if (fd >= 0 && !is_open_there(fd, mount)) {
		close(fd);
		fd = -1;
	}
	return fd;
}

static int mount_look(const struct mount *mount, void *arg)
{
	struct search *search = arg;
	struct above *above = search->above;
	struct above_mount *found = mount_find(above, mount->dev);
	size_t i;

	for (i = 0; !found && i < above->nr_devices; i++)
		if (mount_is_of(mount, above->devices[i].dev))
			found = mount_append(search, mount, i);
	if (found && found->fd < 0)
		found->fd = mount_open(search, mount);
	return search->is_out_of_memory;
}

static int namespace_look(int pid, void *arg)
{
	struct search *search = arg;
	char mountinfo[64];

	if (mounts_are_ours(pid))
		return false;
	snprintf(search->root, sizeof(search->root), "/proc/%d/root", pid);
	snprintf(mountinfo, sizeof(mountinfo), "/proc/%d/mountinfo", pid);
	mounts_each(mountinfo, mount_look, search);
	return search->is_out_of_memory;
}

int above_find_mounts(struct above *above)
{
	struct search search = { .above = above };

	mounts_each("/proc/self/mountinfo", mount_look, &search);
	processes_each(namespace_look, &search);
	if (search.is_out_of_memory)
		return failed("mounts", "out of memory");
	return STATUS_DONE;
}

bool above_has_file_system(const struct above *above, dev_t super_dev)
{
	return mount_find(above, super_dev);
}

void above_free(struct above *above)
{
	size_t i;

	for (i = 0; i < above->nr_devices; i++)
		free(above->devices[i].path);
	for (i = 0; i < above->nr_mounts; i++) {
		free(above->mounts[i].point);
		if (above->mounts[i].fd >= 0)
			close(above->mounts[i].fd);
	}
	free(above->devices);
	free(above->mounts);
	*above = (struct above) { 0 };
}
