/* SPDX-License-Identifier: GPL-2.0-only */
/* A face's hold on a range of a backing file: see claim.c. */
#ifndef FLOOP_CLAIM_H
#define FLOOP_CLAIM_H

#include <linux/percpu.h>

#include "backing.h"
#include "face.h"

/* Per CPU; only the sums mean anything. */
struct floop_claim_count {
	u64 begun;
	u64 ended;
	u64 errors;
};

/* Of the failures to make a file durable, those that somebody has heard of */
struct floop_told {
	atomic_t failures;		/* of the backing file's sync_failures */
	errseq_t write_error;		/* of its page cache's: the last one */
};

struct floop_claim {
	/* Constant: what floop_map() reads. */
	struct floop_backing *backing;
	u64 first_sector;		/* in the backing file */
	u64 nr_sectors;
	bool read_only;
	bool shared;			/* excludes nobody: map:never */
	bool bound;			/* was promised the map: map:require */
	bool patient;			/* is mapped once the writers have gone */
	bool pinned;			/* was promised that all of it stays in it: pin:map */
	bool pass_discards;
	bool punches;			/* gives space back, where the guard can */
	unsigned int sector_size;	/* asked for, or 0 */
	struct floop_told told;		/* to its flushes */
	struct floop_told told_writes;	/* to its writes that are to be durable */
	const struct floop_face *face;
	void *target;
	struct floop_claim_count __percpu *count;

	/* Constant: who asked, as in struct floop_claim_spec. */
	const void *device;
	const void *table;
	u64 device_sector;

	bool active;			/* under claims_lock */
	bool failed_write;		/* the log has a line about it */
	struct list_head node;		/* under claims_lock */
	struct list_head sibling;	/* under backing->mode_lock */
};

static inline bool floop_claims_overlap(const struct floop_claim *a, const struct floop_claim *b)
{
	return a->backing == b->backing &&
	       a->first_sector < b->first_sector + b->nr_sectors &&
	       b->first_sector < a->first_sector + a->nr_sectors;
}

/*
 * The extents of its range, into the map; all of them if it is pinned, and they
 * stay there.  Process context; 0 or a refusal.
 */
int floop_claim_read_map(struct floop_claim *claim);

/* "the reason: by NAME", recorded as a refusal. */
int floop_claim_refuse_for(enum floop_reason reason, const struct floop_claim *other);

#endif /* FLOOP_CLAIM_H */
