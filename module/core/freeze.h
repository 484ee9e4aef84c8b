/* SPDX-License-Identifier: GPL-2.0-only */
/* Writes and the freezing of the lower file system: see freeze.c. */
#ifndef FLOOP_FREEZE_H
#define FLOOP_FREEZE_H

#include <linux/fs.h>

struct floop_backing;
struct floop_claim;
struct floop_io;

/*
 * Hold off freezing for one write.  Never blocks: false while the file system
 * is frozen or about to be.  Lockdep ties a lock to the task that took it;
 * this one is given back from another context, as for asynchronous I/O.
 */
static inline bool floop_freeze_enter(struct super_block *sb)
{
	if (!sb_start_write_trylock(sb))
		return false;
	__sb_writers_release(sb, SB_FREEZE_WRITE);
	return true;
}

/* Any context. */
static inline void floop_freeze_leave(struct super_block *sb)
{
	__sb_writers_acquired(sb, SB_FREEZE_WRITE);
	sb_end_write(sb);
}

void floop_freeze_init(struct floop_backing *backing);

/* Nothing is parked any more.  May sleep. */
void floop_freeze_stop(struct floop_backing *backing);

/* Keep @io until the lower file system thaws, then send it.  Any context. */
void floop_park(struct floop_io *io);

/* Bios of @claim that wait now.  Any context. */
unsigned int floop_nr_parked(const struct floop_claim *claim);

#endif /* FLOOP_FREEZE_H */
