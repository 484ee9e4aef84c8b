/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * What is being changed of a mapped file's blocks, under our own hand: a fill
 * gives a hole its blocks, a punch takes them away.
 *
 * While a range is being changed nobody else changes it, and whoever comes to
 * it in a worker is kept until that has ended; the fast path only ever uses
 * what the map says, and a punch empties the map before it waits for the drain.
 *
 * What was changed is in the file system's memory first.  Until it has been
 * synced a flush of the lower device is not enough, and neither is FUA.
 */
#ifndef FLOOP_CHANGES_H
#define FLOOP_CHANGES_H

#include <linux/atomic.h>
#include <linux/list.h>
#include <linux/spinlock.h>
#include <linux/types.h>
#include <linux/wait.h>

struct floop_backing;
struct floop_claim;
struct floop_io;

/* A fill ends by itself; a punch waits for all who use the old place. */
enum floop_change_kind { FLOOP_CHANGE_FILL, FLOOP_CHANGE_PUNCH };

struct floop_change {
	u64 first, end;			/* sectors of the file */
	enum floop_change_kind kind;
	struct list_head node;
	struct list_head waiting;	/* of struct floop_io */
};

struct floop_changes {
	spinlock_t lock;
	struct list_head under_way;
	unsigned int nr;		/* of them; written under lock */
	wait_queue_head_t ended;
	atomic64_t made;		/* so many so far */
	atomic64_t durable;		/* the first so many of them */
};

void floop_changes_init(struct floop_changes *changes);

/*
 * The range is @change's until floop_change_end(); false if another change
 * overlaps it.  Process context.
 */
bool floop_change_begin(struct floop_backing *backing, struct floop_change *change,
			enum floop_change_kind kind, u64 first, u64 end);

/* Whoever waited for it begins again.  Process context. */
void floop_change_end(struct floop_backing *backing, struct floop_change *change);

/*
 * True: @io, which is counted for the drain and of which nothing is under way,
 * comes to a range that is being changed, and is kept until that has ended.
 * Process context.
 */
bool floop_change_keep(struct floop_io *io, u64 first, u64 end);

/*
 * Where from @sector on, but not behind @end, the first change begins that is
 * not @mine.  What begins later is no concern of whoever is in the drain: a
 * punch waits for him, a fill leaves alone what has blocks.
 */
u64 floop_changes_begin_at(struct floop_backing *backing, const struct floop_change *mine,
			   u64 sector, u64 end);

/* Whether somebody fills @sector, except @mine; and wait until nobody does. */
bool floop_changes_fill(struct floop_backing *backing, const struct floop_change *mine,
			u64 sector);
void floop_changes_wait_fill(struct floop_backing *backing, const struct floop_change *mine,
			     u64 sector);

/* None is under way, if none can begin.  May sleep. */
void floop_changes_wait(struct floop_backing *backing);

/*
 * For whoever asks the file system for many blocks, not under map_lock: what it said
 * between the two is true if both say so.  @made is set by the first.
 */
bool floop_changes_rest(struct floop_backing *backing, s64 *made);
bool floop_changes_rested(struct floop_backing *backing, s64 made);

/* The file system has changed blocks, and the map does not show it yet. */
void floop_changes_made(struct floop_backing *backing);

/*
 * Whether all that the map has shown to the caller is on disk, so that a flush
 * of the lower device is one of the file.  Any context.
 */
bool floop_changes_are_durable(const struct floop_claim *claim);

/* Make it so, for a flush.  May sleep, does I/O.  0 or a negative errno. */
int floop_changes_sync(struct floop_claim *claim);

/* For a write that is to be durable: see floop_file_sync_write(). */
int floop_changes_sync_write(struct floop_claim *claim);

#endif /* FLOOP_CHANGES_H */
