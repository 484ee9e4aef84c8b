// SPDX-License-Identifier: GPL-2.0-only
/*
 * fastloop: a file as a list of extents, kept true.  The table of contents:
 *
 *	option_words	what whoever attaches chooses, in words
 *	claim		a face's hold on a range of a file
 *	backing		the file: open, shared by inode
 *	exclusion	no other writer
 *	lease		nobody shares its blocks either, without asking
 *	guard, guard_*	whether and how a file system's file, or a device, may be mapped
 *	extents		what the file system says about the file's blocks
 *	extent_map	where each sector lies, as far as known
 *	remap, split	a bio goes there, in one piece or in several
 *	mode		or through the file system, and changing between the two
 *	changes, fill, punch	blocks come and go, while mapped
 *	file_io, file_*, regions	through the file system
 *	unshare		blocks of its own
 *	on_behalf	a worker that does what a submitter could not
 *	drain		who is on the way
 *	freeze, cache, upkeep	what the lower file system is owed meanwhile
 *	low_water	it is nearly full
 *	queues		who may wait for whom
 *	refusal		why not, in words
 */
#include <linux/module.h>

#include "backing.h"
#include "fill.h"
#include "queues.h"
#include "version.h"

struct workqueue_struct *floop_upkeep_queue;

static int __init fastloop_init(void)
{
	int err = floop_fill_setup();

	if (err)
		return err;
	floop_upkeep_queue = alloc_workqueue("floop_upkeep", WQ_UNBOUND, 0);
	if (!floop_upkeep_queue)
		floop_fill_cleanup();
	return floop_upkeep_queue ? 0 : -ENOMEM;
}

static void __exit fastloop_exit(void)
{
	WARN_ON(!floop_backing_none());
	destroy_workqueue(floop_upkeep_queue);
	floop_fill_cleanup();
}

module_init(fastloop_init);
module_exit(fastloop_exit);
MODULE_DESCRIPTION("Files as lists of extents, kept true by their file system's own means");
MODULE_AUTHOR("The fastloop developers");
MODULE_VERSION(FLOOP_VERSION);
MODULE_LICENSE("GPL");
