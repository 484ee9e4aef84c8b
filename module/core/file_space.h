/* SPDX-License-Identifier: GPL-2.0-only */
/* Discards and write zeroes through the file system: see file_space.c. */
#ifndef FLOOP_FILE_SPACE_H
#define FLOOP_FILE_SPACE_H

struct floop_io;

/* @io owns its regions.  May sleep, does I/O.  0 or a negative errno. */
int floop_file_space(struct floop_io *io);

#endif /* FLOOP_FILE_SPACE_H */
