// SPDX-License-Identifier: GPL-2.0-only
/*
 * The kernel says no more than "busy".  What follows are all the places where
 * a user of a block device leaves a trace; where two apply, both are named.
 */
#include <dirent.h>
#include <errno.h>
#include <limits.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/sysmacros.h>
#include <unistd.h>

#include "holders.h"
#include "loop.h"
#include "message.h"
#include "mounts.h"
#include "partitions.h"
#include "processes.h"
#include "swaps.h"
#include "sysfs.h"

struct search {
	struct holders *holders;
	dev_t dev;
	ino_t ino;
	char mountinfo[64];
	int pid;
};

__printf(2, 3)
static void holder_add(struct holders *holders, const char *format, ...)
{
	char *entry = NULL, *text = NULL;
	va_list args;
	int len;

	va_start(args, format);
	len = vasprintf(&entry, format, args);
	va_end(args);
	if (len < 0)
		return;
	if (holders->text && strstr(holders->text, entry))
		goto out;
	if (asprintf(&text, "%s%s%s", holders->text ? holders->text : "",
		     holders->text ? ", " : "", entry) >= 0) {
		free(holders->text);
		holders->text = text;
	}
out:
	free(entry);
}

/* --- mounts */

static int mount_look(const struct mount *mount, void *arg)
{
	struct search *search = arg;

	if (!mount_is_of(mount, search->dev))
		return false;
	search->holders->is_lasting = true;
	if (search->pid)
		holder_add(search->holders, "mounted on %s as process %d sees it", mount->point,
			   search->pid);
	else
		holder_add(search->holders, "mounted on %s", mount->point);
	return search->pid;	/* one mount tells enough of another namespace */
}

static int namespace_look(int pid, void *arg)
{
	struct search *search = arg;

	if (mounts_are_ours(pid))
		return false;
	search->pid = pid;
	snprintf(search->mountinfo, sizeof(search->mountinfo), "/proc/%d/mountinfo", pid);
	mounts_each(search->mountinfo, mount_look, search);
	return search->holders->is_lasting;
}

/* --- other block devices */

/* The partitions of a device of ours come and go with it. */
static bool is_own_partition(const char *name)
{
	char path[PATH_MAX], uuid[160];

	snprintf(path, sizeof(path), "/sys/block/%s/dm/uuid", name);
	return line_read(path, uuid, sizeof(uuid)) && uuid_is_partition(uuid);
}

static void holder_device_add(struct holders *holders, const char *name)
{
	char path[PATH_MAX], alias[128];

	if (is_own_partition(name))
		return;
	holders->is_lasting = true;
	snprintf(path, sizeof(path), "/sys/block/%s/dm/name", name);
	if (line_read(path, alias, sizeof(alias)))
		holder_add(holders, "used by device-mapper device %s", alias);
	else
		holder_add(holders, "used by /dev/%s", name);
}

static void holder_devices_look(struct search *search)
{
	char path[64];
	struct dirent *entry;
	DIR *dir;

	snprintf(path, sizeof(path), "/sys/dev/block/%u:%u/holders", major(search->dev),
		 minor(search->dev));
	dir = opendir(path);
	if (!dir)
		return;
	while ((entry = readdir(dir)))
		if (entry->d_name[0] != '.')
			holder_device_add(search->holders, entry->d_name);
	closedir(dir);
}

static bool loop_file_stat(const char *name, struct loop_file *file)
{
	char path[PATH_MAX], backing_file[PATH_MAX];
	struct stat st;

	snprintf(path, sizeof(path), "/sys/block/%s/loop/backing_file", name);
	if (!line_read(path, backing_file, sizeof(backing_file)) || stat(backing_file, &st))
		return false;
	*file = (struct loop_file) {
		.dev = st.st_dev, .ino = st.st_ino,
		.rdev = S_ISBLK(st.st_mode) ? st.st_rdev : 0,
	};
	return true;
}

/*
 * The loop driver opens its file inside the kernel, where no process shows.  It is asked, for
 * the path may lead to a server that is gone, and whoever goes there waits for ever.
 */
static void loop_look(struct search *search, const char *name)
{
	struct loop_file file;
	int err = loop_file_read(name, &file);

	if (err && (err != -EACCES || !loop_file_stat(name, &file)))
		return;
	if (search->ino ? file.dev != search->dev || file.ino != search->ino :
			  file.rdev != search->dev)
		return;
	search->holders->is_lasting = true;
	holder_add(search->holders, "attached to /dev/%s", name);
}

static void loops_look(struct search *search)
{
	DIR *dir = opendir("/sys/block");
	struct dirent *entry;

	if (!dir)
		return;
	while ((entry = readdir(dir)))
		if (!strncmp(entry->d_name, "loop", 4))
			loop_look(search, entry->d_name);
	closedir(dir);
}

static int swap_look(const char *path, void *arg)
{
	struct search *search = arg;

	if (!is_node_of(path, search->dev))
		return false;
	search->holders->is_lasting = true;
	holder_add(search->holders, "used as swap space");
	return false;
}

/* --- processes */

/* udev looks into each device that was just closed after writing. */
static bool is_udev(const char *command)
{
	return !strcmp(command, "systemd-udevd") || !strcmp(command, "(udev-worker)") ||
	       !strcmp(command, "udevd");
}

static int opener_look(const struct open_file *file, void *arg)
{
	struct search *search = arg;

	if (!S_ISBLK(file->stat.st_mode) || file->stat.st_rdev != search->dev)
		return false;
	if (!is_udev(file->command))
		search->holders->is_lasting = true;
	holder_add(search->holders, "open in %s (process %d)", file->command, file->pid);
	return false;
}

static int writer_look(const struct open_file *file, void *arg)
{
	struct search *search = arg;

	if (file->stat.st_dev != search->dev || file->stat.st_ino != search->ino ||
	    !open_file_is_writable(file))
		return false;
	search->holders->is_lasting = true;
	holder_add(search->holders, "%s (process %d)", file->command, file->pid);
	return false;
}

static int program_look(int pid, void *arg)
{
	struct search *search = arg;
	char path[64], command[64];
	struct stat st;

	snprintf(path, sizeof(path), "/proc/%d/exe", pid);
	if (stat(path, &st) || st.st_dev != search->dev || st.st_ino != search->ino)
		return false;
	process_command(pid, command, sizeof(command));
	holder_add(search->holders, "executed by %s (process %d)", command, pid);
	return false;
}

void holders_of_device(struct holders *holders, dev_t dev)
{
	struct search search = { .holders = holders, .dev = dev };

	*holders = (struct holders) { 0 };
	mounts_each("/proc/self/mountinfo", mount_look, &search);
	holder_devices_look(&search);
	loops_look(&search);
	swaps_each(swap_look, &search);
	open_files_each(opener_look, &search);
	if (!holders->is_lasting)
		processes_each(namespace_look, &search);
}

void holders_of_parts(struct holders *holders, dev_t dev, const struct partition_list *partitions)
{
	size_t i;

	holders_of_device(holders, dev);
	for (i = 0; !holders->is_lasting && i < partitions->nr; i++) {
		holders_free(holders);
		holders_of_device(holders, partitions->rows[i].dev);
	}
}

void holders_without_file_system(struct holders *holders, dev_t dev)
{
	struct search search = { .holders = holders, .dev = dev };

	*holders = (struct holders) { 0 };
	loops_look(&search);
	open_files_each(opener_look, &search);
}

void holders_writing_file(struct holders *holders, dev_t dev, ino_t ino, bool or_executing)
{
	struct search search = { .holders = holders, .dev = dev, .ino = ino };

	*holders = (struct holders) { 0 };
	loops_look(&search);
	open_files_each(writer_look, &search);
	if (or_executing)
		processes_each(program_look, &search);
}

void holders_free(struct holders *holders)
{
	free(holders->text);
	*holders = (struct holders) { 0 };
}
