// SPDX-License-Identifier: GPL-2.0-only
#include <linux/slab.h>

#include "contexts.h"

int floop_contexts_init(struct floop_contexts *c, struct kmem_cache *cache, int reserved)
{
	c->spare = alloc_percpu(void *);
	if (!c->spare)
		return -ENOMEM;
	return mempool_init_slab_pool(&c->pool, reserved, cache);
}

static void free_spare(struct floop_contexts *c)
{
	int cpu;

	for_each_possible_cpu(cpu) {
		void *context = *per_cpu_ptr(c->spare, cpu);

		if (context)
			mempool_free(context, &c->pool);
	}
	free_percpu(c->spare);
	c->spare = NULL;
}

void floop_contexts_exit(struct floop_contexts *c)
{
	if (c->spare)
		free_spare(c);
	mempool_exit(&c->pool);
}
