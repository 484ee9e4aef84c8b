// SPDX-License-Identifier: GPL-2.0-only
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <linux/loop.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/sysmacros.h>
#include <time.h>
#include <unistd.h>

#include "devmapper.h"
#include "floop_target.h"
#include "links.h"
#include "loop.h"
#include "message.h"
#include "names.h"
#include "note.h"
#include "sysfs.h"

#define DISK		"loop"
#define MARK		"fastloop:"
#define MARK_LEN	(sizeof(MARK) - 1 + 2)	/* with the letter and its colon */
#define MAX_TRIES	1000	/* to be the first to attach to a disk that was free */

_Static_assert(MARK_LEN + LOOP_NAME_SIZE == LO_NAME_SIZE, "name and mark fill the field");

/* --- the mark */

static void mark_write(struct loop_info64 *info, const char *name, char letter)
{
	snprintf((char *)info->lo_file_name, LO_NAME_SIZE, MARK "%c:%s", letter, name);
}

static bool mark_read(const struct loop_info64 *info, char name[LOOP_NAME_SIZE], char *letter)
{
	const char *text = (const char *)info->lo_file_name;

	if (strncmp(text, MARK, strlen(MARK)) || strnlen(text, LO_NAME_SIZE) <= MARK_LEN ||
	    text[MARK_LEN - 1] != ':')
		return false;
	*letter = text[MARK_LEN - 2];
	snprintf(name, LOOP_NAME_SIZE, "%.*s", LOOP_NAME_SIZE - 1, text + MARK_LEN);
	return true;
}

/* --- looking */

/* All that a view points to */
struct text {
	char name[LOOP_NAME_SIZE];
	char node[64];
	char path[PATH_MAX];
	char identity[32];
	char backing_file[PATH_MAX];
	char info[256];
};

/* One that has a file; fastloop-disk's may be called so, too. */
static bool is_attached(const char *disk)
{
	char path[PATH_MAX], ours[PATH_MAX];

	snprintf(path, sizeof(path), "/sys/block/%s/loop", disk);
	snprintf(ours, sizeof(ours), "/sys/block/%s/fastloop", disk);
	return !strncmp(disk, DISK, strlen(DISK)) && !access(path, F_OK) && access(ours, F_OK);
}

static int status_ask(const char *disk, struct loop_info64 *info)
{
	char node[64];
	int fd, err;

	snprintf(node, sizeof(node), "/dev/%.32s", disk);
	fd = open(node, O_RDONLY | O_NONBLOCK | O_CLOEXEC);
	if (fd < 0)
		return -errno;
	err = fd_ioctl(fd, LOOP_GET_STATUS64, info);
	close(fd);
	return err;
}

static bool status_read(const char *disk, struct loop_info64 *info)
{
	return !status_ask(disk, info);
}

/* As the kernel's huge_encode_dev() has it */
static dev_t dev_decode(uint64_t dev)
{
	return makedev((unsigned int)(dev & 0xfff00) >> 8,
		       (unsigned int)(dev & 0xff) | (unsigned int)(dev >> 12 & 0xfff00));
}

int loop_file_read(const char *disk, struct loop_file *file)
{
	struct loop_info64 info;
	int err = status_ask(disk, &info);

	if (!err)
		*file = (struct loop_file) {
			.dev = dev_decode(info.lo_device), .ino = info.lo_inode,
			.rdev = dev_decode(info.lo_rdevice),
		};
	return err;
}

/* Of one that may leave at any moment, the link may be somebody else's in the next. */
static void path_choose(struct text *text)
{
	char mangled[DEVMAPPER_NAME_SIZE];

	name_mangle(text->name, mangled);
	if (link_is_of(mangled, text->node))
		link_path(mangled, text->path, sizeof(text->path));
	else
		snprintf(text->path, sizeof(text->path), "%s", text->node);
}

static void info_print(const struct loop_info64 *info, char letter, char *text, size_t size)
{
	dev_t dev = dev_decode(info->lo_device);

	snprintf(text, size, FLOOP_MODE_FILE " %s dev=%u:%u ino=%llu io=%s",
		 engine_reason_from_letter(letter)->token, major(dev), minor(dev),
		 (unsigned long long)info->lo_inode,
		 info->lo_flags & LO_FLAGS_DIRECT_IO ? "direct" : "buffered");
}

/* False: it is not ours, or not any more. */
static bool text_read_all(const char *disk, struct text *text, struct loop_info64 *info)
{
	char identity[sizeof(text->identity)], letter;

	disk_identity(disk, text->identity, sizeof(text->identity));
	if (!status_read(disk, info) || !mark_read(info, text->name, &letter))
		return false;
	snprintf(text->node, sizeof(text->node), "/dev/%.32s", disk);
	path_choose(text);
	info_print(info, letter, text->info, sizeof(text->info));
	if (!disk_attribute(disk, "loop/backing_file", text->backing_file,
			    sizeof(text->backing_file)))
		*text->backing_file = '\0';
	disk_identity(disk, identity, sizeof(identity));
	return !strcmp(text->identity, identity);
}

static int disk_visit(const char *disk, disk_view_fn each, void *arg)
{
	struct loop_info64 info;
	struct text text;
	struct disk_view view = {
		.name = text.name, .node = text.node, .path = text.path,
		.identity = text.identity, .backing_file = text.backing_file,
		.options = "", .info = text.info, .has_name = true,
	};

	if (!text_read_all(disk, &text, &info))
		return 0;
	view.dev = disk_dev(disk);
	view.is_read_only = info.lo_flags & LO_FLAGS_READ_ONLY;
	view.is_leaving = info.lo_flags & LO_FLAGS_AUTOCLEAR;
	view.sectors = disk_number(disk, "size");
	view.offset = info.lo_offset;
	return each(&view, arg);
}

int loop_each(disk_view_fn each, void *arg)
{
	struct dirent **entries;
	int nr = scandir("/sys/block", &entries, NULL, versionsort), i, stop = 0;

	if (nr < 0)
		return errno == ENOENT ? 0 : -errno;
	for (i = 0; i < nr; i++) {
		if (!stop && is_attached(entries[i]->d_name))
			stop = disk_visit(entries[i]->d_name, each, arg);
		free(entries[i]);
	}
	free(entries);
	return stop;
}

bool loop_is_called(dev_t dev, const char *mangled)
{
	char path[64], name[LOOP_NAME_SIZE], wanted[DEVMAPPER_NAME_SIZE], letter;
	struct loop_info64 info;
	const char *disk;

	lower_path(dev, path, sizeof(path));
	disk = strrchr(path, '/');
	name_unmangle(mangled, wanted);
	return disk && is_attached(disk + 1) && status_read(disk + 1, &info) &&
	       mark_read(&info, name, &letter) && !strcmp(name, wanted);
}

/* --- links */

int loop_links_make(const struct disk *disk)
{
	const char *name = strrchr(disk->path, '/') + 1;
	int err = 0;

	/* A partition of another disk may be called so, and udev would give its link to both. */
	if (link_is_true(name) && !link_is_of(name, disk->node))
		return -EEXIST;
	if (note_is_possible(disk->identity))
		err = note_write(disk->node, disk->identity, name);
	if (!err)
		err = link_make_noted(name, disk->node, disk->identity);
	return err ? err : disk_link_partitions(disk, link_make_noted);
}

void loop_links_remove(const struct disk *disk)
{
	note_remove(disk->node, disk->identity);
	disk_links_remove(disk);
}

/* --- attaching */

static void config_fill(struct loop_config *config, const struct loop_attach *what)
{
	*config = (struct loop_config) {
		.fd = (uint32_t)what->fd,
		.block_size = what->sector,
		.info.lo_offset = what->offset,
		.info.lo_sizelimit = what->size,
	};
	if (what->is_read_only)
		config->info.lo_flags |= LO_FLAGS_READ_ONLY;
	if (what->is_direct)
		config->info.lo_flags |= LO_FLAGS_DIRECT_IO;
	mark_write(&config->info, what->name, what->why->letter);
}

/* The driver says nothing where it can not do what it was asked for. */
static int attached_look(int fd, struct loop_attach *what)
{
	struct loop_info64 info;
	int err = fd_ioctl(fd, LOOP_GET_STATUS64, &info);

	what->is_direct = !err && info.lo_flags & LO_FLAGS_DIRECT_IO;
	return err;
}

/* It is open: nobody else can have it. */
static int attached_link(const char *name, const char *node)
{
	char mangled[DEVMAPPER_NAME_SIZE], link[PATH_MAX], identity[32];
	const struct disk disk = { node, link, identity };
	int err;

	name_mangle(name, mangled);
	link_path(mangled, link, sizeof(link));
	disk_identity(strrchr(node, '/') + 1, identity, sizeof(identity));
	err = loop_links_make(&disk);
	if (err)
		loop_links_remove(&disk);
	return err;
}

/* While it is open nobody else can have it: -EBUSY, another one was faster. */
static int attach_once(struct loop_config *config, struct loop_attach *what)
{
	int number, err = disk_find_free(LOOP_CONTROL, &number), fd;
	char node[64];

	if (err)
		return err;
	snprintf(node, sizeof(node), "/dev/" DISK "%d", number);
	fd = open(node, O_RDWR | O_CLOEXEC);
	if (fd < 0)	/* -ENXIO: somebody's, who is just leaving it */
		return errno == ENXIO ? -EBUSY : -errno;
	err = fd_ioctl(fd, LOOP_CONFIGURE, config);
	if (!err) {
		err = attached_look(fd, what);
		if (!err)
			err = attached_link(what->name, node);
		if (err)
			fd_ioctl(fd, LOOP_CLR_FD, NULL);
	}
	close(fd);
	return err;
}

int loop_attach(struct loop_attach *what)
{
	static const struct timespec step = { .tv_nsec = 1000000 };
	struct loop_config config;
	int err, tries = 0;

	config_fill(&config, what);
	do
		err = attach_once(&config, what);
	while (err == -EBUSY && tries++ < MAX_TRIES && !nanosleep(&step, NULL));
	return err;
}

/* --- detaching */

/* Who has been let go can be kept as long as we have it open. */
static int clear_take_back(int fd, const struct disk *disk, struct loop_info64 *info)
{
	int err;

	info->lo_flags &= ~(uint32_t)LO_FLAGS_AUTOCLEAR;
	err = fd_ioctl(fd, LOOP_SET_STATUS64, info);
	if (err)
		remark(disk->path, "busy, and goes away with its last user now: %s",
		       strerror(-err));
	return -EBUSY;
}

/*
 * With other users the driver does not refuse, but lets the last one take the disk away:
 * that is taken back.  Without any, kernels before 6.8 have the disk free at once, and what
 * is seen of it then may be of another file.
 */
static int clear(int fd, const struct disk *disk)
{
	struct loop_info64 before, after;
	int err = fd_ioctl(fd, LOOP_GET_STATUS64, &before);

	if (!err)
		err = fd_ioctl(fd, LOOP_CLR_FD, NULL);
	if (err)
		return err;
	err = fd_ioctl(fd, LOOP_GET_STATUS64, &after);
	if (err)
		return err == -ENXIO ? 0 : err;
	if (!disk_has_identity(fd, disk->identity))
		return 0;
	return before.lo_flags & LO_FLAGS_AUTOCLEAR ? -EBUSY : clear_take_back(fd, disk, &after);
}

int loop_detach(const struct disk *disk)
{
	int fd = disk_open(disk), err;

	if (fd < 0)
		return fd;
	err = flock(fd, LOCK_EX | LOCK_NB) ? -EBUSY : clear(fd, disk);
	if (!err)
		loop_links_remove(disk);
	close(fd);
	if (!err && strcmp(disk->path, disk->node))
		link_forget(strrchr(disk->path, '/') + 1, disk->node, disk->identity);
	return err;
}
