// SPDX-License-Identifier: GPL-2.0-only
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/sysmacros.h>
#include <unistd.h>

#include "backing.h"
#include "cli.h"
#include "message.h"
#include "mounts.h"
#include "sysfs.h"

#define SECTOR_SIZE 512

struct mount_search {
	uint64_t id;
	dev_t dev;
};

static int mount_match(const struct mount *mount, void *arg)
{
	struct mount_search *search = arg;

	if (mount->id != search->id)
		return false;
	search->dev = mount->dev;
	return true;
}

bool file_id_read(int dirfd, const char *path, struct file_id *id)
{
	struct mount_search search = { 0 };
	struct statx stx;

	if (statx(dirfd, path, *path ? 0 : AT_EMPTY_PATH, STATX_INO | STATX_MNT_ID, &stx))
		return false;
	id->ino = stx.stx_ino;
	id->dev = makedev(stx.stx_dev_major, stx.stx_dev_minor);
	search.dev = id->dev;
	search.id = stx.stx_mnt_id;
	if (stx.stx_mask & STATX_MNT_ID)
		mounts_each("/proc/self/mountinfo", mount_match, &search);
	id->super_dev = search.dev;
	return true;
}

/* What else it is, and what to use instead; NULL for a file or a block device */
static const char *kind_wrong(mode_t mode)
{
	switch (mode & S_IFMT) {
	case S_IFREG:
	case S_IFBLK:
		return NULL;
	case S_IFDIR:
		return "a directory, not a file";
	case S_IFCHR:
		return "a character device, not a file";
	case S_IFIFO:
		return "a pipe, not a file; copy what comes out of it into a file first";
	case S_IFSOCK:
		return "a socket, not a file";
	default:
		return "not a regular file";
	}
}

static int backing_look(struct backing *backing)
{
	const char *wrong;
	struct stat st;

	if (fstat(backing->fd, &st) || !file_id_read(backing->fd, "", &backing->id))
		return failed(backing->name, "%s", strerror(errno));
	wrong = kind_wrong(st.st_mode);
	if (wrong)
		return failed(backing->name, "%s", wrong);
	backing->device = S_ISBLK(st.st_mode) ? st.st_rdev : 0;
	backing->size = backing->device ? lower_size(st.st_rdev) : (uint64_t)st.st_size;
	backing->block_size = lower_block_size(backing->device ? st.st_rdev : st.st_dev);
	if (!backing->size)
		return failed(backing->name, "%s", backing->device ?
			      "there is no such device, or no medium in it" : "the file is empty");
	return STATUS_DONE;
}

int backing_open(struct backing *backing, const char *name)
{
	int status;

	backing->name = name;
	backing->fd = open(name, O_PATH | O_CLOEXEC);
	if (backing->fd < 0)
		return failed(name, "%s", strerror(errno));
	snprintf(backing->fd_path, sizeof(backing->fd_path), "/proc/self/fd/%d", backing->fd);
	status = backing_look(backing);
	if (status)
		backing_close(backing);
	return status;
}

void backing_close(struct backing *backing)
{
	close(backing->fd);
	backing->fd = -1;
}

static int range_asked(const struct backing *backing, uint64_t rest, uint64_t asked)
{
	if (asked > rest)
		return failed(backing->name,
			      "the range ends %llu bytes behind the end of the file (%llu bytes)",
			      (unsigned long long)(asked - rest),
			      (unsigned long long)backing->size);
	if (asked % SECTOR_SIZE)
		return failed(backing->name, "--size %llu: no multiple of %d",
			      (unsigned long long)asked, SECTOR_SIZE);
	return STATUS_DONE;
}

/* An offset that is no multiple of a block is refused later, by its own reason. */
static int range_rest(const struct backing *backing, uint64_t offset, uint64_t *size)
{
	uint64_t left_out = *size % backing->block_size;

	if (*size < backing->block_size)
		return failed(backing->name, "%llu bytes are less than one block (%u bytes)",
			      (unsigned long long)*size, backing->block_size);
	if (left_out && !(offset % backing->block_size))
		remark(backing->name,
		       "the last %llu bytes are left out: a device is made of whole blocks of %u bytes",
		       (unsigned long long)left_out, backing->block_size);
	*size -= left_out;
	return STATUS_DONE;
}

int backing_range(const struct backing *backing, const struct size_option *offset,
		  const struct size_option *size, struct range *range)
{
	uint64_t rest;

	range->offset = offset->bytes;
	if (range->offset >= backing->size)
		return failed(backing->name,
			      "--offset %llu: not inside the file (%llu bytes)",
			      (unsigned long long)range->offset,
			      (unsigned long long)backing->size);
	rest = backing->size - range->offset;
	range->size = size->is_given ? size->bytes : rest;
	if (size->is_given)
		return range_asked(backing, rest, size->bytes);
	return range_rest(backing, range->offset, &range->size);
}

uint64_t backing_limit(const struct backing *backing, uint64_t offset, uint64_t size)
{
	uint64_t end = backing->size;
	struct stat st;

	if (!backing->device && !fstat(backing->fd, &st))
		end = (uint64_t)st.st_size;	/* it may have grown */
	return offset + size == end - end % SECTOR_SIZE ? 0 : size;
}
