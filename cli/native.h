/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The only door to the native disk (fastloop-disk.ko): its ioctls, and what /sys tells
 * of a disk.  Names are as people write them; the kernel, udev and the path below
 * /dev/fastloop have what libdevmapper makes of them.
 *
 * Functions return 0 or a negative errno; where the kernel refused, its sentence is at
 * refusal_report().
 */
#ifndef NATIVE_H
#define NATIVE_H

#include <limits.h>
#include <stdbool.h>
#include <stdint.h>
#include <sys/types.h>

/* One disk that has a file.  Lives as long as the callback that it is for. */
struct native_view {
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

typedef int (*native_view_fn)(const struct native_view *view, void *arg);

bool native_is_loaded(void);
/* Have the module loaded: -ENOENT if it is not installed, -EPERM if modprobe.d forbids it. */
int native_load(void);

/* Visit every disk.  Stops when @each returns other than 0, and returns that. */
int native_each(native_view_fn each, void *arg);

struct native_attach {
	int fd;			/* of the file, O_PATH will do */
	uint64_t offset;	/* bytes */
	uint64_t size;		/* bytes; 0: to the end of the file */
	const char *name;
	const char *options;
	bool is_read_only;
};

/*
 * Attach to a disk that is free; @node gets its node.  -EEXIST when the name is taken.
 * The path below /dev/fastloop is there, and udev done with it, when this returns.
 */
int native_attach(const struct native_attach *what, char *node, size_t size);

/*
 * What is attached to a disk.  The kernel gives a disk that has become free to whoever
 * comes next, so all that follows is done to this attachment or, when another one has the
 * disk, not at all: -ENXIO.
 */
struct native_disk {
	const char *node;
	const char *path;
	const char *identity;
};

/* Remove it, with its links, unless somebody has it open: -EBUSY. */
int native_detach(const struct native_disk *disk);
/* When its last user closes it; native_keep() takes that back. */
int native_detach_deferred(const struct native_disk *disk);
int native_keep(const struct native_disk *disk);

int native_message(const struct native_disk *disk, const char *message);
/* Resume it, whatever is attached by now: without the disk being opened. */
int native_resume_by_message(const struct native_disk *disk);
/* A step of unsharing; *@pos becomes where the next begins, or 0: all done. */
int native_unshare(const struct native_disk *disk, uint64_t *pos);
/* @limit bytes long, or, if that is 0, as long as the file. */
int native_resize(const struct native_disk *disk, uint64_t limit);
/* Have the kernel look for partitions, now and whenever that is asked for. */
int native_scan_partitions(const struct native_disk *disk);
/* The links of those that are there */
int native_link_partitions(const struct native_disk *disk);

/*
 * Visit the disk's partitions, by what they are called: /dev/fastloop/NAMEp1 for a disk
 * with a @path like that, /dev/loopf0p1 else.
 */
int native_each_partition(const char *node, const char *path,
			  int (*each)(const char *name, const char *path, dev_t dev, void *arg),
			  void *arg);

/*
 * On a descriptor of the disk, that was opened before, and with nothing else: see
 * devmapper_suspend_number().
 */
int native_suspend(int fd, bool freezes_fs);
int native_resume(int fd);

/* The disk with this number is one of ours, with a file. */
bool native_is(dev_t dev);
/* Its path below /dev/fastloop; false if it has no name. */
bool native_path(dev_t dev, char *path, size_t size);

#endif /* NATIVE_H */
