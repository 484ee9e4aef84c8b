/* SPDX-License-Identifier: GPL-2.0-only */
/* How a file lies on the lower device, summed up. */
#ifndef EXTENTS_H
#define EXTENTS_H

#include <stdbool.h>
#include <stdint.h>

#include "runs.h"

struct extents {
	bool is_known;
	uint64_t nr;		/* those that meet on the device counted as one */
	uint64_t largest;	/* bytes, of those */
	uint64_t mapped_bytes;	/* written ones */
	uint64_t hole_bytes;
	uint64_t unwritten_bytes;
	bool has_shared;
	bool has_inline;
	bool has_encoded;
	bool has_encrypted;
	bool has_unaligned;	/* to the lower device's logical block size */
};

/* A sum on its way */
struct extents_sum {
	struct extents *extents;
	unsigned int block_size;	/* the lower device's logical one, bytes */
	bool is_after_written;
	uint64_t next_place;		/* bytes on the device, behind the last written run */
	uint64_t len;			/* bytes, of the extent that ends there */
};

void extents_add(struct extents_sum *sum, const struct run *run);

/*
 * Look at @range of the file that @fd has open for reading, after writing its
 * cached data out.  0 or a negative errno; -EOPNOTSUPP when the file system
 * does not tell.
 */
int extents_read(struct extents *extents, int fd, const struct range *range,
		 unsigned int block_size);

#endif /* EXTENTS_H */
