// SPDX-License-Identifier: GPL-2.0-only
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <linux/fs.h>
#include <linux/loop.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/ioctl.h>
#include <sys/sysmacros.h>
#include <time.h>
#include <unistd.h>

#include "devmapper.h"
#include "disk.h"
#include "links.h"
#include "names.h"
#include "signals.h"
#include "sysfs.h"

#define MAX_PARTITIONS	256	/* the kernel's own limit (DISK_MAX_PARTS) */
#define LOCK_STEPS	500	/* of 20 ms each */
#define LOCK_STEP_NS	20000000

/* --- in /sys */

bool disk_attribute(const char *name, const char *attribute, char *text, size_t size)
{
	char path[PATH_MAX];

	snprintf(path, sizeof(path), "/sys/block/%s/%s", name, attribute);
	return text_read(path, text, size);
}

uint64_t disk_number(const char *name, const char *attribute)
{
	char text[32];

	return disk_attribute(name, attribute, text, sizeof(text)) ? strtoull(text, NULL, 10) : 0;
}

dev_t disk_dev(const char *name)
{
	unsigned int major, minor;
	char text[32];

	if (!disk_attribute(name, "dev", text, sizeof(text)) ||
	    sscanf(text, "%u:%u", &major, &minor) != 2)
		return 0;
	return makedev(major, minor);
}

/* Each attachment has a number of its own, since the machine was started. */
void disk_identity(const char *name, char *identity, size_t size)
{
	snprintf(identity, size, "%llu", (unsigned long long)disk_number(name, "diskseq"));
}

/* A partition has none of its own. */
void disk_identity_of(dev_t dev, char *identity, size_t size)
{
	char path[64], text[32] = "";

	snprintf(path, sizeof(path), "/sys/dev/block/%u:%u/diskseq", major(dev), minor(dev));
	if (!text_read(path, text, sizeof(text))) {
		snprintf(path, sizeof(path), "/sys/dev/block/%u:%u/../diskseq", major(dev),
			 minor(dev));
		text_read(path, text, sizeof(text));
	}
	snprintf(identity, size, "%llu", strtoull(text, NULL, 10));
}

/* --- its partitions */

struct partition_search {
	const char *node;
	const char *path;
	int (*each)(const char *name, const char *path, dev_t dev, void *arg);
	void *arg;
};

/* "loopf0p1" in the folder of loopf0 */
static int partition_visit(const struct partition_search *search, const char *name)
{
	const char *disk = strrchr(search->node, '/') + 1;
	const char *suffix = name + strlen(disk);
	bool has_name = strcmp(search->path, search->node) != 0;
	char folder[PATH_MAX], path[PATH_MAX], mangled[PATH_MAX], shown[DEVMAPPER_NAME_SIZE];

	snprintf(folder, sizeof(folder), "%s/%s", disk, name);
	snprintf(path, sizeof(path), "%s%s", search->path, suffix);
	snprintf(mangled, sizeof(mangled), "%s", strrchr(path, '/') + 1);
	name_unmangle(mangled, shown);
	return search->each(has_name ? shown : name, path, disk_dev(folder), search->arg);
}

static bool is_partition(const char *node, const char *name)
{
	const char *disk = strrchr(node, '/') + 1;
	size_t len = strlen(disk);

	return !strncmp(name, disk, len) && name[len] == 'p';
}

int disk_each_partition(const char *node, const char *path,
			int (*each)(const char *name, const char *path, dev_t dev, void *arg),
			void *arg)
{
	const struct partition_search search = { node, path, each, arg };
	char folder[PATH_MAX];
	struct dirent **entries;
	int nr, i, stop = 0;

	snprintf(folder, sizeof(folder), "/sys/block/%s", strrchr(node, '/') + 1);
	nr = scandir(folder, &entries, NULL, versionsort);
	if (nr < 0)
		return errno == ENOENT ? 0 : -errno;
	for (i = 0; i < nr; i++) {
		if (!stop && is_partition(node, entries[i]->d_name))
			stop = partition_visit(&search, entries[i]->d_name);
		free(entries[i]);
	}
	free(entries);
	return stop;
}

/* --- by its ioctls */

int disk_find_free(const char *control, int *number)
{
	int fd = open(control, O_RDWR | O_CLOEXEC), err = 0;

	if (fd < 0)
		return -errno;
	*number = ioctl(fd, LOOP_CTL_GET_FREE);
	if (*number < 0)
		err = -errno;
	close(fd);
	return err;
}

int fd_ioctl(int fd, unsigned long request, void *arg)
{
	return ioctl(fd, request, arg) ? -errno : 0;
}

/* Kernels before 5.15 number no attachments: 0, here and in /sys. */
bool disk_has_identity(int fd, const char *identity)
{
	unsigned long long number;
	char text[32];

	if (ioctl(fd, BLKGETDISKSEQ, &number))
		number = 0;
	snprintf(text, sizeof(text), "%llu", number);
	return !strcmp(text, identity);
}

int disk_open(const struct disk *disk)
{
	int fd = open(disk->node, O_RDONLY | O_NONBLOCK | O_CLOEXEC);

	if (fd < 0)
		return -errno;
	if (disk_has_identity(fd, disk->identity))
		return fd;
	close(fd);
	return -ENXIO;
}

/* One that was detached keeps its number until it is attached again, by anybody. */
int disk_hold(const struct disk *disk)
{
	struct loop_info64 info;
	int fd = disk_open(disk), err;

	if (fd < 0)
		return fd;
	err = fd_ioctl(fd, LOOP_GET_STATUS64, &info);
	if (!err && disk_has_identity(fd, disk->identity))
		return fd;
	close(fd);
	return err ? err : -ENXIO;
}

int disk_ioctl(const struct disk *disk, unsigned long request, void *arg)
{
	int fd = disk_open(disk), err;

	if (fd < 0)
		return fd;
	err = fd_ioctl(fd, request, arg);
	close(fd);
	return err;
}

/* udev has it for a moment, and anybody may for as long as he likes. */
static int lock_wait(int fd)
{
	const struct timespec step = { .tv_nsec = LOCK_STEP_NS };
	int i;

	for (i = 0; i < LOCK_STEPS; i++) {
		if (!flock(fd, LOCK_EX | LOCK_NB))
			return 0;
		if (signal_is_waiting())
			break;
		nanosleep(&step, NULL);
	}
	return -EBUSY;
}

/* The status with other flags, and another size, between which nobody sets another one. */
static int status_change(const struct disk *disk, uint32_t clear, uint32_t set,
			 const uint64_t *limit)
{
	struct loop_info64 info;
	int fd = disk_open(disk), err;

	if (fd < 0)
		return fd;
	err = lock_wait(fd);
	if (!err)
		err = fd_ioctl(fd, LOOP_GET_STATUS64, &info);
	if (!err) {
		info.lo_flags = (info.lo_flags & ~clear) | set;
		info.lo_sizelimit = limit ? *limit : info.lo_sizelimit;
		err = fd_ioctl(fd, LOOP_SET_STATUS64, &info);
	}
	close(fd);
	return err;
}

int disk_detach_deferred(const struct disk *disk)
{
	int fd = disk_open(disk), err;

	if (fd < 0)
		return fd;
	err = lock_wait(fd);
	if (!err)
		err = fd_ioctl(fd, LOOP_CLR_FD, NULL);
	close(fd);
	return err;
}

int disk_keep(const struct disk *disk)
{
	return status_change(disk, LO_FLAGS_AUTOCLEAR, 0, NULL);
}

int disk_resize(const struct disk *disk, uint64_t limit)
{
	int err = status_change(disk, 0, 0, &limit);

	return err ? err : disk_ioctl(disk, LOOP_SET_CAPACITY, NULL);
}

int disk_scan_partitions(const struct disk *disk)
{
	return status_change(disk, 0, LO_FLAGS_PARTSCAN, NULL);
}

/* --- its links */

struct linking {
	const struct disk *disk;
	link_fn link;
};

/* A partition's link has its disk's, and what stands behind its disk's node. */
static int partition_link(const char *name, const char *path, dev_t dev, void *arg)
{
	const struct linking *linking = arg;
	const struct disk *disk = linking->disk;
	char target[PATH_MAX];

	(void)name;
	(void)dev;
	snprintf(target, sizeof(target), "%s%s", disk->node, strrchr(path, 'p'));
	return linking->link(strrchr(path, '/') + 1, target, disk->identity);
}

int disk_link_partitions(const struct disk *disk, link_fn link)
{
	struct linking linking = { disk, link };

	if (!strcmp(disk->path, disk->node))
		return 0;
	return disk_each_partition(disk->node, disk->path, partition_link, &linking);
}

/* Those of its partitions were made without a gap or with a few. */
void disk_links_remove(const struct disk *disk)
{
	char link[PATH_MAX], target[PATH_MAX];
	int i;

	link_remove(disk->path, disk->node);
	for (i = 1; i <= MAX_PARTITIONS; i++) {
		snprintf(link, sizeof(link), "%sp%d", disk->path, i);
		snprintf(target, sizeof(target), "%sp%d", disk->node, i);
		link_remove(link, target);
	}
}
