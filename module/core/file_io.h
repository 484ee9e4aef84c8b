/* SPDX-License-Identifier: GPL-2.0-only */
/* Bios that go through the file system: see file_io.c. */
#ifndef FLOOP_FILE_IO_H
#define FLOOP_FILE_IO_H

#include <linux/llist.h>
#include <linux/mempool.h>
#include <linux/uio.h>
#include <linux/workqueue.h>

#include "policy.h"
#include "regions.h"

struct floop_backing;
struct floop_io;
struct file_queue;

struct floop_file_path {
	/* Constant while open. */
	unsigned int block_mask;	/* bytes: direct writes begin and end at multiples */
	unsigned int piece_mask;	/* the same, the pieces that their memory is in */
	unsigned int memory_mask;	/* the same, these pieces' places */
	bool direct;			/* or by the page cache */
	bool forgets_sync;		/* what is to be durable is synced afterwards */
	bool nowait;			/* the file system can say that it would have to wait */
	struct workqueue_struct *submit;
	struct file_queue __percpu *queues;

	/* Writes through the page cache, in the order of their coming. */
	struct llist_head buffered;
	struct work_struct buffered_work;

	struct floop_regions regions;
	mempool_t *bounce;		/* buffers of FLOOP_BOUNCE_BYTES */
};

/* The file is open.  May sleep, does I/O.  0, or an errno with its sentence; deinit in both cases. */
int floop_file_init(struct floop_backing *backing, enum floop_io_mode mode);

/*
 * From now on as @mode says; if that can not be had, by the page cache.  Nothing is under
 * way.  Context and result as above.
 */
int floop_file_set_mode(struct floop_backing *backing, enum floop_io_mode mode);

/* Nothing is under way.  May sleep.  Tolerates a zeroed one. */
void floop_file_deinit(struct floop_backing *backing);

/* @io has been counted for the drain; it ends through bio_endio().  Any context. */
void floop_file_take(struct floop_io *io);

/* Its memory is fit for direct I/O, and its file has that. */
bool floop_file_goes_direct(const struct floop_io *io);

/* What is left of the data of @io. */
void floop_file_iter(struct floop_io *io, struct iov_iter *iter);

#endif /* FLOOP_FILE_IO_H */
