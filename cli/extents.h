/* SPDX-License-Identifier: GPL-2.0-only */
/* How a file lies on the lower device, as its file system tells. */
#ifndef EXTENTS_H
#define EXTENTS_H

#include <stdbool.h>
#include <stdint.h>

#include "backing.h"

struct extents {
	bool is_known;
	uint64_t nr;		/* those that meet on the device counted as one */
	uint64_t mapped_bytes;	/* written ones */
	uint64_t hole_bytes;
	uint64_t unwritten_bytes;
	bool has_shared;
	bool has_inline;
	bool has_encoded;
	bool has_encrypted;
	bool has_unaligned;	/* to the lower device's logical block size */
};

/*
 * Look at @range of the file that @fd has open for reading, after writing its
 * cached data out.  0 or a negative errno; -EOPNOTSUPP when the file system
 * does not tell.
 */
int extents_read(struct extents *extents, int fd, const struct range *range,
		 unsigned int block_size);

#endif /* EXTENTS_H */
