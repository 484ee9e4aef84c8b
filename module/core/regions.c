// SPDX-License-Identifier: GPL-2.0-only
/*
 * Who writes where.  Read regions.h for what for.
 */
#include <linux/minmax.h>
#include <linux/sched.h>

#include "regions.h"

/* A range that wraps around all slots has each of them once. */
struct span {
	u64 first;
	unsigned int nr;
};

static struct span span_of(loff_t first, loff_t last)
{
	struct span span = { .first = first >> FLOOP_REGION_SHIFT };

	span.nr = min_t(u64, (last >> FLOOP_REGION_SHIFT) - span.first + 1, FLOOP_REGION_SLOTS);
	return span;
}

static unsigned int slot_nr(const struct span *span, unsigned int i)
{
	return (span->first + i) % FLOOP_REGION_SLOTS;
}

static bool __is_free(struct floop_regions *r, const struct span *span, bool whole)
{
	unsigned int i;

	for (i = 0; i < span->nr; i++) {
		unsigned int nr = slot_nr(span, i);

		if (whole ? r->slots[nr] < 0 || r->wanted[nr] : r->slots[nr] != 0)
			return false;
	}
	return true;
}

static void __add(struct floop_regions *r, const struct span *span, int what)
{
	unsigned int i;

	for (i = 0; i < span->nr; i++)
		r->slots[slot_nr(span, i)] += what;
}

bool floop_regions_try(struct floop_regions *r, loff_t first, loff_t last, bool whole)
{
	struct span span = span_of(first, last);
	unsigned long irq;
	bool is_free;

	spin_lock_irqsave(&r->lock, irq);
	is_free = __is_free(r, &span, whole);
	if (is_free)
		__add(r, &span, whole ? 1 : -1);
	spin_unlock_irqrestore(&r->lock, irq);
	return is_free;
}

static void want(struct floop_regions *r, loff_t first, loff_t last, int more)
{
	struct span span = span_of(first, last);
	unsigned long irq;
	unsigned int i;

	spin_lock_irqsave(&r->lock, irq);
	for (i = 0; i < span.nr; i++)
		r->wanted[slot_nr(&span, i)] += more;
	spin_unlock_irqrestore(&r->lock, irq);
}

/*
 * Sharers could keep an owner out for ever, by overlapping each other, and small owners a
 * large one.
 */
void floop_regions_get(struct floop_regions *r, loff_t first, loff_t last, bool whole)
{
	if (whole) {
		wait_event(r->released, floop_regions_try(r, first, last, true));
		return;
	}
	mutex_lock(&r->turn);
	want(r, first, last, 1);
	wait_event(r->released, floop_regions_try(r, first, last, false));
	want(r, first, last, -1);
	mutex_unlock(&r->turn);
	wake_up_all(&r->released);
}

void floop_regions_put(struct floop_regions *r, loff_t first, loff_t last, bool whole)
{
	struct span span = span_of(first, last);
	unsigned long irq;

	spin_lock_irqsave(&r->lock, irq);
	__add(r, &span, whole ? -1 : 1);
	spin_unlock_irqrestore(&r->lock, irq);
	if (wq_has_sleeper(&r->released))
		wake_up_all(&r->released);
}

void floop_regions_init(struct floop_regions *r)
{
	spin_lock_init(&r->lock);
	mutex_init(&r->turn);
	init_waitqueue_head(&r->released);
}
