/* SPDX-License-Identifier: GPL-2.0-only */
/* Blocks of its own for a file that shares some: see unshare.c. */
#ifndef FLOOP_UNSHARE_H
#define FLOOP_UNSHARE_H

#include <linux/types.h>

struct floop_backing;

/*
 * One step, from byte *@pos on, which becomes where the next one begins: the size of
 * the file when there is no more to do.  Nobody is on the way.  May sleep, does I/O.
 * 0, or a failure that has been recorded.
 */
int floop_unshare(struct floop_backing *backing, u64 *pos);

#endif /* FLOOP_UNSHARE_H */
