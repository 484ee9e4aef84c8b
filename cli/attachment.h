/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The making of a device: all of it, or nothing.
 *
 * From the moment the device exists until whoever asked for it is content,
 * signals wait; whatever goes wrong in between, one arriving included, takes the
 * device away again.
 */
#ifndef ATTACHMENT_H
#define ATTACHMENT_H

#include <stdbool.h>

#include "crypt.h"
#include "device.h"
#include "options.h"

struct attach_options {
	const char *map;
	const char *io;
	const char *discard;
	const char *sector;
	const char *engine;	/* NULL: fastloop's module, or what there is without it */
	const char *face;	/* NULL: native, if the engine is not told */
	const char *name;
	struct size_option offset;
	struct size_option size;
	bool is_read_only;
	bool is_shared;
	bool pins_map;
	bool takes_existing;	/* a device of ours that is the same already */
	bool takes_named;	/* one that has the name, if it is of this file */
	bool has_partitions;	/* that are to be devices as well */
	bool leaves_after_use;
	bool is_quiet;		/* whoever asks says mode and engine himself */
	struct crypt_options crypt;
};

/*
 * Set *@options to what holds when nothing is said, and write the rows of what
 * can be said to @row.  Returns the row behind them.
 */
struct option_row *attach_option_rows(struct option_row *row, struct attach_options *options);
/* The row of what mount has no use for */
struct option_row attach_partitions_row(struct attach_options *options);

/*
 * Which of them contradicts another one, and why; NULL if none does.  Sets @option to its
 * name, with the value if that is what is meant.
 */
const char *attach_options_wrong(const struct attach_options *options, const char **option);

/*
 * Attach @file and hand the device to @use, which returns an exit status, too.
 * If that is not STATUS_DONE, the device is removed, unless it was there before.
 */
int file_attach(const char *file, struct attach_options *options,
		int (*use)(const struct device *device, void *arg), void *arg);

#endif /* ATTACHMENT_H */
