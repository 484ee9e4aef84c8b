/* SPDX-License-Identifier: GPL-2.0-only */
/* Writes into holes of a mapped file: see fill.c. */
#ifndef FLOOP_FILL_H
#define FLOOP_FILL_H

#include <linux/types.h>

struct floop_extent;
struct floop_io;

/* Load and unload the module.  May sleep.  0 or -ENOMEM. */
int floop_fill_setup(void);
void floop_fill_cleanup(void);

/*
 * @io is a write that comes to @hole, counted for the drain, and nothing of it is
 * under way.  True: begin again, there is no hole any more.  False: it has been
 * ended, or is kept.  Worker, on behalf of the submitter.  May sleep, does I/O.
 */
bool floop_fill(struct floop_io *io, const struct floop_extent *hole);

/*
 * The same for zeroes that should have blocks, where the file system can reserve
 * them; they stay a known hole.
 */
bool floop_fill_reserve(struct floop_io *io);

/* It writes nothing but zeroes, and all of it to @hole.  May take a while. */
bool floop_fill_is_needless(const struct floop_io *io, const struct floop_extent *hole);

#endif /* FLOOP_FILL_H */
