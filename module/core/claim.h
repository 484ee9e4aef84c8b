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

struct floop_claim {
	/* Constant: what floop_map() reads. */
	struct floop_backing *backing;
	u64 first_sector;		/* in the backing file */
	u64 nr_sectors;
	bool read_only;
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
};

#endif /* FLOOP_CLAIM_H */
