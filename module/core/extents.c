// SPDX-License-Identifier: GPL-2.0-only
/*
 * What the file system says about a file's blocks.
 *
 * Two ways to ask, both through its own methods.  FIEMAP names whole extents
 * with all their flags, so it reads a file in O(extents) and tells what must
 * be refused; but it writes its answer to user memory, which only the process
 * that attaches has, and can change.  bmap() works in any task, names one block at a time and
 * answers 0 for a hole as well as for an error; so it serves for ranges that
 * are still unknown when a bio comes, and a hole is believed only when
 * SEEK_DATA says so too.
 *
 * Nobody can change the blocks meanwhile: the exclusion holds before we look.
 */
#include <linux/blkdev.h>
#include <linux/capability.h>
#include <linux/delay.h>
#include <linux/fiemap.h>
#include <linux/math64.h>
#include <linux/mm.h>
#include <linux/mman.h>
#include <linux/pagemap.h>
#include <linux/sched/signal.h>
#include <linux/slab.h>
#include <linux/uaccess.h>

#include "changes.h"
#include "extents.h"
#include "hold.h"
#include "refusal.h"

#define BATCH		120		/* extents of one FIEMAP call: they fill half a leaf */
#define LOOKUP_UNITS	256		/* most bmap() units of one look-up */
#define READ_TRIES	100		/* of all FIEMAP calls, while blocks come and go */
#define READ_MS		2
#define SEARCH_BATCHES	32		/* some thousand extents */
#define SEEK_MS		10
#define SEEK_LOG_TRIES	500
#define SEEK_BELIEVED	3		/* times that data are seen where nothing is cached */

#define FE_UNSTABLE	(FIEMAP_EXTENT_UNKNOWN | FIEMAP_EXTENT_DELALLOC)
#define FE_ENCODED	(FIEMAP_EXTENT_ENCODED | FIEMAP_EXTENT_DATA_ENCRYPTED)
#define FE_INLINE	(FIEMAP_EXTENT_DATA_INLINE | FIEMAP_EXTENT_DATA_TAIL | \
			 FIEMAP_EXTENT_NOT_ALIGNED)

/* Reading one range.  Positions in sectors of the backing file. */
struct reader {
	struct floop_backing *backing;
	bool pinned;
	u64 sector;			/* read up to here */
	u64 end;
	unsigned long user;		/* BATCH extents in user memory */
	struct fiemap_extent *batch;
	struct floop_extent *found;	/* an extent and a hole for each */
	unsigned int nr_found;
};

static void found_add(struct reader *r, u64 end, enum floop_extent_state state,
		      u64 lower)
{
	struct floop_extent *e = &r->found[r->nr_found++];

	e->sector = r->sector;
	e->nr_sectors = end - r->sector;
	e->state = state;
	e->lower = state == FLOOP_EXTENT_MAPPED ? lower : 0;
	r->sector = end;
}

/*
 * What FIEMAP leaves out may be a hole or an error that it lost on the way; the
 * file system must say a second time, in another way, that there are no data.
 */
static int check_hole(const struct reader *r, u64 end)
{
	loff_t data = vfs_llseek(r->backing->file, r->sector << SECTOR_SHIFT, SEEK_DATA);

	if (data == -ENXIO || data >= (loff_t)(end << SECTOR_SHIFT))
		return 0;
	return floop_fail(data < 0 ? data : -EIO, "the file's extents can not be read, at byte %llu",
			  r->sector << SECTOR_SHIFT);
}

/* What has no block can not be written to without the file system. */
static int refuse_pin(enum floop_reason reason, u64 sector)
{
	return floop_refuse(reason, "the first one at byte %llu", sector << SECTOR_SHIFT);
}

static int take_hole(struct reader *r, u64 end)
{
	int err = check_hole(r, end);

	if (err)
		return err;
	if (r->pinned)
		return refuse_pin(FLOOP_REASON_SPARSE, r->sector);
	found_add(r, end, FLOOP_EXTENT_HOLE, 0);
	return 0;
}

/* Who only reads may have a shared block: it moves for nobody but a writer to this file. */
static int check_flags(const struct reader *r, const struct fiemap_extent *fe)
{
	if (fe->fe_flags & FE_INLINE)
		return floop_refuse(FLOOP_REASON_INLINE_DATA, "");
	if (fe->fe_flags & FE_ENCODED)
		return floop_refuse(FLOOP_REASON_ENCODED, "at byte %llu", fe->fe_logical);
	if (fe->fe_flags & FE_UNSTABLE)
		return floop_fail(-EAGAIN, "the file has blocks that are not allocated yet, at byte %llu",
				  fe->fe_logical);
	if (fe->fe_flags & FIEMAP_EXTENT_SHARED && !r->backing->shares)
		return floop_refuse(FLOOP_REASON_REFLINKED, "at byte %llu", fe->fe_logical);
	return 0;
}

static int check_place(const struct reader *r, const struct fiemap_extent *fe)
{
	struct block_device *lower = r->backing->lower;
	u64 mask = bdev_logical_block_size(lower) - 1;

	if ((fe->fe_logical | fe->fe_physical | fe->fe_length) & mask)
		return floop_refuse(FLOOP_REASON_UNALIGNED_EXTENT, "at byte %llu", fe->fe_logical);
	if (fe->fe_length > bdev_nr_bytes(lower) ||
	    fe->fe_physical > bdev_nr_bytes(lower) - fe->fe_length)
		return floop_fail(-EIO, "the file has an extent beyond the end of %pg, at byte %llu",
				  lower, fe->fe_logical);
	return 0;
}

/* The extent's part within what is still to be read. */
static int take_extent(struct reader *r, const struct fiemap_extent *fe)
{
	u64 start = fe->fe_logical >> SECTOR_SHIFT;
	u64 end = min(r->end, (fe->fe_logical + fe->fe_length) >> SECTOR_SHIFT);
	u64 lower;
	int err = check_flags(r, fe);

	if (!err)
		err = check_place(r, fe);
	if (!err && start > r->sector)
		err = take_hole(r, min(start, r->end));
	if (err || end <= r->sector)
		return err;
	if (fe->fe_flags & FIEMAP_EXTENT_UNWRITTEN) {
		if (r->pinned)
			return refuse_pin(FLOOP_REASON_UNWRITTEN, r->sector);
		found_add(r, end, FLOOP_EXTENT_HOLE, 0);
		return 0;
	}
	lower = (fe->fe_physical >> SECTOR_SHIFT) + (r->sector - start);
	found_add(r, end, FLOOP_EXTENT_MAPPED, lower);
	return 0;
}

/* The number of extents, which are then in r->batch, or a negative errno. */
static int fetch_batch(struct reader *r)
{
	struct fiemap_extent_info info = {
		.fi_extents_max = BATCH,
		.fi_extents_start = (struct fiemap_extent __user *)r->user,
	};
	struct inode *inode = r->backing->inode;
	u64 pos = r->sector << SECTOR_SHIFT;
	int err = inode->i_op->fiemap(inode, &info, pos,
				      (r->end << SECTOR_SHIFT) - pos);

	if (err)
		return floop_fail(err, "the file's extents can not be read (error %d)", -err);
	if (copy_from_user(r->batch, info.fi_extents_start,
			   info.fi_extents_mapped * sizeof(*r->batch)))
		return floop_fail(-EFAULT, "the file's extents can not be read from user memory");
	return info.fi_extents_mapped;
}

/*
 * Where there is no extent any more, there is a hole.  FIEMAP_EXTENT_LAST does
 * not say so: iomap sets it on the last extent of what was asked for, and 6.1
 * sets it even when an error cut the answer short.
 */
static int take_batch(struct reader *r, unsigned int nr)
{
	unsigned int i;
	int err;

	for (i = 0; i < nr; i++) {
		err = take_extent(r, &r->batch[i]);
		if (err)
			return err;
	}
	if (!nr)
		return take_hole(r, r->end);
	return 0;
}

/*
 * What does not fit under the map's cap stays unknown, which is no error.  Nor is
 * what was changed while it was read: a batch that is put into the map after a
 * punch, or a fill, would bring back what was there before.
 */
static int __store_batch(struct reader *r, s64 made, bool *changed)
{
	struct floop_backing *b = r->backing;
	int err;

	*changed = !floop_changes_rested(b, made);
	if (*changed)
		return 0;
	err = floop_map_set(&b->map, r->found, r->nr_found);
	if (err && err != -ENOSPC)
		return floop_fail(err, "no memory for the map of the file");
	return 0;
}

static int store_batch(struct reader *r, s64 made, bool *changed)
{
	int err;

	floop_hold(FLOOP_HOLD_FIEMAP);
	mutex_lock(&r->backing->map_lock);
	err = __store_batch(r, made, changed);
	mutex_unlock(&r->backing->map_lock);
	return err;
}

static int read_batch(struct reader *r)
{
	int nr;

	r->nr_found = 0;
	nr = fetch_batch(r);
	return nr < 0 ? nr : take_batch(r, nr);
}

/* Once; @changed: under our own hand meanwhile, so that the answer is worth nothing. */
static int read_and_store(struct reader *r, bool *changed)
{
	u64 before = r->sector;
	s64 made;
	int err;

	*changed = !floop_changes_rest(r->backing, &made);
	if (*changed)
		return 0;
	err = read_batch(r);
	if (!err && r->sector == before)
		err = floop_fail(-EIO, "the file's extents make no sense at byte %llu",
				 before << SECTOR_SHIFT);
	if (!err)
		err = store_batch(r, made, changed);
	else
		*changed = !floop_changes_rested(r->backing, made);
	if (*changed)
		r->sector = before;
	return err;
}

/* On a file that is being filled all the time the rest is looked up when it is needed. */
static int read_batches(struct reader *r)
{
	unsigned int tries = 0;
	bool changed;
	int err;

	while (r->sector < r->end && tries < READ_TRIES) {
		if (fatal_signal_pending(current))
			return floop_fail(-EINTR, "interrupted");
		err = read_and_store(r, &changed);
		if (err && !changed)
			return err;
		if (changed) {
			floop_refusal_clear();
			tries++;
			msleep(READ_MS);
		}
		cond_resched();
	}
	return 0;
}

/*
 * The answer comes by the memory of whoever asks, where another of his threads can write,
 * so it is believed of those only who may write to the lower device anyway.
 */
bool floop_extents_are_told(void)
{
	return current->mm && capable(CAP_SYS_RAWIO);
}

/* Locked, because a bio to swap it out to may be waiting for us. */
static unsigned long user_memory(size_t size)
{
	unsigned long flags = MAP_PRIVATE | MAP_ANONYMOUS;

	if (capable(CAP_IPC_LOCK))
		flags |= MAP_LOCKED | MAP_POPULATE;
	return vm_mmap(NULL, 0, size, PROT_READ | PROT_WRITE, flags, 0);
}

static int reader_alloc(struct reader *r)
{
	size_t size = BATCH * sizeof(*r->batch);

	if (!current->mm)
		return floop_fail(-EINVAL, "a kernel thread can not attach, a process must");
	r->batch = kvmalloc(size, GFP_KERNEL);
	r->found = kvmalloc_array(2 * BATCH + 1, sizeof(*r->found), GFP_KERNEL);
	if (!r->batch || !r->found)
		return floop_fail(-ENOMEM, "no memory to read the file's extents");
	r->user = user_memory(size);
	if (IS_ERR_VALUE(r->user))
		return floop_fail((long)r->user, "no user memory to read the file's extents");
	return 0;
}

static void reader_free(struct reader *r)
{
	if (r->user && !IS_ERR_VALUE(r->user))
		vm_munmap(r->user, BATCH * sizeof(*r->batch));
	kvfree(r->found);
	kvfree(r->batch);
}

int floop_extents_read(struct floop_backing *b, u64 sector, u64 nr_sectors,
		       bool pinned)
{
	struct reader r = {
		.backing = b,
		.pinned = pinned,
		.sector = sector,
		.end = sector + nr_sectors,
	};
	int err;

	if (!b->inode->i_op->fiemap)
		return floop_refuse(FLOOP_REASON_UNKNOWN_FS, "it has no FIEMAP");
	err = reader_alloc(&r);
	if (!err)
		err = read_batches(&r);
	reader_free(&r);
	return err;
}

/* The first one of the batch that has the flags, and blocks with data in them */
static const struct fiemap_extent *find_flags(const struct reader *r, int nr, u32 flags)
{
	int i;

	for (i = 0; i < nr; i++) {
		u32 have = r->batch[i].fe_flags;

		if ((have & flags) == flags && !(have & (FIEMAP_EXTENT_UNWRITTEN | FE_UNSTABLE)))
			return &r->batch[i];
	}
	return NULL;
}

/* A batch, and what is behind it is next. */
static int search_batch(struct reader *r, u32 flags, const struct fiemap_extent **found)
{
	const struct fiemap_extent *last;
	int nr = fetch_batch(r);

	*found = nr > 0 ? find_flags(r, nr, flags) : NULL;
	if (nr <= 0) {
		r->sector = r->end;
		return nr;
	}
	last = &r->batch[nr - 1];
	r->sector = max(r->sector + 1, (last->fe_logical + last->fe_length) >> SECTOR_SHIFT);
	return 0;
}

/* The first batches only, for bios may be waiting meanwhile. */
static int search(struct reader *r, u32 flags, const struct fiemap_extent **found)
{
	unsigned int i;
	int err = 0;

	for (i = 0; i < SEARCH_BATCHES && !err && !*found && r->sector < r->end; i++) {
		if (fatal_signal_pending(current))
			return floop_fail(-EINTR, "interrupted");
		err = search_batch(r, flags, found);
		cond_resched();
	}
	return err;
}

int floop_extents_next(struct floop_backing *b, u32 flags, loff_t *pos, loff_t *len)
{
	struct reader r = {
		.backing = b,
		.sector = *pos >> SECTOR_SHIFT,
		.end = round_up(floop_backing_size(b), i_blocksize(b->inode)) >> SECTOR_SHIFT,
	};
	const struct fiemap_extent *found = NULL;
	int err = reader_alloc(&r);

	if (!err)
		err = search(&r, flags, &found);
	*len = 0;
	if (found) {
		*pos = max_t(loff_t, *pos, found->fe_logical);
		*len = found->fe_logical + found->fe_length - *pos;
	} else if (!err) {
		*pos = r.sector << SECTOR_SHIFT;
	}
	reader_free(&r);
	return err;
}

/* The lower sector of the unit that begins at @sector; 0 is "none". */
static u64 ask_bmap(struct floop_backing *b, u64 sector)
{
	unsigned int shift = b->inode->i_blkbits - SECTOR_SHIFT;
	sector_t block = sector >> shift;

	if (bmap(b->inode, &block))
		return 0;
	return (u64)block << shift;
}

/* Whole units from @e's beginning that follow each other on the lower device. */
static void extend_mapped(struct floop_backing *b, struct floop_extent *e, u64 end)
{
	unsigned int i;

	for (i = 1; i < LOOKUP_UNITS; i++) {
		u64 next = e->sector + e->nr_sectors;

		if (next >= end ||
		    ask_bmap(b, next) != e->lower + e->nr_sectors)
			return;
		e->nr_sectors += b->unit_sectors;
	}
}

/* Where the next data are, from @pos on; 0 or a negative errno. */
static int seek_data(struct floop_backing *b, loff_t pos, loff_t *data)
{
	*data = vfs_llseek(b->file, pos, SEEK_DATA);
	if (*data == -ENXIO)
		*data = floop_backing_sectors(b) << SECTOR_SHIFT;
	return *data < 0 ? *data : 0;
}

/* A cached page over an unwritten extent looks like data, so it has to go first. */
static int seek_data_without_cache(struct floop_backing *b, loff_t pos, loff_t end, loff_t *data)
{
	invalidate_inode_pages2_range(b->inode->i_mapping, pos >> PAGE_SHIFT,
				      (end - 1) >> PAGE_SHIFT);
	floop_hold(FLOOP_HOLD_UNCACHED);
	return seek_data(b, pos, data);
}

/*
 * Whoever reads the file may bring the page back in between: -EAGAIN.  It may also have gone
 * again when we look for it: data are believed when they are seen time after time.
 */
static int seek_data_past_cache(struct floop_backing *b, loff_t pos, loff_t end, loff_t *data)
{
	unsigned int i;
	int err;

	for (i = 0; i < SEEK_BELIEVED; i++) {
		err = seek_data_without_cache(b, pos, end, data);
		floop_hold(FLOOP_HOLD_SOUGHT);
		if (err || *data >= end)
			return err;
		if (filemap_range_has_page(b->inode->i_mapping, pos, end - 1))
			return -EAGAIN;
	}
	return 0;
}

/*
 * A hole counts only when SEEK_DATA finds the next data behind it: an errno of
 * bmap() looks like a hole, one of llseek does not.  Not so in a file that shares
 * blocks: XFS has no bmap() for it, and the SEEK_DATA of 6.1 passes over data that
 * follow a hole, if the blocks kept ready for copies cover both.
 */
static int prove_hole(struct floop_backing *b, struct floop_extent *e)
{
	loff_t pos = e->sector << SECTOR_SHIFT;
	loff_t data;
	int err = b->shares ? -EIO : 0;

	if (!err)
		err = seek_data_past_cache(b, pos, pos + (e->nr_sectors << SECTOR_SHIFT), &data);
	if (err)
		return err;
	if (data <= pos)
		return -EIO;
	e->state = FLOOP_EXTENT_HOLE;
	e->lower = 0;
	e->nr_sectors = (data - pos) >> SECTOR_SHIFT;
	return 0;
}

static void wait_for_reader(struct floop_backing *b, u64 sector, unsigned int *tries)
{
	msleep(SEEK_MS);
	if (++*tries % SEEK_LOG_TRIES == 0)
		pr_err_ratelimited("fastloop: inode %lu: somebody reads the file at sector %llu all the time, a bio waits\n",
				   b->inode->i_ino, sector);
}

bool floop_extents_is_hole(struct floop_backing *b, const struct floop_extent *e)
{
	loff_t pos = e->sector << SECTOR_SHIFT;
	loff_t end = pos + (e->nr_sectors << SECTOR_SHIFT);
	unsigned int tries = 0;
	loff_t data;
	int err;

	for (;;) {
		err = seek_data_past_cache(b, pos, end, &data);
		if (err != -EAGAIN)
			return !err && data >= end;
		wait_for_reader(b, e->sector, &tries);
	}
}

/* A device's blocks are where their numbers say. */
static int ask_device(struct floop_backing *b, u64 sector, struct floop_extent *e)
{
	e->sector = sector;
	e->nr_sectors = floop_backing_sectors(b) - sector;
	e->state = FLOOP_EXTENT_MAPPED;
	e->lower = sector;
	return sector < floop_backing_sectors(b) ? 0 : -EIO;
}

/* The extent of whole units around @sector; what is behind @end is of no interest. */
static int ask_fs(struct floop_backing *b, u64 sector, u64 end, struct floop_extent *e)
{
	if (floop_backing_is_device(b))
		return ask_device(b, sector, e);
	e->sector = round_down(sector, b->unit_sectors);
	e->nr_sectors = b->unit_sectors;
	e->state = FLOOP_EXTENT_MAPPED;
	e->lower = ask_bmap(b, e->sector);
	if (!e->lower)
		return prove_hole(b, e);
	extend_mapped(b, e, end);
	if (e->lower + e->nr_sectors > bdev_nr_sectors(b->lower))
		return -EIO;
	return 0;
}

/* @e from @sector on. */
static void extent_advance(struct floop_extent *e, u64 sector)
{
	u64 skip = sector - e->sector;

	e->sector += skip;
	e->nr_sectors -= skip;
	if (e->state == FLOOP_EXTENT_MAPPED)
		e->lower += skip;
}

/*
 * As far as nobody changes it: what a fill is making can be seen in the file
 * system before it is counted, and what a punch takes away is still there.
 */
static bool clip_to_still(struct floop_backing *b, const struct floop_change *mine,
			  struct floop_extent *e)
{
	u64 end = floop_changes_begin_at(b, mine, e->sector, e->sector + e->nr_sectors);

	if (mine)
		end = min(end, mine->end);
	if (end <= e->sector) {
		e->nr_sectors = min_t(u64, e->nr_sectors, b->unit_sectors);
		return false;
	}
	e->nr_sectors = end - e->sector;
	return true;
}

static int __ask(struct floop_backing *b, const struct floop_change *mine, u64 sector,
		 struct floop_extent *found)
{
	u64 end = min(mine ? mine->end : U64_MAX, floop_backing_sectors(b));
	int err;

	atomic64_inc(&b->lookups);
	err = ask_fs(b, sector, end, found);
	floop_hold(FLOOP_HOLD_LOOK_UP);
	if (err)
		return err;
	found->nr_sectors = min(found->nr_sectors, floop_backing_sectors(b) - found->sector);
	/* Without room it is looked up again next time. */
	if (clip_to_still(b, mine, found))
		floop_map_set(&b->map, found, 1);
	extent_advance(found, sector);
	return 0;
}

/*
 * False: a fill began while we asked, and the answer may show blocks that have no
 * data yet.  It can not have ended meanwhile, for that takes map_lock.
 */
static bool look_up_once(struct floop_backing *b, const struct floop_change *mine, u64 sector,
			 struct floop_extent *found, int *err)
{
	bool is_good = true;

	*err = 0;
	mutex_lock(&b->map_lock);
	floop_map_lookup(&b->map, sector, found);
	if (found->state == FLOOP_EXTENT_UNKNOWN) {
		*err = __ask(b, mine, sector, found);
		is_good = !floop_changes_fill(b, mine, sector);
	}
	mutex_unlock(&b->map_lock);
	return is_good;
}

int floop_extents_lookup(struct floop_backing *b, const struct floop_change *mine,
			 u64 sector, struct floop_extent *found)
{
	unsigned int tries = 0;
	int err;

	floop_map_lookup(&b->map, sector, found);
	if (found->state != FLOOP_EXTENT_UNKNOWN)
		return 0;
	for (;;) {
		if (!look_up_once(b, mine, sector, found, &err))
			floop_changes_wait_fill(b, mine, sector);
		else if (err == -EAGAIN)
			wait_for_reader(b, sector, &tries);
		else
			break;
	}
	if (!err && WARN_ON_ONCE(!found->nr_sectors))
		err = -EIO;
	return err;
}

/* Whether it was put into the map is not said by a look-up, so the map is asked. */
static int load_once(struct floop_backing *b, u64 sector, struct floop_extent *found)
{
	struct floop_extent known;
	int err = floop_extents_lookup(b, NULL, sector, found);

	if (err)
		return floop_fail(err, "the file's blocks can not be looked up, at byte %llu (error %d)",
				  sector << SECTOR_SHIFT, -err);
	if (found->state == FLOOP_EXTENT_HOLE)
		return refuse_pin(FLOOP_REASON_SPARSE, sector);
	floop_map_lookup(&b->map, sector, &known);
	if (known.state == FLOOP_EXTENT_UNKNOWN)
		return floop_fail(-ENOMEM, "no memory for the map of the file");
	return 0;
}

int floop_extents_load(struct floop_backing *b, u64 sector, u64 nr_sectors)
{
	u64 end = sector + nr_sectors;
	struct floop_extent found;
	int err;

	for (; sector < end; sector += found.nr_sectors) {
		if (fatal_signal_pending(current))
			return floop_fail(-EINTR, "interrupted");
		err = load_once(b, sector, &found);
		if (err)
			return err;
		cond_resched();
	}
	return 0;
}

/* What had blocks before has the same ones now, and may belong to somebody's pinned map. */
static void __forget_holes(struct floop_backing *b, u64 sector, u64 end)
{
	struct floop_extent place;

	for (; sector < end; sector += place.nr_sectors) {
		floop_map_lookup(&b->map, sector, &place);
		place.nr_sectors = min(place.nr_sectors, end - sector);
		if (place.state == FLOOP_EXTENT_HOLE)
			floop_map_forget(&b->map, sector, place.nr_sectors);
	}
}

void floop_extents_refresh(struct floop_backing *b, const struct floop_change *change)
{
	struct floop_extent found;
	u64 sector;

	mutex_lock(&b->map_lock);
	__forget_holes(b, change->first, change->end);
	for (sector = change->first; sector < change->end; sector += found.nr_sectors) {
		floop_map_lookup(&b->map, sector, &found);
		if (found.state != FLOOP_EXTENT_UNKNOWN)
			continue;
		if (__ask(b, change, sector, &found) || !found.nr_sectors)
			break;
	}
	mutex_unlock(&b->map_lock);
}
