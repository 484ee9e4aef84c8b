/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * A disk that is attached and detached by the loop device's ioctls, be it a native one of
 * ours or one of the kernel's loop driver: what both have, in /sys and by those ioctls.
 *
 * Functions return 0 or a negative errno.
 */
#ifndef DISK_H
#define DISK_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

/* One disk that has a file.  Lives as long as the callback that it is for. */
struct disk_view {
	const char *name;	/* its node's, if it was given none */
	const char *node;	/* /dev/loopf0 */
	const char *path;	/* /dev/fastloop/NAME, or the node */
	const char *identity;	/* of this attachment: no other one has had it, or will */
	dev_t dev;
	bool has_name;		/* fastloop gave it, so fastloop made it */
	bool is_read_only;
	bool is_suspended;
	bool is_leaving;	/* goes away when its last user closes it */
	uint64_t sectors;
	uint64_t offset;	/* bytes in the backing file */
	const char *backing_file;	/* "": not to be had */
	const char *options;	/* as in a table line */
	const char *info;	/* likewise */
};

typedef int (*disk_view_fn)(const struct disk_view *view, void *arg);

/*
 * What is attached to a disk.  The kernel gives a disk that has become free to whoever
 * comes next, so all that follows is done to this attachment or, when another one has the
 * disk, not at all: -ENXIO.
 */
struct disk {
	const char *node;
	const char *path;
	const char *identity;
};

/* link_make(), or those for disks of the loop driver */
typedef int (*link_fn)(const char *name, const char *node, const char *identity);

/* --- in /sys; @name is the node's, without its folder */

bool disk_attribute(const char *name, const char *attribute, char *text, size_t size);
uint64_t disk_number(const char *name, const char *attribute);
dev_t disk_dev(const char *name);
void disk_identity(const char *name, char *identity, size_t size);
/* Of the disk with this number, or of the one that this is a partition of */
void disk_identity_of(dev_t dev, char *identity, size_t size);

/*
 * Visit the disk's partitions, by what they are called: /dev/fastloop/NAMEp1 for a disk
 * with a @path like that, /dev/loopf0p1 else.
 */
int disk_each_partition(const char *node, const char *path,
			int (*each)(const char *name, const char *path, dev_t dev, void *arg),
			void *arg);

/* --- by its ioctls */

/* The number of a disk that is free, by this node. */
int disk_find_free(const char *control, int *number);

int fd_ioctl(int fd, unsigned long request, void *arg);

/* What is attached to the disk that is open has it still. */
bool disk_has_identity(int fd, const char *identity);

/*
 * The disk of this attachment; for reading, so that udev does not look at it again.  As
 * long as it is open nobody else can take the disk for another file.
 */
int disk_open(const struct disk *disk);
int disk_ioctl(const struct disk *disk, unsigned long request, void *arg);
/* The same, and its file is attached and stays so. */
int disk_hold(const struct disk *disk);

/* When its last user closes it; disk_keep() takes that back. */
int disk_detach_deferred(const struct disk *disk);
int disk_keep(const struct disk *disk);
/* @limit bytes long, or, if that is 0, as long as the file. */
int disk_resize(const struct disk *disk, uint64_t limit);
/* Have the kernel look for partitions, now and whenever that is asked for. */
int disk_scan_partitions(const struct disk *disk);

/* Links to the partitions that are there, if the disk has one */
int disk_link_partitions(const struct disk *disk, link_fn link);
/* The links to it and to its partitions */
void disk_links_remove(const struct disk *disk);

#endif /* DISK_H */
