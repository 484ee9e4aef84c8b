// SPDX-License-Identifier: GPL-2.0-only
/*
 * A worker calls the file system on behalf of whoever submitted the bio, and
 * without the allocations and the throttling that could wait for this very
 * device.
 */
#include <linux/blk-cgroup.h>
#include <linux/cgroup.h>
#include <linux/kthread.h>
#include <linux/memcontrol.h>
#include <linux/sched/mm.h>

#include "on_behalf.h"

#ifdef CONFIG_BLK_CGROUP
static void charge_to(struct floop_on_behalf *w, struct bio *bio)
{
	struct cgroup_subsys_state *css = bio_blkcg_css(bio);

	if (!css || !css->parent)
		return;
	w->charged = true;
	kthread_associate_blkcg(css);
#ifdef CONFIG_MEMCG
	w->memory = cgroup_get_e_css(css->cgroup, &memory_cgrp_subsys);
	w->old_memory = set_active_memcg(mem_cgroup_from_css(w->memory));
#endif
}

static void charge_end(struct floop_on_behalf *w)
{
	if (!w->charged)
		return;
#ifdef CONFIG_MEMCG
	if (w->memory) {
		set_active_memcg(w->old_memory);
		css_put(w->memory);
	}
#endif
	kthread_associate_blkcg(NULL);
}
#else
static void charge_to(struct floop_on_behalf *w, struct bio *bio) { }
static void charge_end(struct floop_on_behalf *w) { }
#endif

void floop_on_behalf_begin(struct floop_on_behalf *w, struct bio *bio)
{
	w->noio = memalloc_noio_save();
	w->throttled = !(current->flags & PF_LOCAL_THROTTLE);
	current->flags |= PF_LOCAL_THROTTLE;
	w->charged = false;
	w->memory = NULL;
	charge_to(w, bio);
}

void floop_on_behalf_end(struct floop_on_behalf *w)
{
	charge_end(w);
	if (w->throttled)
		current->flags &= ~PF_LOCAL_THROTTLE;
	memalloc_noio_restore(w->noio);
}
