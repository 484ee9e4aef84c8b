// SPDX-License-Identifier: GPL-2.0-only
/*
 * A layout lease on the backing file: whoever is about to change where its blocks
 * lie, or to share them, has to wait until we have given it up.
 *
 * That is for what the exclusion does not cover: a clone of the file, and a dedupe
 * into it, need no descriptor that is open for writing.  (And the lease does not cover
 * what needs one: stores through a mapping, an exchange of extents.)
 *
 * Whoever breaks it holds off freezing while he waits, and none of the file's locks;
 * he can not be killed, on some ways.  So giving it up must come soon, and must not
 * wait for a freezer, or for a write that does.
 *
 * The file system calls back once for each that breaks it.  Who was woken by our
 * giving it up and finds a new one there already waits for that without another
 * call, for ever.  So a new one is not taken for a second, and while it is held
 * somebody looks twice a second whether anyone waits.
 */
#include <linux/cred.h>
#include <linux/delay.h>
#include <linux/fs.h>
#include <linux/jiffies.h>

#include "backing.h"
#include "hold.h"
#include "lease.h"
#include "queues.h"
#include "refusal.h"
#include "floop_compat.h"

#define WATCH_EVERY	(HZ / 2)
#define LEAVE_ALONE	HZ

static struct floop_backing *backing_of(const struct file_lease *lease)
{
	return (struct floop_backing *)lease->floop_lc(owner);
}

/*
 * In the breaker's context, under a spinlock.  Without a time of its own the lease
 * would be taken from us after a while, with bios still under way.
 */
static bool lease_break(struct file_lease *lease)
{
	lease->fl_break_time = 0;
	queue_work(floop_upkeep_queue, &backing_of(lease)->lease.broken);
	return false;
}

static int lease_change(struct file_lease *lease, int type, struct list_head *dispose)
{
	if (WARN_ON_ONCE(type != F_UNLCK))
		return -EAGAIN;
	return lease_modify(lease, type, dispose);
}

/* Under a spinlock, in the context of whoever would break it. */
static bool breaker_is_ours(struct file_lease *lease)
{
	struct floop_lease *l = &backing_of(lease)->lease;
	struct floop_lease_owner *owner;
	bool is_ours = false;

	spin_lock(&l->owners_lock);
	list_for_each_entry(owner, &l->owners, node)
		is_ours |= owner->task == current;
	spin_unlock(&l->owners_lock);
	return is_ours;
}

static const struct lease_manager_operations lease_ops = {
	.lm_break		= lease_break,
	.lm_change		= lease_change,
	.lm_breaker_owns_lease	= breaker_is_ours,
};

void floop_lease_own(struct floop_backing *b, struct floop_lease_owner *owner)
{
	owner->task = NULL;
	if (!READ_ONCE(b->lease.held))
		return;
	owner->task = current;
	spin_lock(&b->lease.owners_lock);
	list_add(&owner->node, &b->lease.owners);
	spin_unlock(&b->lease.owners_lock);
}

void floop_lease_disown(struct floop_backing *b, struct floop_lease_owner *owner)
{
	if (!owner->task)
		return;
	spin_lock(&b->lease.owners_lock);
	list_del(&owner->node);
	spin_unlock(&b->lease.owners_lock);
}

static struct file_lease *lease_alloc(struct floop_backing *b)
{
	struct file_lease *lease = locks_alloc_lease();

	if (!lease)
		return NULL;
	lease->fl_lmops = &lease_ops;
	lease->floop_lc(flags) = FL_LAYOUT;
	lease->floop_lc(type) = F_RDLCK;
	lease->floop_lc(owner) = b;
	lease->floop_lc(pid) = current->tgid;
	lease->floop_lc(file) = b->file;
	return lease;
}

static int refuse(int err)
{
	switch (err) {
	case -EINVAL:
		return floop_refuse(FLOOP_REASON_LEASES_DISABLED, "sysctl fs.leases-enable=1 allows them");
	case -EAGAIN:
		return floop_refuse(FLOOP_REASON_LEASE_HELD, "");
	default:
		return floop_fail(err, "no layout lease on the file can be had (error %d)", -err);
	}
}

/* As whom the file was opened: others may lack CAP_LEASE. */
static int set_lease(struct floop_backing *b)
{
	struct file_lease *lease = lease_alloc(b);
	const struct cred *caller;
	int err;

	if (!lease)
		return -ENOMEM;
	caller = override_creds(b->file->f_cred);
	err = vfs_setlease(b->file, F_RDLCK, &lease, NULL);
	revert_creds(caller);
	if (lease)
		locks_free_lease(lease);
	return err;
}

int floop_lease_take(struct floop_backing *b)
{
	int err;

	if (b->lease.held)
		return 0;
	err = set_lease(b);
	if (err)
		return refuse(err);
	WRITE_ONCE(b->lease.held, true);
	queue_delayed_work(floop_upkeep_queue, &b->lease.watch, WATCH_EVERY);
	floop_hold(FLOOP_HOLD_LEASE_TAKEN);
	return 0;
}

void floop_lease_drop(struct floop_backing *b)
{
	const struct cred *caller;
	void *owner = b;

	if (!b->lease.held)
		return;
	cancel_delayed_work_sync(&b->lease.watch);
	caller = override_creds(b->file->f_cred);
	WARN_ON_ONCE(vfs_setlease(b->file, F_UNLCK, NULL, &owner));
	revert_creds(caller);
	WRITE_ONCE(b->lease.held, false);
}

void floop_lease_wait_for_breaker(const struct floop_lease *l)
{
	long left = l->broken_at + LEAVE_ALONE - jiffies;

	if (l->was_broken && left > 0)
		msleep(jiffies_to_msecs(left));
}

/* Whoever waits for a layout is kept with the first lease, be it of what kind. */
static bool is_waited_for(const struct file_lease *first)
{
	const struct file_lease *waiter;

	list_for_each_entry(waiter, &first->floop_lc(blocked_requests), floop_lc(blocked_member))
		if (waiter->floop_lc(flags) & FL_LAYOUT)
			return true;
	return false;
}

static bool is_being_broken(const struct floop_backing *b, const struct file_lease *lease)
{
	return lease->floop_lc(owner) == b && lease->floop_lc(flags) & FL_UNLOCK_PENDING;
}

bool floop_lease_is_wanted(struct floop_backing *b)
{
	struct file_lock_context *all = locks_inode_context(b->inode);
	const struct file_lease *lease;
	bool is_wanted = false;

	spin_lock(&all->flc_lock);
	list_for_each_entry(lease, &all->flc_lease, floop_lc(list))
		is_wanted |= is_being_broken(b, lease) || is_waited_for(lease);
	spin_unlock(&all->flc_lock);
	return is_wanted;
}

static void watch_work(struct work_struct *work)
{
	struct floop_lease *l = container_of(to_delayed_work(work), struct floop_lease, watch);
	struct floop_backing *b = container_of(l, struct floop_backing, lease);

	if (floop_lease_is_wanted(b))
		queue_work(floop_upkeep_queue, &l->broken);
	queue_delayed_work(floop_upkeep_queue, &l->watch, WATCH_EVERY);
}

void floop_lease_init(struct floop_lease *l, work_func_t broken)
{
	INIT_WORK(&l->broken, broken);
	INIT_DELAYED_WORK(&l->watch, watch_work);
	spin_lock_init(&l->owners_lock);
	INIT_LIST_HEAD(&l->owners);
}
