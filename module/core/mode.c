// SPDX-License-Identifier: GPL-2.0-only
/*
 * Mapped, by the file system, or on the way between.
 *
 * The two ways must never be used at the same time: a write through the file
 * system reads and writes more than its own bytes, moves blocks, and leaves
 * pages in the cache; one past it does not know of that.  So a change closes a
 * gate, waits for all who went the old way, makes the new one true, and opens.
 * Bios that come to a closed gate hold nothing while they wait.
 *
 * What the file system wants to do to the blocks itself breaks our lease, which is
 * given up between the old way and the new one.
 */
#include <linux/delay.h>
#include <linux/fs.h>
#include <linux/pagemap.h>
#include <linux/sched/mm.h>

#include "changes.h"
#include "claim.h"
#include "exclusion.h"
#include "file_io.h"
#include "file_size.h"
#include "file_sync.h"
#include "freeze.h"
#include "guard.h"
#include "hold.h"
#include "mode.h"
#include "queues.h"
#include "remap.h"
#include "split.h"
#include "unshare.h"

#define AGAIN_FIRST	(2 * HZ)
#define AGAIN_LAST	(32 * HZ)
#define WRITER_FIRST	msecs_to_jiffies(10)
#define GROW_TRIES	500
#define GROW_MS		10

/*
 * It leaves the drain, which the closed gate waits for, and may find the gate
 * open again, or closed by the next change; under the lock that is known.
 */
void floop_gate_wait(struct floop_io *io)
{
	struct floop_backing *b = io->claim->backing;
	unsigned long irq;
	bool waits;

	floop_io_let_go(io);
	spin_lock_irqsave(&b->gate_lock, irq);
	waits = b->mode == FLOOP_CHANGING;
	if (waits)
		list_add_tail(&io->node, &b->gated);
	spin_unlock_irqrestore(&b->gate_lock, irq);
	if (!waits)
		floop_split_again(io);
}

static void gate_open(struct floop_backing *b, enum floop_mode mode)
{
	struct floop_io *io, *next;
	LIST_HEAD(waiting);

	spin_lock_irq(&b->gate_lock);
	smp_store_release(&b->mode, mode);
	list_splice_init(&b->gated, &waiting);
	spin_unlock_irq(&b->gate_lock);
	list_for_each_entry_safe(io, next, &waiting, node)
		floop_split_again(io);
}

/* Nobody uses either way when this returns, nor drops a cached page. */
static void gate_close(struct floop_backing *b)
{
	spin_lock_irq(&b->gate_lock);
	WRITE_ONCE(b->mode, FLOOP_CHANGING);
	spin_unlock_irq(&b->gate_lock);
	floop_hold(FLOOP_HOLD_GATE_CLOSED);
	floop_drain_wait(&b->drain);
	floop_changes_wait(b);
	flush_workqueue(b->queues.invalidate);
	floop_hold(FLOOP_HOLD_DRAINED);
}

/* Once for each change, and for each attach that would rather be mapped. */
static void say(const struct floop_backing *b)
{
	pr_info("fastloop: inode %lu on %s: %s%s%s\n", b->inode->i_ino, b->sb->s_id,
		b->mode == FLOOP_MAPPED ? "mapped" : "through the file system",
		b->reason ? ", " : "", b->reason ? floop_reason_token(b->reason) : "");
}

static void __tell(struct floop_backing *b)
{
	struct floop_claim *claim;

	say(b);
	list_for_each_entry(claim, &b->claims, sibling)
		claim->face->event(claim->target);
}

static void __forget_map(struct floop_backing *b)
{
	mutex_lock(&b->map_lock);
	floop_map_forget(&b->map, 0, U64_MAX);
	mutex_unlock(&b->map_lock);
}

/* Somebody was told that writers go. */
static bool __is_awaited(const struct floop_backing *b)
{
	const struct floop_claim *claim;

	list_for_each_entry(claim, &b->claims, sibling)
		if (claim->patient)
			return true;
	return false;
}

/* What is no property of the file, and nobody's wish, may be otherwise soon. */
static bool __may_pass(const struct floop_backing *b)
{
	enum floop_reason reason = b->reason;

	if (b->kept_in_file)
		return false;
	if (reason == FLOOP_REASON_HAS_WRITERS)
		return __is_awaited(b);
	return reason == FLOOP_REASON_LEASE_BROKEN || reason == FLOOP_REASON_LEASE_HELD ||
	       reason == FLOOP_REASON_LEASES_DISABLED || reason == FLOOP_REASON_BEING_READ;
}

static void __hope(struct floop_backing *b)
{
	if (b->may_change && __may_pass(b))
		mod_delayed_work(floop_upkeep_queue, &b->again, b->again_after);
}

static void __demote(struct floop_backing *b, enum floop_reason reason)
{
	gate_close(b);
	__forget_map(b);
	floop_guard_release(b);
	b->reason = reason;
	b->demotions++;
	gate_open(b, FLOOP_FILE);
	__tell(b);
	b->again_after = AGAIN_FIRST;
	__hope(b);
}

/* In file mode, for another reason than before. */
static void __stay(struct floop_backing *b, enum floop_reason reason)
{
	if (reason == b->reason)
		return;
	b->reason = reason;
	__tell(b);
}

void floop_mode_demote(struct floop_backing *b, enum floop_reason reason)
{
	mutex_lock(&b->mode_lock);
	if (b->mode == FLOOP_MAPPED)
		__demote(b, reason);
	else if (__may_pass(b))
		__stay(b, reason);
	b->kept_in_file |= reason == FLOOP_REASON_POLICY;
	mutex_unlock(&b->mode_lock);
}

/* Of a failure that has none of its own. */
static enum floop_reason reason_to_demote(void)
{
	enum floop_reason reason = floop_refusal_reason();

	return reason ? reason : FLOOP_REASON_FS_SHUT_DOWN;
}

/* The last page is on disk and in nobody's memory; asks for no lock of the file. */
static int settle_page(struct floop_backing *b, loff_t pos)
{
	struct address_space *mapping = b->inode->i_mapping;
	loff_t first = round_down(pos, PAGE_SIZE);
	int err = filemap_write_and_wait_range(mapping, first, first + PAGE_SIZE - 1);

	if (!err)
		err = invalidate_inode_pages2_range(mapping, first >> PAGE_SHIFT,
						    first >> PAGE_SHIFT);
	return err;
}

/*
 * To move an end that lies inside a page the file system writes zeroes to the rest
 * of it, by the page cache, and with them what it has read of the sectors before
 * it.  So nobody may be writing to those, past it or by direct I/O; and the page may
 * be dirty although the growth has failed.
 */
static int __finish_page(struct floop_backing *b, loff_t size)
{
	loff_t end = floop_backing_size(b);
	enum floop_mode mode = b->mode;
	int err;

	gate_close(b);
	err = floop_file_extend(b, min_t(loff_t, size, round_up(end, PAGE_SIZE)));
	if (mode == FLOOP_MAPPED && err != -EAGAIN && settle_page(b, end))
		__demote(b, FLOOP_REASON_HAS_WRITERS);
	else
		gate_open(b, mode);
	return err;
}

/* Tries for a while to get the file's lock; see file_size.c. */
static int __extend(struct floop_backing *b, loff_t size,
		    int (*extend)(struct floop_backing *b, loff_t size))
{
	unsigned int i;
	int err;

	for (i = 0; i < GROW_TRIES; i++) {
		err = extend(b, size);
		if (err != -EAGAIN)
			return err;
		msleep(GROW_MS);
	}
	return floop_fail(-EBUSY, "somebody reads or writes the file all the time, try again");
}

/* The new end is on disk before anyone asks where its blocks are, or none is. */
static int __settle_end(struct floop_backing *b)
{
	int err;

	if (b->mode != FLOOP_MAPPED)
		return 0;
	err = floop_backing_settle(b);
	if (err)
		__demote(b, reason_to_demote());
	return err;
}

static int __grow(struct floop_backing *b, loff_t size)
{
	loff_t end = floop_backing_size(b);
	int err = 0, unsettled = 0;

	if (!PAGE_ALIGNED(end))
		err = __extend(b, size, __finish_page);
	if (!err)
		err = __extend(b, size, floop_file_extend);
	if (floop_backing_size(b) != end)
		unsettled = __settle_end(b);
	return err ? err : unsettled;
}

int floop_mode_grow(struct floop_backing *b, loff_t size)
{
	int err = 0;

	mutex_lock(&b->mode_lock);
	if (size > floop_backing_size(b))
		err = __grow(b, size);
	mutex_unlock(&b->mode_lock);
	return err;
}

/*
 * What one way has left in memory, the other should not meet there: nor clean pages that
 * were read beside a direct write.
 */
static int leave_nothing_cached(struct floop_backing *b)
{
	struct address_space *mapping = floop_file_mapping(b);

	if (!b->read_only && filemap_write_and_wait(mapping))
		floop_file_sync_failed(b);
	return invalidate_inode_pages2(mapping);
}

/* Most is written before the gate is closed; and the file's lock, if that takes it, had. */
static int __set_io(struct floop_backing *b, enum floop_io_mode io)
{
	enum floop_mode mode = b->mode;
	int err = 0;

	if (mode == FLOOP_FILE && !b->read_only && vfs_fsync(b->file, 0))
		floop_file_sync_failed(b);
	gate_close(b);
	if (mode == FLOOP_FILE)
		err = leave_nothing_cached(b);
	if (!err || io != FLOOP_IO_BUFFERED)
		err = floop_file_set_mode(b, io);
	gate_open(b, mode);
	return err;
}

int floop_mode_set_io(struct floop_backing *b, enum floop_io_mode io)
{
	int err;

	mutex_lock(&b->mode_lock);
	err = __set_io(b, io);
	mutex_unlock(&b->mode_lock);
	return err;
}

static int __unshare(struct floop_backing *b, u64 *pos)
{
	int err;

	gate_close(b);
	err = floop_unshare(b, pos);
	gate_open(b, FLOOP_FILE);
	return err;
}

/* What is mapped for writing shares nothing. */
int floop_mode_unshare(struct floop_backing *b, u64 *pos)
{
	int err = 0;

	mutex_lock(&b->mode_lock);
	if (b->mode == FLOOP_FILE)
		err = __unshare(b, pos);
	else
		*pos = floop_backing_size(b);
	mutex_unlock(&b->mode_lock);
	return err;
}

static int __read_maps(struct floop_backing *b)
{
	struct floop_claim *claim;
	int err = 0;

	list_for_each_entry(claim, &b->claims, sibling) {
		err = floop_claim_read_map(claim);
		if (err)
			break;
	}
	return err;
}

/* Mapped devices flush the lower device, which knows nothing of a write-back. */
static int __check_told(struct floop_backing *b)
{
	struct floop_claim *claim;

	list_for_each_entry(claim, &b->claims, sibling)
		if (!claim->read_only &&
		    atomic_read(&claim->told.failures) != atomic_read(&b->sync_failures))
			return floop_fail(-EIO, "a write-back has failed, and a device on the file was not told yet: flush it first");
	return 0;
}

/* Nobody changes anything any more: what an attach proves, proven again. */
static int __prove_map(struct floop_backing *b)
{
	int err = floop_guard_hold(b);

	if (!err)
		err = floop_backing_settle(b);
	if (!err)
		err = __check_told(b);
	if (!err)
		err = floop_guard_check(b);
	if (!err)
		err = __read_maps(b);
	if (err) {
		__forget_map(b);
		floop_guard_release(b);
	}
	return err;
}

static int __promote_excluded(struct floop_backing *b)
{
	int err;

	floop_lease_wait_for_breaker(&b->lease);
	gate_close(b);
	err = __prove_map(b);
	if (!err) {
		b->reason = FLOOP_REASON_NONE;
		b->kept_in_file = false;
	}
	gate_open(b, err ? FLOOP_FILE : FLOOP_MAPPED);
	if (!err)
		__tell(b);
	return err;
}

static int __promote(struct floop_backing *b)
{
	bool was_excluded = b->excluded;
	int err = floop_guard_look(b);

	if (!err)
		err = floop_backing_exclude(b);
	if (!err)
		err = floop_guard_foresee(b);
	if (!err)
		err = __promote_excluded(b);
	if (err && !was_excluded)
		floop_backing_unexclude(b);
	return err;
}

static bool __is_shared(const struct floop_backing *b)
{
	const struct floop_claim *claim;

	list_for_each_entry(claim, &b->claims, sibling)
		if (claim->shared)
			return true;
	return false;
}

static void __try_later(struct floop_backing *b)
{
	b->again_after = min_t(unsigned long, 2 * b->again_after, AGAIN_LAST);
	__hope(b);
}

/* Why it is not mapped may have another reason by now. */
static void __try_again(struct floop_backing *b)
{
	enum floop_reason reason;

	if (b->reason == FLOOP_REASON_HAS_WRITERS && floop_backing_has_writers(b)) {
		__try_later(b);
		return;
	}
	floop_refusal_clear();
	if (!__promote(b))
		return;
	reason = floop_refusal_reason();
	floop_refusal_clear();
	if (reason)
		__stay(b, reason);
	__try_later(b);
}

static void again_work(struct work_struct *work)
{
	struct floop_backing *b = container_of(to_delayed_work(work), struct floop_backing, again);
	unsigned int noio = memalloc_noio_save();

	mutex_lock(&b->mode_lock);
	if (b->may_change && b->mode == FLOOP_FILE && __may_pass(b) && !__is_shared(b))
		__try_again(b);
	mutex_unlock(&b->mode_lock);
	memalloc_noio_restore(noio);
}

/* The lease has been broken, or somebody waits for it. */
static void broken_work(struct work_struct *work)
{
	struct floop_backing *b = container_of(work, struct floop_backing, lease.broken);
	unsigned int noio = memalloc_noio_save();

	floop_hold(FLOOP_HOLD_LEASE_BROKEN);
	mutex_lock(&b->mode_lock);
	if (b->may_change && b->mode == FLOOP_MAPPED && floop_lease_is_wanted(b)) {
		b->breaks++;
		__demote(b, FLOOP_REASON_LEASE_BROKEN);
		b->lease.broken_at = jiffies;
		b->lease.was_broken = true;
	}
	mutex_unlock(&b->mode_lock);
	memalloc_noio_restore(noio);
}

/*
 * What can not be mapped takes its file along, for a file has one mode; unless
 * another device on it has been promised the map.
 */
static int __join_by_file(struct floop_claim *claim, int err)
{
	enum floop_reason reason = floop_refusal_reason();
	const struct floop_claim *other;

	if (!floop_reason_allows_file(reason))
		return err;
	list_for_each_entry(other, &claim->backing->claims, sibling)
		if (other->bound && other->device != claim->device)
			return err;
	__demote(claim->backing, reason);
	floop_refusal_clear();
	return 0;
}

static int __join_mapped(struct floop_claim *claim, enum floop_map_mode map)
{
	int err;

	if (map == FLOOP_MAP_NEVER)
		err = floop_refuse(FLOOP_REASON_POLICY, "");
	else
		err = floop_claim_read_map(claim);
	if (err && map != FLOOP_MAP_REQUIRE)
		err = __join_by_file(claim, err);
	return err;
}

/* Another device on the file may not want what this one insists on. */
static int __join_by_promotion(struct floop_claim *claim)
{
	const struct floop_claim *other;

	list_for_each_entry(other, &claim->backing->claims, sibling)
		if (other->shared && other->device != claim->device)
			return floop_claim_refuse_for(FLOOP_REASON_POLICY, other);
	return __promote(claim->backing);
}

int floop_mode_promote(struct floop_claim *claim)
{
	struct floop_backing *b = claim->backing;
	int err = 0;

	mutex_lock(&b->mode_lock);
	if (b->mode == FLOOP_FILE)
		err = __join_by_promotion(claim);
	mutex_unlock(&b->mode_lock);
	return err;
}

/*
 * The one who attaches has the file open, and closes it next.  What was attached for the
 * file path is tried too when its claims have gone; what was demoted by hand is not.
 */
static bool __wait_for_writers(struct floop_backing *b)
{
	if (!floop_backing_has_writers(b))
		return false;
	if (b->reason == FLOOP_REASON_POLICY && !b->kept_in_file)
		b->reason = FLOOP_REASON_HAS_WRITERS;
	b->again_after = WRITER_FIRST;
	__hope(b);
	return true;
}

/* Protected all the same, if that can be had. */
static int __join_file(struct floop_claim *claim, enum floop_map_mode map)
{
	if (map == FLOOP_MAP_REQUIRE)
		return __join_by_promotion(claim);
	if (claim->patient && __wait_for_writers(claim->backing))
		return 0;
	if (map == FLOOP_MAP_AUTO) {
		say(claim->backing);
		floop_backing_exclude(claim->backing);
		floop_refusal_clear();
	}
	return 0;
}

/*
 * What the table in use gives back until it is replaced, the new one would miss.
 * Nobody else writes to the same range.
 */
static int __check_pin(const struct floop_claim *claim)
{
	const struct floop_claim *other;

	if (!claim->pinned)
		return 0;
	list_for_each_entry(other, &claim->backing->claims, sibling)
		if (other != claim && floop_claims_overlap(other, claim) &&
		    other->punches && !other->read_only)
			return floop_fail(-EBUSY, "the device gives space back now: to pin the map, load a table with discard:ignore first");
	return 0;
}

int floop_mode_join(struct floop_claim *claim, enum floop_map_mode map)
{
	struct floop_backing *b = claim->backing;
	int err;

	mutex_lock(&b->mode_lock);
	list_add_tail(&claim->sibling, &b->claims);
	floop_file_sync_init(claim);
	err = __check_pin(claim);
	if (!err && b->mode == FLOOP_MAPPED)
		err = __join_mapped(claim, map);
	else if (!err)
		err = __join_file(claim, map);
	mutex_unlock(&b->mode_lock);
	return err;
}

/* Nobody is left who wanted the others kept out. */
static bool __all_share(const struct floop_backing *b)
{
	const struct floop_claim *claim;

	list_for_each_entry(claim, &b->claims, sibling)
		if (!claim->shared)
			return false;
	return !list_empty(&b->claims);
}

void floop_mode_leave(struct floop_claim *claim)
{
	struct floop_backing *b = claim->backing;

	mutex_lock(&b->mode_lock);
	list_del_init(&claim->sibling);
	if (b->mode == FLOOP_FILE && claim->shared)
		__hope(b);
	if (b->mode == FLOOP_FILE && __all_share(b) && !floop_backing_is_device(b))
		floop_backing_unexclude(b);
	mutex_unlock(&b->mode_lock);
}

void floop_mode_start(struct floop_backing *b)
{
	b->may_change = true;
	b->again_after = AGAIN_FIRST;
	__hope(b);
}

/* Neither of the two begins anew, and whoever waits for the lease gets it. */
void floop_mode_stop(struct floop_backing *b)
{
	mutex_lock(&b->mode_lock);
	b->may_change = false;
	floop_guard_release(b);
	mutex_unlock(&b->mode_lock);
	cancel_work_sync(&b->lease.broken);
	cancel_delayed_work_sync(&b->again);
}

void floop_mode_init(struct floop_backing *b)
{
	floop_lease_init(&b->lease, broken_work);
	INIT_DELAYED_WORK(&b->again, again_work);
	mutex_init(&b->mode_lock);
	spin_lock_init(&b->gate_lock);
	INIT_LIST_HEAD(&b->gated);
	INIT_LIST_HEAD(&b->claims);
}
