/* SPDX-License-Identifier: GPL-2.0-only */
/* The mounts of a mount namespace, from /proc/PID/mountinfo. */
#ifndef MOUNTS_H
#define MOUNTS_H

#include <stdint.h>
#include <sys/types.h>

struct mount {
	uint64_t id;
	dev_t dev;		/* the super block's, not stat's */
	const char *point;
	const char *source;
};

/* @each returns true to stop.  Mounts that can not be read are none. */
void mounts_each(const char *mountinfo, int (*each)(const struct mount *mount, void *arg),
		 void *arg);

#endif /* MOUNTS_H */
