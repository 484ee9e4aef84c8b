// SPDX-License-Identifier: GPL-2.0-only
/*
 * Which blocks of a mapped file are being changed, who waits for that, and
 * whether it is on disk.  Read changes.h for what for.
 */
#include "changes.h"
#include "claim.h"
#include "file_sync.h"
#include "hold.h"
#include "remap.h"
#include "split.h"

static struct floop_change *__find(const struct floop_changes *c, u64 first, u64 end)
{
	struct floop_change *change;

	list_for_each_entry(change, &c->under_way, node)
		if (change->first < end && first < change->end)
			return change;
	return NULL;
}

bool floop_change_begin(struct floop_backing *b, struct floop_change *change,
			enum floop_change_kind kind, u64 first, u64 end)
{
	struct floop_changes *c = &b->changes;
	bool is_free;

	change->first = first;
	change->end = end;
	change->kind = kind;
	INIT_LIST_HEAD(&change->waiting);
	spin_lock(&c->lock);
	is_free = !__find(c, first, end);
	if (is_free) {
		list_add(&change->node, &c->under_way);
		WRITE_ONCE(c->nr, c->nr + 1);
	}
	spin_unlock(&c->lock);
	return is_free;
}

/* @change may be gone as soon as the lock is released. */
void floop_change_end(struct floop_backing *b, struct floop_change *change)
{
	struct floop_changes *c = &b->changes;
	struct floop_io *io, *next;
	LIST_HEAD(waiting);

	spin_lock(&c->lock);
	list_del(&change->node);
	list_splice(&change->waiting, &waiting);
	smp_store_release(&c->nr, c->nr - 1);
	spin_unlock(&c->lock);
	wake_up_all(&c->ended);
	list_for_each_entry_safe(io, next, &waiting, node)
		floop_split_again(io);
}

static bool overlaps(struct floop_changes *c, u64 first, u64 end)
{
	bool found;

	spin_lock(&c->lock);
	found = __find(c, first, end);
	spin_unlock(&c->lock);
	return found;
}

/* It holds nothing any more when somebody else can see it. */
bool floop_change_keep(struct floop_io *io, u64 first, u64 end)
{
	struct floop_changes *c = &io->claim->backing->changes;
	struct floop_change *change;

	if (!overlaps(c, first, end))
		return false;
	floop_io_let_go(io);
	spin_lock(&c->lock);
	change = __find(c, first, end);
	if (change)
		list_add_tail(&io->node, &change->waiting);
	spin_unlock(&c->lock);
	if (!change)
		floop_split_again(io);
	return true;
}

u64 floop_changes_begin_at(struct floop_backing *b, const struct floop_change *mine,
			   u64 sector, u64 end)
{
	struct floop_changes *c = &b->changes;
	struct floop_change *change;

	spin_lock(&c->lock);
	list_for_each_entry(change, &c->under_way, node)
		if (change != mine && change->first < end && sector < change->end)
			end = max(change->first, sector);
	spin_unlock(&c->lock);
	return end;
}

bool floop_changes_fill(struct floop_backing *b, const struct floop_change *mine, u64 sector)
{
	struct floop_changes *c = &b->changes;
	struct floop_change *change;

	spin_lock(&c->lock);
	change = __find(c, sector, sector + 1);
	spin_unlock(&c->lock);
	return change && change != mine && change->kind == FLOOP_CHANGE_FILL;
}

void floop_changes_wait_fill(struct floop_backing *b, const struct floop_change *mine,
			     u64 sector)
{
	wait_event(b->changes.ended, !floop_changes_fill(b, mine, sector));
}

void floop_changes_wait(struct floop_backing *b)
{
	struct floop_changes *c = &b->changes;

	wait_event(c->ended, !smp_load_acquire(&c->nr));
}

bool floop_changes_rest(struct floop_backing *b, s64 *made)
{
	struct floop_changes *c = &b->changes;
	bool rest;

	spin_lock(&c->lock);
	rest = !c->nr;
	*made = atomic64_read(&c->made);
	spin_unlock(&c->lock);
	return rest;
}

bool floop_changes_rested(struct floop_backing *b, s64 made)
{
	s64 now;

	return floop_changes_rest(b, &now) && now == made;
}

/* --- on disk or not */

void floop_changes_made(struct floop_backing *b)
{
	atomic64_inc(&b->changes.made);
	smp_mb__after_atomic();
}

/*
 * Read in the order opposite to that in which they are written: a change is
 * under way before it can be seen in the file system's answers, and counted as
 * made before it is no longer under way, or in the map.
 */
bool floop_changes_are_durable(const struct floop_claim *claim)
{
	const struct floop_changes *c = &claim->backing->changes;
	s64 made;

	smp_rmb();
	if (smp_load_acquire(&c->nr))
		return false;
	made = atomic64_read(&c->made);
	smp_rmb();
	return atomic64_read(&c->durable) >= made &&
	       atomic_read(&claim->told.failures) ==
	       atomic_read(&claim->backing->sync_failures);
}

static void advance(atomic64_t *durable, s64 made)
{
	s64 old = atomic64_read(durable);

	while (old < made && !atomic64_try_cmpxchg(durable, &old, made))
		;
}

/* What is made after the count was read may be synced too; it is not counted. */
static int changes_sync(struct floop_claim *claim, int (*sync)(struct floop_claim *claim))
{
	struct floop_changes *c = &claim->backing->changes;
	s64 made = atomic64_read(&c->made);
	int err;

	smp_mb();
	floop_hold(FLOOP_HOLD_SYNC);
	err = sync(claim);
	if (!err)
		advance(&c->durable, made);
	return err;
}

int floop_changes_sync(struct floop_claim *claim)
{
	return changes_sync(claim, floop_file_sync);
}

int floop_changes_sync_write(struct floop_claim *claim)
{
	return changes_sync(claim, floop_file_sync_write);
}

void floop_changes_init(struct floop_changes *c)
{
	spin_lock_init(&c->lock);
	INIT_LIST_HEAD(&c->under_way);
	init_waitqueue_head(&c->ended);
}
