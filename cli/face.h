/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * What the kinds of devices, a target of device-mapper, a native disk and one of the
 * kernel's loop driver, do each in its own way.  Everything above speaks of a device.
 */
#ifndef FACE_H
#define FACE_H

#include <limits.h>
#include <stdbool.h>
#include <stdint.h>

#include "backing.h"
#include "devmapper.h"
#include "engine.h"

struct device;

/* What a device is to be made of */
struct making {
	const struct backing *backing;
	struct range range;
	const char *name;		/* NULL: one that is free, after the file's */
	bool is_encrypted;		/* it is below another one, see opened.h */
	const char *options;		/* of a table line, with a blank before each */
	int nr_options;
	bool is_read_only;
	bool is_shared;
	bool leaves_after_use;		/* native alone */
	char made[DEVMAPPER_NAME_SIZE];	/* its name; "" as long as there is nothing to undo */
	char uuid[DEVMAPPER_NAME_SIZE];	/* device-mapper's */

	/* for the kernel's loop driver, which has no table line */
	const struct engine_reason *why;	/* it and not fastloop's module */
	const char *io;
	unsigned int sector;		/* bytes */
	char remark[160];		/* what is to be said of it; "": nothing */
};

/* Those that return an int, unless it is said to be an exit status: 0 or a negative errno. */
struct face {
	const char *word;		/* of --face, or of what is no choice there */
	const char *engine;

	/* An exit status; has said what is missing. */
	int (*begin)(void);
	bool (*has_name)(const char *name);

	/* An exit status; what was half made is to be undone, by its name. */
	int (*make)(struct making *making);
	void (*unmake)(const struct making *making);

	/*
	 * Open for reading, or -ENXIO when another one has its place by now.  As long as that
	 * is open nobody can take the device, or its number, for something else.
	 */
	int (*hold)(const struct device *device);

	/* Unless somebody has it open: -EBUSY.  It is gone then, with its path. */
	int (*remove)(const struct device *device);
	/* When its last user closes it; keep() takes that back. */
	int (*remove_deferred)(const struct device *device);
	int (*keep)(const struct device *device);

	/* After a suspend whose maker is gone; 0 if it does not stand still. */
	int (*resume)(const struct device *device);

	/* A refusal's sentence is at refusal_report(). */
	int (*tell)(const struct device *device, const char *message);
	/* One step, from byte *@pos on; *@pos is where the next begins, 0 behind the last. */
	int (*unshare)(const struct device *device, uint64_t *pos);

	/* An exit status: let the file reach to the byte @end, if it does not. */
	int (*grow)(const struct device *device, const struct backing *backing, uint64_t end);
	/* An exit status.  Whatever of it fails, the device is as long as it was. */
	int (*resize)(const struct device *device, const struct backing *backing, uint64_t size);

	/* More on the last failure than its errno; "" without any. */
	const char *(*error)(void);
};

extern const struct face face_dm, face_native, face_loop;

/* The one with this word, or NULL */
const struct face *face_find(const char *word);

/*
 * The @nth name that one may have for which none was chosen: false if it is taken, by a
 * device of any face or by what is to be opened above it.
 */
bool making_name(const struct making *making, char *name, size_t size, unsigned int nth);

/* By a device of any face */
bool name_is_taken(const char *name);

/* A face's grow, where the device is told to do it */
int face_grow_by_message(const struct device *device, const struct backing *backing,
			 uint64_t end);

/* The words of the last failure, which had this errno */
const char *face_error(const struct face *face, int err);

#endif /* FACE_H */
