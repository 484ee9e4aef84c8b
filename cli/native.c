// SPDX-License-Identifier: GPL-2.0-only
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <linux/loop.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/sysmacros.h>
#include <unistd.h>

#include "disk.h"
#include "floop_disk.h"
#include "links.h"
#include "module.h"
#include "names.h"
#include "native.h"
#include "sysfs.h"

#define MODULE		"fastloop-disk"
#define MODULE_PATH	"/sys/module/fastloop_disk"
#define BESIDE		"loopf"	/* what disks are called beside loop.ko, */
#define INSTEAD		"loop"	/* and instead of it */
#define MAX_TRIES	1000	/* to be the first to attach to a disk that was free */

/* --- the module */

bool native_is_loaded(void)
{
	return !access(MODULE_PATH, F_OK);
}

int native_load(void)
{
	return native_is_loaded() ? 0 : module_load(MODULE);
}

int native_look_up(void)
{
	char line[8];

	if (native_is_loaded())
		return 0;
	if (line_read("/proc/sys/kernel/modules_disabled", line, sizeof(line)) && *line != '0')
		return -EPERM;
	return module_look_up(MODULE);
}

bool native_replaces_loop(void)
{
	char line[8];

	return line_read(MODULE_PATH "/parameters/replace_loop", line, sizeof(line)) &&
	       *line == 'Y';
}

static const char *prefix(void)
{
	return native_replaces_loop() ? INSTEAD : BESIDE;
}

/* --- looking */

/* All that a view points to */
struct text {
	char name[DEVMAPPER_NAME_SIZE];
	char node[64];
	char path[PATH_MAX];
	char identity[32];
	char backing_file[PATH_MAX];
	char options[256];
	char info[4096];
};

static void names_read(const char *disk, struct text *text)
{
	char mangled[DEVMAPPER_NAME_SIZE];

	snprintf(text->node, sizeof(text->node), "/dev/%s", disk);
	if (disk_attribute(disk, "fastloop/name", mangled, sizeof(mangled)) && *mangled) {
		link_path(mangled, text->path, sizeof(text->path));
		name_unmangle(mangled, text->name);
		return;
	}
	snprintf(text->path, sizeof(text->path), "%s", text->node);
	snprintf(text->name, sizeof(text->name), "%.*s", (int)sizeof(text->name) - 1, disk);
}

/* False: it has no file, or has none any more. */
static bool text_read_all(const char *disk, struct text *text)
{
	char identity[sizeof(text->identity)];

	disk_identity(disk, text->identity, sizeof(text->identity));
	names_read(disk, text);
	if (!disk_attribute(disk, "loop/backing_file", text->backing_file,
			    sizeof(text->backing_file)))
		*text->backing_file = '\0';
	if (!disk_attribute(disk, "fastloop/status", text->info, sizeof(text->info)) ||
	    !disk_attribute(disk, "fastloop/options", text->options, sizeof(text->options)))
		return false;
	disk_identity(disk, identity, sizeof(identity));
	return !strcmp(text->identity, identity);
}

static int disk_visit(const char *disk, disk_view_fn each, void *arg)
{
	struct text text;
	struct disk_view view = {
		.name = text.name, .node = text.node, .path = text.path,
		.identity = text.identity, .backing_file = text.backing_file,
		.options = text.options, .info = text.info,
	};

	if (!text_read_all(disk, &text))
		return 0;
	view.dev = disk_dev(disk);
	view.has_name = strcmp(text.path, text.node) != 0;
	view.is_read_only = disk_number(disk, "ro");
	view.is_suspended = disk_number(disk, "fastloop/suspended");
	view.is_leaving = disk_number(disk, "loop/autoclear");
	view.sectors = disk_number(disk, "size");
	view.offset = disk_number(disk, "loop/offset");
	return each(&view, arg);
}

static bool has_file(const char *disk)
{
	char path[PATH_MAX];

	snprintf(path, sizeof(path), "/sys/block/%s/fastloop/status", disk);
	return !strncmp(disk, INSTEAD, strlen(INSTEAD)) && !access(path, F_OK);
}

int native_each(disk_view_fn each, void *arg)
{
	struct dirent **entries;
	int nr, i, stop = 0;

	nr = native_is_loaded() ? scandir("/sys/block", &entries, NULL, versionsort) : 0;
	if (nr < 0)
		return -errno;
	for (i = 0; i < nr; i++) {
		if (!stop && has_file(entries[i]->d_name))
			stop = disk_visit(entries[i]->d_name, each, arg);
		free(entries[i]);
	}
	if (nr)
		free(entries);
	return stop;
}

bool native_is(dev_t dev)
{
	char path[64];

	snprintf(path, sizeof(path), "/sys/dev/block/%u:%u/fastloop", major(dev), minor(dev));
	return !access(path, F_OK);
}

bool native_path(dev_t dev, char *path, size_t size)
{
	char attribute[64], mangled[DEVMAPPER_NAME_SIZE];

	snprintf(attribute, sizeof(attribute), "/sys/dev/block/%u:%u/fastloop/name", major(dev),
		 minor(dev));
	if (!text_read(attribute, mangled, sizeof(mangled)) || !*mangled)
		return false;
	link_path(mangled, path, size);
	return true;
}

/* --- attaching */

static int disk_find(char *disk, size_t size)
{
	char control[64];
	int number, err;

	snprintf(control, sizeof(control), "/dev/%s-control", prefix());
	err = disk_find_free(control, &number);
	snprintf(disk, size, "%s%d", prefix(), number);
	return err;
}

/* A device that can not be found by its name is none.  While it is open nobody takes it away. */
static int named(const char *mangled, const char *node)
{
	char identity[32];
	int fd, err;

	disk_identity(strrchr(node, '/') + 1, identity, sizeof(identity));
	err = link_make(mangled, node, identity);
	fd = err ? open(node, O_RDONLY | O_CLOEXEC) : -1;
	if (fd >= 0) {
		fd_ioctl(fd, LOOP_CLR_FD, NULL);
		close(fd);
	}
	return err;
}

/* -EALREADY: another one was faster, and the next disk may be free. */
static int attach_once(struct floop_attach *request, char *node, size_t size)
{
	char disk[32];
	int err = disk_find(disk, sizeof(disk)), fd;

	if (err)
		return err;
	snprintf(node, size, "/dev/%s", disk);
	fd = open(node, O_RDWR | O_CLOEXEC);
	if (fd < 0)
		return -errno;
	err = fd_ioctl(fd, FLOOP_DISK_ATTACH, request);
	if (!err)
		err = named(request->name, node);
	close(fd);
	return err;
}

int native_attach(const struct native_attach *what, char *node, size_t size)
{
	struct floop_attach request = {
		.fd = (uint32_t)what->fd,
		.flags = (what->is_read_only ? LO_FLAGS_READ_ONLY : 0) |
			 (what->leaves_after_use ? LO_FLAGS_AUTOCLEAR : 0),
		.offset = what->offset,
		.size = what->size,
	};
	int err, tries = 0;

	name_mangle(what->name, request.name);
	if (link_is_true(request.name))
		return -EEXIST;
	snprintf(request.options, sizeof(request.options), "%s", what->options);
	do
		err = attach_once(&request, node, size);
	while (err == -EALREADY && tries++ < MAX_TRIES);
	return err;
}

/* --- what is attached */

/* The name is ours until the disk is closed, and with it the links. */
int native_detach(const struct disk *disk)
{
	int fd = disk_open(disk), err;

	if (fd < 0)
		return fd;
	err = fd_ioctl(fd, FLOOP_DISK_DETACH, NULL);
	if (!err)
		disk_links_remove(disk);
	close(fd);
	if (!err && strcmp(disk->path, disk->node))
		link_forget(strrchr(disk->path, '/') + 1, disk->node, disk->identity);
	return err;
}

static int message_write(const struct disk *disk, const char *message)
{
	const char *name = strrchr(disk->node, '/') + 1;
	char path[PATH_MAX];
	size_t len = strlen(message);
	int fd, err = 0;

	snprintf(path, sizeof(path), "/sys/block/%s/fastloop/message", name);
	fd = open(path, O_WRONLY | O_CLOEXEC);
	if (fd < 0)
		return -errno;
	if (write(fd, message, len) != (ssize_t)len)
		err = errno ? -errno : -EIO;
	close(fd);
	return err;
}

int native_message(const struct disk *disk, const char *message)
{
	int fd = disk_open(disk), err;

	if (fd < 0)
		return fd;
	err = message_write(disk, message);
	close(fd);
	return err;
}

int native_resume_by_message(const struct disk *disk)
{
	return message_write(disk, FLOOP_MESSAGE_RESUME);
}

int native_unshare(const struct disk *disk, uint64_t *pos)
{
	__u64 next = *pos;
	int err = disk_ioctl(disk, FLOOP_DISK_UNSHARE, &next);

	*pos = next;
	return err;
}

/* --- without a library's help */

int native_suspend(int fd, bool freezes_fs)
{
	unsigned long flags = freezes_fs ? FLOOP_SUSPEND_FREEZES : 0;

	return ioctl(fd, FLOOP_DISK_SUSPEND, flags) ? -errno : 0;
}

int native_resume(int fd)
{
	return ioctl(fd, FLOOP_DISK_RESUME) ? -errno : 0;
}
