// SPDX-License-Identifier: GPL-2.0-only
/*
 * Writes and the freezing of the lower file system.
 *
 * A frozen file system promises that its device does not change.  A remapped
 * write changes it, so each one holds the file system's own freeze protection
 * from before it is counted as in flight until it is completed: the freezer
 * waits for those under way, and later ones are parked here.
 *
 * A parked bio is sent by a work that asks again every few milliseconds
 * instead of sleeping in sb_start_write(): a sleeping work would keep the only
 * rescuer of its queue from the bios of other, unfrozen file systems.
 */
#include <linux/jiffies.h>
#include <linux/sched.h>

#include "claim.h"
#include "freeze.h"
#include "split.h"

#define ASK_AGAIN	msecs_to_jiffies(10)

void floop_park(struct floop_io *io)
{
	struct floop_backing *b = io->claim->backing;
	unsigned long irq;

	spin_lock_irqsave(&b->parked_lock, irq);
	list_add_tail(&io->node, &b->parked);
	/* Once it is sent, by whoever sees it here, the backing may be gone. */
	queue_delayed_work(b->queues.io, &b->unpark, ASK_AGAIN);
	spin_unlock_irqrestore(&b->parked_lock, irq);
}

static struct floop_io *parked_pop(struct floop_backing *b)
{
	struct floop_io *io;
	unsigned long irq;

	spin_lock_irqsave(&b->parked_lock, irq);
	io = list_first_entry_or_null(&b->parked, struct floop_io, node);
	if (io)
		list_del(&io->node);
	spin_unlock_irqrestore(&b->parked_lock, irq);
	return io;
}

/*
 * A suspend that must not flush can not wait for a thaw either: its bios go
 * back to the face, which sends them again after the resume.
 */
static void give_back(struct floop_backing *b)
{
	struct floop_io *io, *next;
	unsigned long irq;
	LIST_HEAD(wanted);

	spin_lock_irqsave(&b->parked_lock, irq);
	list_for_each_entry_safe(io, next, &b->parked, node)
		if (io->claim->face->wants_back(io->claim->target))
			list_move_tail(&io->node, &wanted);
	spin_unlock_irqrestore(&b->parked_lock, irq);

	list_for_each_entry_safe(io, next, &wanted, node) {
		io->requeue = true;
		bio_endio(io->bio);
	}
}

/* Each bio gets a freeze protection of its own before it leaves the list. */
static void unpark_work(struct work_struct *work)
{
	struct floop_backing *b = container_of(to_delayed_work(work),
					       struct floop_backing, unpark);
	struct floop_io *io;

	while (floop_freeze_enter(b->sb)) {
		io = parked_pop(b);
		if (!io) {
			floop_freeze_leave(b->sb);
			return;
		}
		floop_split_unparked(io);
		cond_resched();
	}
	give_back(b);
	if (!list_empty_careful(&b->parked))
		queue_delayed_work(b->queues.io, &b->unpark, ASK_AGAIN);
}

unsigned int floop_nr_parked(const struct floop_claim *claim)
{
	struct floop_backing *b = claim->backing;
	struct floop_io *io;
	unsigned long irq;
	unsigned int nr = 0;

	spin_lock_irqsave(&b->parked_lock, irq);
	list_for_each_entry(io, &b->parked, node)
		nr += io->claim == claim;
	spin_unlock_irqrestore(&b->parked_lock, irq);
	return nr;
}

void floop_freeze_init(struct floop_backing *b)
{
	spin_lock_init(&b->parked_lock);
	INIT_LIST_HEAD(&b->parked);
	INIT_DELAYED_WORK(&b->unpark, unpark_work);
}

void floop_freeze_stop(struct floop_backing *b)
{
	cancel_delayed_work_sync(&b->unpark);
	WARN_ON_ONCE(!list_empty(&b->parked));
}
