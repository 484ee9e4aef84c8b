/* SPDX-License-Identifier: GPL-2.0-only */
/* Neighbours in the file, by one call of the file system: see file_merge.c. */
#ifndef FLOOP_FILE_MERGE_H
#define FLOOP_FILE_MERGE_H

#include <linux/bvec.h>
#include <linux/fs.h>
#include <linux/llist.h>

struct floop_io;

#define FLOOP_MERGE_BYTES	(512 * 1024)	/* none has to wait for more than that */
#define FLOOP_MERGE_BVECS	128

/* Neighbours, in the order of the file and of their coming; all zeroes is none. */
struct floop_merge {
	struct floop_io *first, *last;	/* linked by queued */
	unsigned int bytes;
	unsigned int nr_bvecs;
};

/* On their way; they have nothing else, and are gone when it has completed. */
struct floop_merged {
	struct kiocb kiocb;
	long result;
	atomic_t stages;
	struct floop_io *first;
	unsigned int bytes;
	unsigned int nr_bvecs;
	struct bio_vec bvecs[];
};

/*
 * True: @io, of which nothing has been done yet, is the last one of @merge now.  Its
 * link is overwritten.  Any context.
 */
bool floop_merge_add(struct floop_merge *merge, struct floop_io *io);

/*
 * What one call of the file system needs for all of them, to be freed by kfree().
 * NULL for one alone, and if there is no memory at once.  Any context.
 */
struct floop_merged *floop_merge_finish(const struct floop_merge *merge);

#endif /* FLOOP_FILE_MERGE_H */
