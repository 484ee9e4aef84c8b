/* SPDX-License-Identifier: GPL-2.0-only */
/* Cached pages of the backing file after a remapped write: see cache.c. */
#ifndef FLOOP_CACHE_H
#define FLOOP_CACHE_H

#include <linux/types.h>

struct floop_io;

/*
 * The lower device completed the write @io.  False: no page of its range is
 * cached.  True: they are being dropped, and bio_endio() is called again when
 * they are gone.  Any context.
 */
bool floop_cache_drop(struct floop_io *io);

#endif /* FLOOP_CACHE_H */
