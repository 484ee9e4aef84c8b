// SPDX-License-Identifier: GPL-2.0-only
/*
 * fastloop: a file as a list of extents, kept true.  The table of contents:
 *
 *	claim		a face's hold on a range of a file
 *	backing		the file: open, shared by inode
 *	exclusion	no other writer
 *	guard, guard_*	whether and how a file system's file may be mapped
 *	extents		what the file system says about the file's blocks
 *	extent_map	where each sector lies, as far as known
 *	remap, split	a bio goes there, in one piece or in several
 *	drain		who is on the way
 *	freeze, cache, upkeep	what the lower file system is owed meanwhile
 *	refusal		why not, in words
 */
#include <linux/module.h>

#include "backing.h"
#include "queues.h"
#include "split.h"
#include "version.h"

struct workqueue_struct *floop_queue_vfs;
struct workqueue_struct *floop_queue_invalidate;

/* Tolerates half-made ones. */
static void queues_destroy(void)
{
	if (floop_queue_vfs)
		destroy_workqueue(floop_queue_vfs);
	if (floop_queue_invalidate)
		destroy_workqueue(floop_queue_invalidate);
}

static int queues_create(void)
{
	unsigned int flags = WQ_MEM_RECLAIM | WQ_UNBOUND;

	floop_queue_vfs = alloc_workqueue("fastloop_vfs", flags, 0);
	floop_queue_invalidate = alloc_workqueue("fastloop_invalidate", flags, 0);
	if (floop_queue_vfs && floop_queue_invalidate)
		return 0;
	queues_destroy();
	return -ENOMEM;
}

static int __init fastloop_init(void)
{
	int err = queues_create();

	if (err)
		return err;
	err = floop_split_init();
	if (err)
		queues_destroy();
	return err;
}

static void __exit fastloop_exit(void)
{
	WARN_ON(!floop_backing_none());
	floop_split_exit();
	queues_destroy();
}

module_init(fastloop_init);
module_exit(fastloop_exit);
MODULE_DESCRIPTION("Files as lists of extents, kept true by their file system's own means");
MODULE_AUTHOR("The fastloop developers");
MODULE_VERSION(FLOOP_VERSION);
MODULE_LICENSE("GPL");
