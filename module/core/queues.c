// SPDX-License-Identifier: GPL-2.0-only
/*
 * The work queues of a backing file.  Read queues.h for what they are for.
 */
#include "queues.h"

void floop_queues_deinit(struct floop_queues *q)
{
	if (q->io)
		destroy_workqueue(q->io);
	if (q->invalidate)
		destroy_workqueue(q->invalidate);
	if (q->punch)
		destroy_workqueue(q->punch);
	bioset_exit(&q->pieces);
	q->io = NULL;
	q->invalidate = NULL;
	q->punch = NULL;
}

int floop_queues_init(struct floop_queues *q, unsigned long ino)
{
	int err = bioset_init(&q->pieces, BIO_POOL_SIZE, 0, 0);

	if (err)
		return err;
	q->io = alloc_workqueue("floop_io/%lu", FLOOP_WQ_CALLS_FS, 0, ino);
	q->invalidate = alloc_workqueue("floop_inv/%lu", WQ_MEM_RECLAIM | WQ_UNBOUND, 0, ino);
	q->punch = alloc_workqueue("floop_punch/%lu", FLOOP_WQ_CALLS_FS, 0, ino);
	if (q->io && q->invalidate && q->punch)
		return 0;
	floop_queues_deinit(q);
	return -ENOMEM;
}
