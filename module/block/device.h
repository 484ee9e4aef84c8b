/* SPDX-License-Identifier: GPL-2.0-only */
/* The names and numbers under which disks are found: see device.c. */
#ifndef FLOOP_DEVICE_H
#define FLOOP_DEVICE_H

#include <linux/types.h>

extern bool floop_replace_loop;		/* instead of loop.ko, not beside it */

/* Whole disks have this major; their names are the prefix and a number. */
int floop_device_major(void);
const char *floop_device_prefix(void);

/* May sleep.  On failure a line of the log says what is in the way. */
int floop_device_init(void);
void floop_device_exit(void);

#endif /* FLOOP_DEVICE_H */
