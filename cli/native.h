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

#include "disk.h"

bool native_is_loaded(void);
/* It is there in place of the kernel's own loop driver. */
bool native_replaces_loop(void);
/*
 * Have the module loaded; what can be wrong with that is in module.h.
 * native_look_up() says whether it might be, and loads nothing.
 */
int native_load(void);
int native_look_up(void);

/* Visit every disk.  Stops when @each returns other than 0, and returns that. */
int native_each(disk_view_fn each, void *arg);

struct native_attach {
	int fd;			/* of the file, O_PATH will do */
	uint64_t offset;	/* bytes */
	uint64_t size;		/* bytes; 0: to the end of the file */
	const char *name;
	const char *options;
	bool is_read_only;
	bool leaves_after_use;	/* when the first one who had it for himself, and all others, close it */
};

/*
 * Attach to a disk that is free; @node gets its node.  -EEXIST when the name is taken.
 * The path below /dev/fastloop is there, and udev done with it, when this returns.
 */
int native_attach(const struct native_attach *what, char *node, size_t size);

/* Remove it, with its links, unless somebody has it open: -EBUSY. */
int native_detach(const struct disk *disk);

int native_message(const struct disk *disk, const char *message);
/* Resume it, whatever is attached by now: without the disk being opened. */
int native_resume_by_message(const struct disk *disk);
/* A step of unsharing; *@pos becomes where the next begins, or 0: all done. */
int native_unshare(const struct disk *disk, uint64_t *pos);

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
