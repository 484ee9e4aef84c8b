/* SPDX-License-Identifier: GPL-2.0-only */
/* How long the backing file is: see file_size.c. */
#ifndef FLOOP_FILE_SIZE_H
#define FLOOP_FILE_SIZE_H

#include <linux/types.h>

struct floop_backing;

/*
 * Let the file reach to byte @size at least; what is new of it is a hole, where
 * the file system has such, and not durable yet.  The file is open for writing.
 * May sleep, does I/O; waits neither for a thaw nor for who holds the file's lock.
 * 0, -EAGAIN if somebody does, or a failure with its sentence.
 */
int floop_file_extend(struct floop_backing *backing, loff_t size);

#endif /* FLOOP_FILE_SIZE_H */
