/* SPDX-License-Identifier: GPL-2.0-only */
/* An encrypted file: what is said of it, and what is opened above its device. */
#ifndef CRYPT_H
#define CRYPT_H

#include "cryptsetup.h"
#include "device.h"
#include "options.h"

/* Write the rows of what can be said to @row.  Returns the row behind them. */
struct option_row *crypt_option_rows(struct option_row *row, struct crypt_options *options);
/* Those of a new image, in which there is nothing to be mounted yet */
struct option_row *crypt_format_rows(struct option_row *row, struct crypt_options *options);
struct option_row crypt_key_file_row(const char **key_file);

/* What contradicts what, or a name that it can not have; an exit status. */
int crypt_options_check(const struct crypt_options *options, bool is_read_only,
			const char *name);

/* The key if it is in a file, before anything is attached; an exit status. */
int crypt_key_fetch(const struct crypt_options *options, struct key *key);

/*
 * Open what is in the device, which was just made and goes away with what is opened from
 * then on.  Without a key it is asked for, and is the caller's to free.  @file: what it is
 * called in messages.  Returns an exit status; if it has failed the device is as it was.
 */
int crypt_open(const struct crypt_options *options, const struct device *device,
	       const char *file, struct key *key);

/* What is opened, while the device below gets longer */
struct following {
	struct container container;
	const struct device *device;
};

/* Before it does: all that can fail without it.  Ask for the key if it takes one. */
int following_begin(struct following *following, const struct device *device,
		    struct key *key);
int following_run(struct following *following);
void following_end(struct following *following);

#endif /* CRYPT_H */
