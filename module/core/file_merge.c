// SPDX-License-Identifier: GPL-2.0-only
/*
 * Neighbours in the file, by one call of the file system.
 *
 * Who reads or writes in a row has many bios under way, and while the worker is
 * busy with one the next ones gather.  A call for each of them takes the file's
 * lock, looks the place up and makes a bio below, again and again.
 *
 * Nothing overtakes anything: only what follows each other in the queue is merged,
 * and only what would have been asked of the file system in the same way.  Nobody
 * is kept waiting for neighbours that may come.
 *
 * They are together for one call only.  It fails for all where one alone would
 * have failed; so what it has not done each of them does alone.
 */
#include <linux/blk-cgroup.h>
#include <linux/blkdev.h>
#include <linux/slab.h>

#include "claim.h"
#include "file_merge.h"
#include "remap.h"

static unsigned int nr_bytes(const struct floop_io *io)
{
	return io->nr_sectors << SECTOR_SHIFT;
}

static unsigned int nr_bvecs(const struct floop_io *io)
{
	struct bvec_iter at;
	struct bio_vec bv;
	unsigned int nr = 0;

	bio_for_each_bvec(bv, io->bio, at)
		nr++;
	return nr;
}

/* What is asked of the file system, and for whom. */
static bool is_same_call(const struct floop_io *a, const struct floop_io *b)
{
	return a->claim == b->claim && bio_op(a->bio) == bio_op(b->bio) &&
	       !((a->bio->bi_opf ^ b->bio->bi_opf) & REQ_FUA) &&
	       a->bio->bi_ioprio == b->bio->bi_ioprio &&
	       bio_blkcg_css(a->bio) == bio_blkcg_css(b->bio);
}

static bool follows(const struct floop_io *io, const struct floop_io *last)
{
	return io->sector == last->sector + last->nr_sectors && is_same_call(io, last);
}

bool floop_merge_add(struct floop_merge *m, struct floop_io *io)
{
	unsigned int nr;

	if (m->last && !follows(io, m->last))
		return false;
	nr = nr_bvecs(io);
	if (m->last && (m->bytes + nr_bytes(io) > FLOOP_MERGE_BYTES ||
			m->nr_bvecs + nr > FLOOP_MERGE_BVECS))
		return false;
	if (m->last)
		m->last->queued.next = &io->queued;
	else
		m->first = io;
	io->queued.next = NULL;
	m->last = io;
	m->bytes += nr_bytes(io);
	m->nr_bvecs += nr;
	return true;
}

static void copy_bvecs(struct floop_merged *merged)
{
	struct bio_vec *to = merged->bvecs, bv;
	struct bvec_iter at;
	struct floop_io *io;

	llist_for_each_entry(io, &merged->first->queued, queued)
		bio_for_each_bvec(bv, io->bio, at)
			*to++ = bv;
}

struct floop_merged *floop_merge_finish(const struct floop_merge *m)
{
	struct floop_merged *merged;

	if (m->first == m->last)
		return NULL;
	merged = kmalloc(struct_size(merged, bvecs, m->nr_bvecs), GFP_NOWAIT | __GFP_NOWARN);
	if (!merged)
		return NULL;
	merged->first = m->first;
	merged->bytes = m->bytes;
	merged->nr_bvecs = m->nr_bvecs;
	copy_bvecs(merged);
	return merged;
}
