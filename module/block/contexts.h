/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * What a bio needs while it is on its way: a mempool, and for each CPU one that was used
 * last, which costs neither the pool's work nor the slab's.
 *
 * The reserve comes first.  What could help somebody who waits for memory goes back to the
 * pool, so a spare one is always beyond the reserve, and nobody waits for it.
 */
#ifndef FLOOP_CONTEXTS_H
#define FLOOP_CONTEXTS_H

#include <linux/mempool.h>
#include <linux/percpu.h>

struct floop_contexts {
	mempool_t pool;
	void * __percpu *spare;		/* or NULL, of each CPU */
};

/* @reserved can be had without memory.  May sleep.  0 or -ENOMEM. */
int floop_contexts_init(struct floop_contexts *contexts, struct kmem_cache *cache, int reserved);
/* None is in use.  To be called as well for what is all zeroes, or failed. */
void floop_contexts_exit(struct floop_contexts *contexts);

/* As mempool_alloc(), and what it returns was not cleared. */
static inline void *floop_context_alloc(struct floop_contexts *c, gfp_t gfp)
{
	void *context = this_cpu_xchg(*c->spare, NULL);

	return context ?: mempool_alloc(&c->pool, gfp);
}

static inline bool floop_context_is_kept(struct floop_contexts *c, void *context)
{
	if (IS_ENABLED(CONFIG_KASAN))	/* which can not see who uses it still */
		return false;
	/* As in mempool_free(): what is read is from after the allocation. */
	smp_rmb();
	return likely(READ_ONCE(c->pool.curr_nr) >= c->pool.min_nr) &&
	       !this_cpu_cmpxchg(*c->spare, NULL, context);
}

/* Any context. */
static inline void floop_context_free(struct floop_contexts *c, void *context)
{
	if (!floop_context_is_kept(c, context))
		mempool_free(context, &c->pool);
}

#endif /* FLOOP_CONTEXTS_H */
