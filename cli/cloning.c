// SPDX-License-Identifier: GPL-2.0-only
#include <errno.h>
#include <fcntl.h>
#include <linux/fs.h>
#include <stdlib.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <sys/types.h>
#include <unistd.h>

#include "cloning.h"

#define BUFFER_SIZE (1024 * 1024)

/* btrfs shares blocks only between files that are both checksummed, or both not. */
static void flags_take_over(int from, int to)
{
	int flags = 0, own = 0;

	if (ioctl(from, FS_IOC_GETFLAGS, &flags) || !(flags & FS_NOCOW_FL) ||
	    ioctl(to, FS_IOC_GETFLAGS, &own))
		return;
	own |= FS_NOCOW_FL;
	ioctl(to, FS_IOC_SETFLAGS, &own);
}

int cloning_open(struct cloning *cloning, int from, int to, uint64_t size)
{
	void *buffer = mmap(NULL, BUFFER_SIZE, PROT_READ | PROT_WRITE,
			    MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);

	if (buffer == MAP_FAILED)
		return -ENOMEM;
	*cloning = (struct cloning) { .from = from, .to = to, .size = size, .buffer = buffer };
	flags_take_over(from, to);
	return 0;
}

void cloning_close(struct cloning *cloning)
{
	munmap(cloning->buffer, BUFFER_SIZE);
}

/* An empty file shared with itself: nothing to do, for who can do it. */
bool cloning_is_possible(int to)
{
	return !ioctl(to, FICLONE, to) || errno == EINVAL;
}

int file_clone(const struct cloning *cloning)
{
	return ioctl(cloning->to, FICLONE, cloning->from) ? -errno : 0;
}

static int piece_write(const struct cloning *cloning, uint64_t pos, size_t len)
{
	size_t done = 0;
	ssize_t nr;

	while (done < len) {
		nr = pwrite(cloning->to, cloning->buffer + done, len - done, (off_t)(pos + done));
		if (nr < 0)
			return -errno;
		done += (size_t)nr;
	}
	return 0;
}

/* What was read is not kept: the cache that the file would have makes its device slow. */
static int data_copy(struct cloning *cloning, uint64_t end, bool (*may_go_on)(void *arg),
		     void *arg)
{
	uint64_t pos = cloning->pos;
	ssize_t nr;
	int err;

	while (pos < end) {
		if (!may_go_on(arg))
			return -EINTR;
		nr = pread(cloning->from, cloning->buffer,
			   end - pos < BUFFER_SIZE ? end - pos : BUFFER_SIZE, (off_t)pos);
		if (nr <= 0)
			return nr ? -errno : -EIO;	/* it has become shorter */
		err = piece_write(cloning, pos, (size_t)nr);
		if (err)
			return err;
		posix_fadvise(cloning->from, (off_t)pos, nr, POSIX_FADV_DONTNEED);
		pos += (uint64_t)nr;
		cloning->pos = pos;
	}
	return 0;
}

/* The next piece of data: *@end is its end.  A file system that knows none has all. */
static int data_find(struct cloning *cloning, uint64_t *end)
{
	off_t start = lseek(cloning->from, (off_t)cloning->pos, SEEK_DATA), hole;

	if (start < 0 && errno == ENXIO) {
		cloning->pos = *end = cloning->size;
		return 0;
	}
	if (start < 0)
		return -errno;
	hole = lseek(cloning->from, start, SEEK_HOLE);
	if (hole < 0)
		return -errno;
	cloning->pos = (uint64_t)start;
	*end = (uint64_t)hole < cloning->size ? (uint64_t)hole : cloning->size;
	return 0;
}

int file_copy(struct cloning *cloning, bool (*may_go_on)(void *arg), void *arg)
{
	uint64_t end = 0;
	int err = ftruncate(cloning->to, (off_t)cloning->size) ? -errno : 0;

	while (!err && cloning->pos < cloning->size) {
		err = data_find(cloning, &end);
		if (!err)
			err = data_copy(cloning, end, may_go_on, arg);
	}
	return err;
}
