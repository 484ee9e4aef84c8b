/* SPDX-License-Identifier: GPL-2.0-only */
/* The mounts of a mount namespace, from /proc/PID/mountinfo. */
#ifndef MOUNTS_H
#define MOUNTS_H

#include <stdbool.h>
#include <stdint.h>
#include <sys/types.h>

struct mount {
	uint64_t id;
	dev_t dev;		/* the super block's, not stat's */
	const char *root;	/* what of the file system is shown at the point */
	const char *point;
	const char *type;
	const char *source;
	const char *options;	/* the super block's; each value escaped, see octal_unescape() */
};

/* @each returns true to stop.  Mounts that can not be read are none. */
void mounts_each(const char *mountinfo, int (*each)(const struct mount *mount, void *arg),
		 void *arg);

/* Does process @pid see the mounts that we see?  So does one that is gone. */
bool mounts_are_ours(int pid);

/*
 * Of the block device @dev: by number, and by source where the number is made up
 * (btrfs).  Of the others the source is what somebody has called it.
 */
bool mount_is_of(const struct mount *mount, dev_t dev);

/* Is this path the node of the block device @dev? */
bool is_node_of(const char *path, dev_t dev);

#endif /* MOUNTS_H */
