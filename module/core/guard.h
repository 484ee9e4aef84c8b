/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Whether and how one file system's file may be mapped.
 *
 * guard.c holds the rules common to all and the index of guards; guard_*.c say
 * what keeps the blocks of a file still on one kind of file system.
 */
#ifndef FLOOP_GUARD_H
#define FLOOP_GUARD_H

#include "backing.h"

/*
 * All return 0 or a refusal.  All may sleep; the file is open, excluded and
 * synced except in matches().
 */
struct floop_guard {
	/* Not asked of a block device. */
	bool (*matches)(const struct super_block *sb);
	/* This file system's own preconditions; sets backing->unit_sectors. */
	int (*check)(struct floop_backing *backing);
	/*
	 * The exclusion alone does not keep the blocks still: see lease.c.  Who is about
	 * to change them has the file's lock.
	 */
	bool needs_lease;
	/* Blocks in the middle of a file can be given back. */
	bool punches;
	/*
	 * Whether what is written to a hole still goes straight to its new blocks; NULL
	 * if there are no holes.  root can change that while the file is attached.
	 */
	bool (*fills)(struct floop_backing *backing);
	/*
	 * Put a range of the file into the map, in O(extents) or not at all:
	 * what it leaves unknown is looked up when it is needed.  Refuses what
	 * can not be @pinned, if it sees that.
	 */
	int (*read_map)(struct floop_backing *backing, u64 sector, u64 nr_sectors,
			bool pinned);
	/*
	 * Whether the file system still takes writes to the file, asked in its
	 * own way; NULL if there is none.  Called under freeze protection, and
	 * only when the file was opened for writing.
	 */
	bool (*takes_writes)(struct floop_backing *backing);
};

extern const struct floop_guard floop_guard_ext4;
extern const struct floop_guard floop_guard_vfat;
extern const struct floop_guard floop_guard_xfs;
extern const struct floop_guard floop_guard_block;

/*
 * The block device below, NULL if there is none.  Of a file system that is not
 * known to keep the one it was mounted from, nothing is said: btrfs changes
 * sb->s_bdev when a device is removed, and the old one goes.
 */
struct block_device *floop_guard_lower(const struct super_block *sb);

/* Before the file is opened: refuses what can not be attached at all. */
int floop_guard_look_file(struct floop_backing *backing);

/* Picks the guard, refuses to map what can be seen. */
int floop_guard_look(struct floop_backing *backing);

/*
 * Refuses what floop_guard_hold() would, most likely, while bios still go through the
 * file system.  Context as below.
 */
int floop_guard_foresee(struct floop_backing *backing);

/*
 * Nothing but ourselves changes the blocks from here on: those who had begun are waited
 * for.  Of an excluded file.  Under mode_lock; may sleep.  0 or a refusal.
 */
int floop_guard_hold(struct floop_backing *backing);

/* Undo it, with nobody on the way to the blocks.  Context as above. */
void floop_guard_release(struct floop_backing *backing);

/* After it was excluded and synced: nobody can change the answer any more. */
int floop_guard_check(struct floop_backing *backing);

/*
 * Inode flags that make the file system refuse writes to an open file, or lose
 * them: writing past it must not do what it would not.
 */
#define FLOOP_UNWRITABLE_FLAGS (S_IMMUTABLE | S_VERITY | S_ENCRYPTED | S_DAX | S_SWAPFILE)

#endif /* FLOOP_GUARD_H */
