/* SPDX-License-Identifier: GPL-2.0-only */
/* What user space gives along with the loop device's ioctls.  Process context. */
#ifndef FLOOP_ARGUMENTS_H
#define FLOOP_ARGUMENTS_H

#include <linux/types.h>

struct file;
struct loop_info64;

/* 0, or the errno that the loop device has for it. */
int floop_status_check(const struct loop_info64 *info);

/* What the caller has open for reading, to be put; or ERR_PTR(-EBADF). */
struct file *floop_file_get(unsigned int fd);
u64 floop_file_bytes(const struct file *file);

#endif /* FLOOP_ARGUMENTS_H */
