// SPDX-License-Identifier: GPL-2.0-only
/*
 * The device under test, or a regular file in its place: one system call for
 * each operation, so that each is one that the kernel sees.
 */
#define _GNU_SOURCE
#include "device.h"

#include <errno.h>
#include <fcntl.h>
#include <linux/fs.h>
#include <stdio.h>
#include <sys/ioctl.h>
#include <sys/stat.h>
#include <sys/uio.h>
#include <unistd.h>

#include "content.h"
#include "die.h"
#include "op.h"

static struct {
	int fd;
	bool is_file;
	uint64_t bytes;
	uint64_t block_size;
} device;

static void open_file(const char *path, const struct stat *stat)
{
	device.is_file = true;
	device.bytes = stat->st_size;
	device.block_size = SECTOR_SIZE;
	if (device.fd >= 0 || errno != EINVAL)
		return;
	device.fd = open(path, O_RDWR | O_CLOEXEC);
	printf("%s: without direct I/O, which is not to be had\n", path);
}

static void open_block(const char *path)
{
	int size;

	if (ioctl(device.fd, BLKGETSIZE64, &device.bytes) || ioctl(device.fd, BLKSSZGET, &size))
		die_errno("%s", path);
	device.block_size = size;
}

void device_open(const char *path)
{
	struct stat stat_;

	if (stat(path, &stat_))
		die_errno("%s", path);
	if (!S_ISREG(stat_.st_mode) && !S_ISBLK(stat_.st_mode))
		die("%s: neither a block device nor a regular file", path);
	device.fd = open(path, O_RDWR | O_DIRECT | O_CLOEXEC);
	if (S_ISREG(stat_.st_mode))
		open_file(path, &stat_);
	if (device.fd < 0)
		die_errno("%s", path);
	if (S_ISBLK(stat_.st_mode))
		open_block(path);
}

void device_close(void)
{
	close(device.fd);
}

uint64_t device_bytes(void)
{
	return device.bytes;
}

uint64_t device_block_size(void)
{
	return device.block_size;
}

static off_t first_byte(const struct op *op)
{
	return (off_t)op->range.first << SECTOR_SHIFT;
}

static int result(const struct op *op, ssize_t done)
{
	if (done < 0)
		return -errno;
	return done == (ssize_t)(op->range.nr << SECTOR_SHIFT) ? 0 : -ENODATA;
}

int device_read(const struct op *op)
{
	return result(op, preadv2(device.fd, op->segments, op->nr_segments, first_byte(op), 0));
}

int device_write(const struct op *op)
{
	return result(op, pwritev2(device.fd, op->segments, op->nr_segments, first_byte(op), 0));
}

int device_write_fua(const struct op *op)
{
	return result(op, pwritev2(device.fd, op->segments, op->nr_segments, first_byte(op),
				   RWF_DSYNC));
}

int device_flush(const struct op *op)
{
	(void)op;
	return fdatasync(device.fd) ? -errno : 0;
}

static int of_range(const struct op *op, unsigned long request, int file_mode)
{
	uint64_t range[2] = { first_byte(op), op->range.nr << SECTOR_SHIFT };
	int failed;

	if (device.is_file)
		failed = fallocate(device.fd, file_mode | FALLOC_FL_KEEP_SIZE, range[0], range[1]);
	else
		failed = ioctl(device.fd, request, range);
	return failed ? -errno : 0;
}

int device_zero(const struct op *op)
{
	return of_range(op, BLKZEROOUT, FALLOC_FL_ZERO_RANGE);
}

int device_discard(const struct op *op)
{
	return of_range(op, BLKDISCARD, FALLOC_FL_PUNCH_HOLE);
}
