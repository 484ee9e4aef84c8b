/* SPDX-License-Identifier: GPL-2.0-only */
/* What the disk offers to whoever is above it: see limits.c. */
#ifndef FLOOP_LIMITS_H
#define FLOOP_LIMITS_H

#include <linux/types.h>

struct floop_binding;
struct floop_disk;

/* A power of two from 512 to a page, in bytes. */
bool floop_block_size_is_valid(unsigned long size);

/*
 * As what @binding leads to can take it.  No bio is under way, or none could be.  May sleep.
 * 0, or -EINVAL if the block layer knows no such limits.
 */
int floop_limits_set(struct floop_disk *disk, const struct floop_binding *binding);

/* Nothing is attached. */
void floop_limits_clear(struct floop_disk *disk);

#endif /* FLOOP_LIMITS_H */
