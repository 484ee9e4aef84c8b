/* SPDX-License-Identifier: GPL-2.0-only */
/* A layout lease on the backing file: see lease.c. */
#ifndef FLOOP_LEASE_H
#define FLOOP_LEASE_H

#include <linux/list.h>
#include <linux/sched.h>
#include <linux/spinlock.h>
#include <linux/workqueue.h>

struct floop_backing;

struct floop_lease {
	bool held;			/* written under mode_lock */
	unsigned long broken_at;	/* likewise: jiffies when it was given up for someone */
	bool was_broken;		/* likewise: there was such a moment */
	struct work_struct broken;	/* mode.c gives it up */
	struct delayed_work watch;
	spinlock_t owners_lock;
	struct list_head owners;	/* tasks that change blocks for us */
};

/* One of them; on the stack. */
struct floop_lease_owner {
	struct task_struct *task;
	struct list_head node;
};

void floop_lease_init(struct floop_lease *lease, work_func_t broken);

/*
 * Take it.  Under mode_lock; the file is open.  Whatever began before may still be
 * changing blocks.  May sleep.  0 or a refusal.
 */
int floop_lease_take(struct floop_backing *backing);

/*
 * Give it up, with nobody on the way to the blocks.  Under mode_lock; may sleep, for
 * nothing that a breaker holds.  Tolerates one that is not held.
 */
void floop_lease_drop(struct floop_backing *backing);

/* Of one that is held: somebody waits until it is given up.  May sleep. */
bool floop_lease_is_wanted(struct floop_backing *backing);

/* Until whoever broke it last must have been served.  May sleep. */
void floop_lease_wait_for_breaker(const struct floop_lease *lease);

/*
 * Between the two this task may change blocks under our own lease.  It must be held
 * until the second, or not at all.  Process context.
 */
void floop_lease_own(struct floop_backing *backing, struct floop_lease_owner *owner);
void floop_lease_disown(struct floop_backing *backing, struct floop_lease_owner *owner);

#endif /* FLOOP_LEASE_H */
