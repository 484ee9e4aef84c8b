// SPDX-License-Identifier: GPL-2.0-only
/*
 * Discards of a mapped file, and zeroes that may have no blocks.
 *
 * The blocks may belong to somebody else as soon as the file system has them back.
 * So the range is owned, the map forgets it, all who still use the old places are
 * waited for, and only then the hole is punched; whoever comes in between is kept.
 * Many that come at once wait once, and a large one goes step by step, so that
 * nobody is kept for longer than a step takes.
 */
#include <linux/blkdev.h>
#include <linux/falloc.h>
#include <linux/fs.h>
#include <linux/sched/mm.h>

#include "changes.h"
#include "extents.h"
#include "file_space.h"
#include "hold.h"
#include "on_behalf.h"
#include "punch.h"
#include "remap.h"
#include "split.h"

/* Ended as what the file system has done. */
static void finish(struct floop_io *io)
{
	int err = 0;

	if (io->bio->bi_opf & REQ_FUA)
		err = floop_changes_sync_write(io->claim);
	floop_io_end_by_file(io, err);
}

/* What is left of it; zeroes that could not be had so are written. */
static void go_on(struct floop_io *io, u64 end, int err)
{
	bool zeroes = bio_op(io->bio) == REQ_OP_WRITE_ZEROES;

	if (err && zeroes)
		io->flags |= FLOOP_IO_KEEPS;
	else if (err)
		return floop_io_end_by_file(io, err);
	else
		floop_io_advance(io, end - io->sector);
	if (!io->nr_sectors)
		return finish(io);
	floop_io_begin(io);
	floop_split_later(io);
}

static int punch_hole(struct floop_backing *b, u64 first, u64 end)
{
	return floop_file_allocate(b, FALLOC_FL_PUNCH_HOLE, first << SECTOR_SHIFT,
				   (end - first) << SECTOR_SHIFT);
}

/*
 * A hole needs two witnesses here, too.  Without them, or without room in the map, it
 * is unknown, and looked up when it is needed.  Also after a failure map_lock has to
 * be taken: whoever asked meanwhile, under it, has seen blocks that may be gone.
 */
static void learn(struct floop_backing *b, u64 first, u64 end, bool is_hole)
{
	const struct floop_extent hole = {
		.sector = first,
		.nr_sectors = end - first,
		.state = FLOOP_EXTENT_HOLE,
	};

	mutex_lock(&b->map_lock);
	if (is_hole)
		floop_map_set(&b->map, &hole, 1);
	else
		floop_map_forget(&b->map, first, end - first);
	mutex_unlock(&b->map_lock);
}

static int punch_and_learn(struct floop_backing *b, u64 first, u64 end)
{
	const struct floop_extent range = { .sector = first, .nr_sectors = end - first };
	int err = punch_hole(b, first, end);

	if (!err && !floop_extents_is_hole(b, &range))
		err = -EIO;
	floop_hold(FLOOP_HOLD_PUNCHED);
	floop_changes_made(b);
	learn(b, first, end, !err);
	return err;
}

/* Its change is over before the memory that it lies in is used for what follows. */
static void punch_one(struct floop_io *io)
{
	struct floop_backing *b = io->claim->backing;
	u64 first = io->change.first, end = io->change.end;
	struct floop_on_behalf w;
	int err;

	floop_on_behalf_begin(&w, io->bio);
	err = punch_and_learn(b, first, end);
	floop_change_end(b, &io->change);
	go_on(io, end, err);
	floop_on_behalf_end(&w);
}

static void __forget(struct floop_backing *b, struct llist_node *all)
{
	struct floop_io *io;

	llist_for_each_entry(io, all, punched)
		floop_map_forget(&b->map, io->change.first,
				 io->change.end - io->change.first);
}

/* Whoever needs map_lock to give memory back must not be waited for under it. */
static void punch_work(struct work_struct *work)
{
	struct floop_backing *b = container_of(work, struct floop_backing, punches.work);
	struct llist_node *all = llist_reverse_order(llist_del_all(&b->punches.ios));
	unsigned int noio = memalloc_noio_save();
	struct floop_io *io, *next;

	mutex_lock(&b->map_lock);
	__forget(b, all);
	mutex_unlock(&b->map_lock);
	floop_hold(FLOOP_HOLD_PUNCH);
	floop_drain_wait(&b->drain);
	llist_for_each_entry_safe(io, next, all, punched) {
		punch_one(io);
		cond_resched();
	}
	memalloc_noio_restore(noio);
}

/* Blocks of which it has only a part stay; of zeroes, it has none such. */
bool floop_punch(struct floop_io *io)
{
	struct floop_backing *b = io->claim->backing;
	u64 first = round_up(io->sector, b->unit_sectors);
	u64 end = round_down(io->sector + io->nr_sectors, b->unit_sectors);

	end = min(end, first + FLOOP_PUNCH_SECTORS);
	if (first >= end) {
		io->flags |= FLOOP_IO_FILE;
		bio_endio(io->bio);
		return false;
	}
	if (!floop_change_begin(b, &io->change, FLOOP_CHANGE_PUNCH, first, end))
		return !floop_change_keep(io, first, end);
	floop_io_unbegin(io);
	if (llist_add(&io->punched, &b->punches.ios))
		queue_work(b->queues.punch, &b->punches.work);
	return false;
}

void floop_punch_init(struct floop_backing *b)
{
	init_llist_head(&b->punches.ios);
	INIT_WORK(&b->punches.work, punch_work);
}
