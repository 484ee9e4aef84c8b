/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Encrypted devices, as cryptsetup(8) makes and opens them.  The only door to
 * libcryptsetup.
 *
 * Functions return an exit status and have said what is wrong, with the name that the
 * container has in messages.
 */
#ifndef CRYPTSETUP_H
#define CRYPTSETUP_H

#include <stdbool.h>
#include <stdint.h>

#include "key.h"

#define CRYPTSETUP_UUID_PREFIX "CRYPT-"	/* of the devices that it opens */

/* What is said of one on a command line; NULL and 0: nothing is */
struct crypt_options {
	const char *type;	/* NULL: it is not encrypted */
	const char *key_file;
	const char *cipher;	/* "aes-cbc-plain" */
	const char *hash;
	uint64_t key_bits;
	uint64_t skip;		/* the number of its first sector */
	uint64_t iter_ms;
	bool allows_discards;
	bool formats;
	bool is_forced;		/* formats what is no empty file */
};

struct crypt_device;

/* An encrypted device, before it is opened, or open */
struct container {
	struct crypt_device *handle;
	const char *name;
};

int container_begin(struct container *container, const char *device, const char *name);
/* The same of one that is open as @opened */
int container_find(struct container *container, const char *opened, const char *name);
void container_end(struct container *container);

/* It has a header of the type that was asked for, or needs none. */
int container_load(struct container *container, const struct crypt_options *options);
/* Give it a header, with one key slot.  What there was is lost. */
int container_format(struct container *container, const struct crypt_options *options,
		     const struct key *key);

/* No passphrase opens it. */
bool crypt_has_key_file_only(const struct crypt_options *options);

/* /dev/mapper/@opened is there then. */
int container_open(struct container *container, const struct crypt_options *options,
		   const char *opened, const struct key *key, bool is_read_only);

/* Does the kernel need the key once more to make it longer? */
bool container_wants_key(struct container *container, const char *opened);
/* Give it to the kernel. */
int container_unlock(struct container *container, const struct key *key);
/* Let it reach to the end of the device below. */
int container_follow(struct container *container, const char *opened);

/* 0 or a negative errno, -EBUSY while somebody has it open; cryptsetup_error() has more. */
int cryptsetup_close(const char *opened);
const char *cryptsetup_error(void);

#endif /* CRYPTSETUP_H */
