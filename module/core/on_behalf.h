/* SPDX-License-Identifier: GPL-2.0-only */
/* A worker that does what a bio's submitter could not: see on_behalf.c. */
#ifndef FLOOP_ON_BEHALF_H
#define FLOOP_ON_BEHALF_H

#include <linux/types.h>

struct bio;
struct cgroup_subsys_state;
struct mem_cgroup;

struct floop_on_behalf {
	unsigned int noio;
	bool throttled;
	bool charged;
	struct cgroup_subsys_state *memory;
	struct mem_cgroup *old_memory;
};

/* In a worker, around what it calls of the file system for @bio. */
void floop_on_behalf_begin(struct floop_on_behalf *w, struct bio *bio);
void floop_on_behalf_end(struct floop_on_behalf *w);

#endif /* FLOOP_ON_BEHALF_H */
