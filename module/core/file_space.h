/* SPDX-License-Identifier: GPL-2.0-only */
/* Discards and write zeroes through the file system: see file_space.c. */
#ifndef FLOOP_FILE_SPACE_H
#define FLOOP_FILE_SPACE_H

#include <linux/types.h>

struct floop_backing;
struct floop_io;

/*
 * fallocate() with @mode, of bytes, the size kept; a change of blocks under our own
 * lease if it is held.  Under freeze protection; may sleep, does I/O.  0 or an errno.
 */
int floop_file_allocate(struct floop_backing *backing, int mode, loff_t pos, loff_t len);

/* @io owns its regions.  May sleep, does I/O.  0 or a negative errno. */
int floop_file_space(struct floop_io *io);

#endif /* FLOOP_FILE_SPACE_H */
