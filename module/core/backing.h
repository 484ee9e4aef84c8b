/* SPDX-License-Identifier: GPL-2.0-only */
/* The backing file: open, excluded, mapped; one per inode.  See backing.c. */
#ifndef FLOOP_BACKING_H
#define FLOOP_BACKING_H

#include <linux/fs.h>
#include <linux/list.h>
#include <linux/mutex.h>
#include <linux/path.h>
#include <linux/spinlock.h>
#include <linux/workqueue.h>

#include "drain.h"
#include "extent_map.h"

struct floop_guard;

/*
 * Shared by all claims on the inode.  Exclusion and map belong to it, so that
 * a reloaded table and a second partition of one image see the same truth.
 */
struct floop_backing {
	/* Set when it is opened, constant until it is closed. */
	struct inode *inode;
	struct super_block *sb;
	struct block_device *lower;	/* pinned by sb */
	struct file *file;		/* never in a descriptor table */
	const struct floop_guard *guard;
	u64 nr_sectors;			/* whole sectors in the file */
	unsigned int unit_sectors;	/* what the file system allocates at once */
	bool read_only;

	/* The lower file system shut down: no write goes there any more. */
	bool dead;

	struct floop_drain drain;
	struct floop_extent_map map;	/* updates under map_lock */
	struct mutex map_lock;

	/* Writes that wait for the lower file system to thaw: see freeze.c. */
	spinlock_t parked_lock;
	struct list_head parked;
	struct delayed_work unpark;

	/* Once a second while written to: see upkeep.c. */
	unsigned long written;		/* bit 0: since the last upkeep */
	struct delayed_work upkeep;

	/* For status only. */
	atomic64_t lookups;
	atomic64_t invalidated;

	struct mutex open_lock;		/* serialises opening and closing */
	unsigned int openers;		/* under open_lock */
	unsigned int users;		/* under the registry's lock */
	struct list_head node;		/* likewise */
};

/*
 * The open and excluded backing of the inode that @path leads to, shared with
 * whoever has it already.  May sleep, does I/O.  On failure the refusal has
 * been recorded, the errno is returned and nothing is held.
 */
int floop_backing_get(struct floop_backing **backing, const struct path *path,
		      bool read_only);

/* The last put undoes everything.  May sleep, does I/O. */
void floop_backing_put(struct floop_backing *backing);

/* Unloading: nobody can hold one; for the assertion. */
bool floop_backing_none(void);

static inline loff_t floop_backing_size(const struct floop_backing *backing)
{
	return i_size_read(backing->inode);
}

#endif /* FLOOP_BACKING_H */
