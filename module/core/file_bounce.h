/* SPDX-License-Identifier: GPL-2.0-only */
/* Direct I/O of less than the file system's smallest: see file_bounce.c. */
#ifndef FLOOP_FILE_BOUNCE_H
#define FLOOP_FILE_BOUNCE_H

#include <linux/types.h>

struct floop_backing;
struct floop_io;

#define FLOOP_BOUNCE_BYTES 65536

/*
 * All that is left of the data of @io.  A write owns its regions.  May sleep,
 * does I/O.  0 or a negative errno.
 */
int floop_file_bounce(struct floop_io *io);

/* The same for zeroes instead of data. */
int floop_file_bounce_zeroes(struct floop_io *io);

/* One block, only to see whether it works.  May sleep.  0 or a negative errno. */
int floop_file_try_direct(struct floop_backing *backing);

#endif /* FLOOP_FILE_BOUNCE_H */
