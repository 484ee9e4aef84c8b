/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The backing file: opened once, without reading or writing rights, so that
 * what was checked is what is attached, and nobody counts as its writer.
 */
#ifndef BACKING_H
#define BACKING_H

#include <stdbool.h>
#include <stdint.h>
#include <sys/types.h>

#include "options.h"

/*
 * Which file it is.  Two devices, because stat's is made up on some file
 * systems (btrfs) where the kernel's status has the super block's.
 */
struct file_id {
	dev_t dev;
	dev_t super_dev;
	ino_t ino;
};

struct backing {
	const char *name;	/* as the user wrote it */
	int fd;			/* O_PATH */
	char fd_path[32];	/* a path that leads to just this file */
	struct file_id id;
	dev_t device;		/* 0: a regular file */
	uint64_t size;		/* bytes */
	unsigned int block_size;	/* the lower device's logical one, bytes */
};

struct range {
	uint64_t offset;	/* bytes in the backing file */
	uint64_t size;		/* bytes */
};

/* False if there is no such file, or it can not be looked at. */
bool file_id_read(int dirfd, const char *path, struct file_id *id);

/*
 * Open a regular file that is not empty, or a block device.  Returns an exit status and has said
 * what is wrong; backing_close() is due only after STATUS_DONE.
 */
int backing_open(struct backing *backing, const char *name);
void backing_close(struct backing *backing);

/*
 * How long a disk is to be that is @size bytes long from @offset on, for the loop device's
 * ioctls: 0 where it ends with the file, so that it goes on doing so.
 */
uint64_t backing_limit(const struct backing *backing, uint64_t offset, uint64_t size);

/*
 * The range that the options ask for: the rest of the file without a size, in
 * whole blocks of the lower device.  Returns an exit status.
 */
int backing_range(const struct backing *backing, const struct size_option *offset,
		  const struct size_option *size, struct range *range);

#endif /* BACKING_H */
