/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The only door to the kernel's own loop driver.
 *
 * It keeps 63 bytes of whoever attaches a disk, to write there what he likes (lo_file_name,
 * which losetup calls a reference).  A disk that has "fastloop:L:NAME" there is one that
 * the tool attached, as NAME, and L says why without its module (engine.h).  All others are
 * other people's, and not seen here.
 *
 * Functions return 0 or a negative errno.
 */
#ifndef LOOP_H
#define LOOP_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

#include "disk.h"
#include "engine.h"

#define LOOP_CONTROL	"/dev/loop-control"
#define LOOP_NAME_SIZE	53	/* with the end; in bytes */

/* Visit every disk of ours.  Stops when @each returns other than 0, and returns that. */
int loop_each(disk_view_fn each, void *arg);

/*
 * The file behind the disk with this name, whoever attached it: its device and number, and
 * which device it is, if it is one.  As the driver knows them, by whatever path the file is
 * found, or none; a server that the file lies on is not asked for these.  -EACCES: who may not
 * open the disk is not told.
 */
struct loop_file {
	dev_t dev;
	ino_t ino;
	dev_t rdev;
};
int loop_file_read(const char *disk, struct loop_file *file);

/* The disk with this number is ours, and has this name, as it stands below /dev. */
bool loop_is_called(dev_t dev, const char *mangled);

struct loop_attach {
	int fd;			/* of the file, opened as the disk is to be used */
	uint64_t offset;	/* bytes */
	uint64_t size;		/* bytes; 0: to the end of the file */
	const char *name;
	const struct engine_reason *why;
	unsigned int sector;	/* bytes */
	bool is_read_only;
	bool is_direct;		/* past the page cache; false afterwards if it can not be so */
};

/* Attach to a disk that is free, and make its link. */
int loop_attach(struct loop_attach *what);

/* What leads to it and to its partitions, and what udev is told of it; its path is the link. */
int loop_links_make(const struct disk *disk);
void loop_links_remove(const struct disk *disk);

/*
 * Remove it, with its links, unless somebody has it open: -EBUSY.  Whoever attaches a file by
 * its name has to wait until this has returned.
 */
int loop_detach(const struct disk *disk);

#endif /* LOOP_H */
