/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The only door to libdevmapper.  Names are as people write them; libdevmapper
 * turns what a device name can not have into \xHH and back.
 *
 * Functions return 0 or a negative errno; devmapper_error() has the words for
 * the last failure, "" without any.  Whatever udev has to do is done when they return.
 */
#ifndef DEVMAPPER_H
#define DEVMAPPER_H

#include <limits.h>
#include <stdbool.h>
#include <stdint.h>
#include <sys/types.h>

#define DEVMAPPER_NAME_SIZE 128	/* with the end */

/* One target of one device.  Lives as long as the callback that it is for. */
struct dm_view {
	const char *name;
	const char *uuid;
	const char *path;	/* /dev/mapper/... */
	dev_t dev;
	bool is_read_only;
	bool is_suspended;
	bool is_leaving;	/* goes away when its last user closes it */
	bool has_loaded_table;	/* beside the live one */
	bool has_target;	/* false: half-made, what follows is empty */
	uint64_t start;		/* sectors */
	uint64_t sectors;
	const char *table;	/* the target's parameters */
	const char *info;
};

typedef int (*dm_view_fn)(const struct dm_view *view, void *arg);

/*
 * Visit every target of type @target, and every device without a table whose
 * UUID starts with @uuid_prefix.  Stops when @each returns other than 0, and
 * returns that.
 */
int devmapper_each(const char *target, const char *uuid_prefix, dm_view_fn each, void *arg);

/* The same for the one device @name */
int devmapper_one(const char *name, const char *target, const char *uuid_prefix,
		  dm_view_fn each, void *arg);

/* Have the kernel load the module with this target, if it has one. */
bool devmapper_target_exists(const char *target);

bool devmapper_name_is_taken(const char *name);

/* Does it go away when its last user closes it? */
bool devmapper_is_leaving(const char *name);

/* How often it is open, 0 for a device that is gone */
int devmapper_open_count(const char *name);

/* Make a device without a table: atomic, -EBUSY when the name is taken. */
int devmapper_create(const char *name, const char *uuid);
int devmapper_load(const char *name, const char *target, const char *params,
		   uint64_t sectors, bool is_read_only);
/* Bring the loaded table to life; @path gets the device's node. */
int devmapper_resume(const char *name, char *path, size_t size);

/*
 * Tell the target at the device's beginning something, or with "@..." device-mapper
 * itself; devmapper_ask() wants to hear the answer as well, the first @size - 1 bytes.
 */
int devmapper_message(const char *name, const char *message);
int devmapper_ask(const char *name, const char *message, char *answer, size_t size);

/*
 * Load a longer or shorter table instead of the live one, without freezing what is
 * mounted on the device or waiting for its I/O; drop a table that was loaded but is
 * not live.
 */
int devmapper_exchange(const char *name);
int devmapper_clear(const char *name);
/* After an exchange that failed the kernel may have left the device suspended. */
int devmapper_wake(const char *name);

/*
 * While a device stands still there may be no memory to be had, and no udev to wait
 * for.  So these take a number, through a descriptor that was opened before, and no
 * library's help; devmapper_error() has nothing of them.  A suspend waits for all I/O of
 * the device; with @locks_fs it freezes the file system that is mounted on it, too.
 */
int devmapper_control_open(void);
int devmapper_suspend_number(int control, dev_t dev, bool locks_fs);
int devmapper_resume_number(int control, dev_t dev);

/*
 * Remove a device that nobody has open, else -EBUSY.  It is the one with this UUID and no
 * other that has its name by now; @uuid is "" for one that was made without.
 */
int devmapper_remove(const char *name, const char *uuid);
/* The same, waiting up to five seconds for whoever scans it. */
int devmapper_remove_patiently(const char *name, const char *uuid);
/* Now, or when whoever has it open closes it; devmapper_keep() takes that back. */
int devmapper_remove_deferred(const char *name, const char *uuid);
int devmapper_keep(const char *name);

const char *devmapper_error(void);
bool devmapper_is_loaded(void);
/* A failure with this errno is not of one device or another: nothing can be asked. */
bool devmapper_is_out_of_reach(int err);
/* Why device-mapper as a whole can not be used; NULL if it can.  Ask after a failure. */
const char *devmapper_absent(void);

#endif /* DEVMAPPER_H */
