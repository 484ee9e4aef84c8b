/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The work queues, and why there is more than one.
 *
 * What waits for the lower file system (block look-ups, times, thawing) may
 * wait for as long as it is frozen or its journal is stuck.  Dropping cached
 * pages must never queue behind that: a freezer waits for the write that waits
 * for it.
 */
#ifndef FLOOP_QUEUES_H
#define FLOOP_QUEUES_H

#include <linux/workqueue.h>

extern struct workqueue_struct *floop_queue_vfs;
extern struct workqueue_struct *floop_queue_invalidate;

#endif /* FLOOP_QUEUES_H */
