/* SPDX-License-Identifier: GPL-2.0-only */
/* A bio that can not go in one piece from where it came: see split.c. */
#ifndef FLOOP_SPLIT_H
#define FLOOP_SPLIT_H

struct floop_io;

/* Some of the bio's blocks are unknown: go on in a worker.  Any context. */
void floop_split_later(struct floop_io *io);

/*
 * The parked write @io has its own freeze protection now: go on.  Worker
 * context, may sleep, does I/O.
 */
void floop_split_unparked(struct floop_io *io);

/*
 * A bio that core kept and that is not counted for the drain begins again, the
 * way that is right now.  Any context.
 */
void floop_split_again(struct floop_io *io);

#endif /* FLOOP_SPLIT_H */
