/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The work queues of a backing file, and why there is more than one.
 *
 * io		what a bio needs before it can go: block look-ups, waiting for a
 *		thaw; calls of the file system that may have to wait.
 * invalidate	dropping cached pages before a write completes.  Must never
 *		queue behind the first: a freezer waits for the write that
 *		would wait for it.
 * punch	discards of a mapped file, which wait for all that the first
 *		still has to send.
 *
 * All belong to one backing file: images are nested, and an image's work
 * waits for the bios of the one below, which need work of their own.  So do
 * the spare bios for pieces.
 *
 * Upkeep, the closing of files, and a lease that is to be given up, which no bio waits
 * for, have one queue for all.
 */
#ifndef FLOOP_QUEUES_H
#define FLOOP_QUEUES_H

#include <linux/bio.h>
#include <linux/workqueue.h>

struct floop_queues {
	struct workqueue_struct *io;
	struct workqueue_struct *invalidate;
	struct workqueue_struct *punch;
	struct bio_set pieces;
};

/*
 * Of a queue whose work calls the file system.  It has a rescuer, but what it calls may wait
 * for a queue that has none: XFS does, when there is no space for a write by the page cache.
 * The kernel warns of that; __WQ_LEGACY leaves the warning out, and the rescuer in.
 */
#define FLOOP_WQ_CALLS_FS	(WQ_MEM_RECLAIM | __WQ_LEGACY | WQ_UNBOUND)

extern struct workqueue_struct *floop_upkeep_queue;

/* May sleep.  0 or -ENOMEM, with nothing left. */
int floop_queues_init(struct floop_queues *queues, unsigned long ino);

/* Nothing is queued any more.  May sleep.  Tolerates zeroed ones. */
void floop_queues_deinit(struct floop_queues *queues);

#endif /* FLOOP_QUEUES_H */
