// SPDX-License-Identifier: GPL-2.0-only
/*
 * Bios that go through the file system.
 *
 * Never on the submitter's stack: whoever submits may be a file system in the
 * middle of a transaction, or reclaim.  Each processor has a queue, whose
 * worker asks the file system not to wait; so a writer's bios stay in order, and
 * many jobs have many workers.  What would have to wait is done by a worker of its
 * own.
 *
 * Such a worker runs wherever there is a processor free: on the submitter's own it
 * would take that from him for each bio.
 *
 * A bio goes past the page cache where its place and memory allow, which is
 * decided for each.  What is smaller than the file system's smallest direct
 * write goes by file_bounce.c, and not by the page cache: a cached page would be
 * a second truth about its neighbours.
 */
#include <linux/blkdev.h>
#include <linux/magic.h>
#include <linux/pagemap.h>
#include <linux/percpu.h>
#include <linux/slab.h>
#include <linux/stat.h>

#include "claim.h"
#include "file_bounce.h"
#include "file_io.h"
#include "file_merge.h"
#include "file_space.h"
#include "file_sync.h"
#include "hold.h"
#include "on_behalf.h"
#include "refusal.h"
#include "remap.h"

#define BOUNCE_BUFFERS	1	/* in reserve */

struct file_queue {
	struct llist_head ios;
	struct work_struct work;
};

/* --- what a bio needs */

static loff_t io_pos(const struct floop_io *io)
{
	return ((loff_t)io->sector << SECTOR_SHIFT) + io->done;
}

static unsigned int io_left(const struct floop_io *io)
{
	return (io->nr_sectors << SECTOR_SHIFT) - io->done;
}

static bool io_writes(const struct floop_io *io)
{
	return io->flags & FLOOP_IO_WRITE;
}

void floop_file_iter(struct floop_io *io, struct iov_iter *iter)
{
	struct bio *bio = io->bio;
	struct bvec_iter at;
	struct bio_vec bv;
	unsigned int nr = 0;

	bio_for_each_bvec(bv, bio, at)
		nr++;
	iov_iter_bvec(iter, io_writes(io) ? WRITE : READ,
		      __bvec_iter_bvec(bio->bi_io_vec, bio->bi_iter), nr,
		      bio->bi_iter.bi_size);
	iter->iov_offset = bio->bi_iter.bi_bvec_done;
	iov_iter_advance(iter, io->done);
}

/* Each piece of memory is a whole number of what the device takes, too. */
static bool memory_is_aligned(const struct floop_io *io)
{
	const struct floop_file_path *fp = &io->claim->backing->file_path;
	struct bvec_iter at;
	struct bio_vec bv;

	bio_for_each_bvec(bv, io->bio, at)
		if (bv.bv_offset & fp->memory_mask || bv.bv_len & fp->piece_mask)
			return false;
	return true;
}

/* A whole number of what the file system can write directly. */
static bool is_whole(const struct floop_io *io)
{
	const struct floop_file_path *fp = &io->claim->backing->file_path;

	return !((io_pos(io) | io_left(io)) & fp->block_mask) && memory_is_aligned(io);
}

static bool goes_direct(const struct floop_io *io)
{
	return io->claim->backing->file_path.direct;
}

bool floop_file_goes_direct(const struct floop_io *io)
{
	return goes_direct(io) && memory_is_aligned(io);
}

/* --- regions: only where a write can be smaller than what is written */

static bool needs_regions(const struct floop_io *io)
{
	return io_writes(io) && goes_direct(io) &&
	       io->claim->backing->file_path.block_mask >= SECTOR_SIZE;
}

/*
 * What it writes by the page cache, the block that the file ends in, is written back with the
 * folio that it lies in; without a note of which of its blocks are dirty on 6.1's XFS.
 */
#define FOLIO_BYTES	(1 << (PAGE_SHIFT + MAX_PAGECACHE_ORDER))

static bool writes_by_the_cache(const struct floop_io *io)
{
	const struct floop_backing *b = io->claim->backing;
	loff_t cut = floop_backing_size(b) & ~(loff_t)b->file_path.block_mask;

	return (loff_t)(io->sector + io->nr_sectors) << SECTOR_SHIFT > cut;
}

static void regions_of(const struct floop_io *io, loff_t *first, loff_t *last)
{
	*first = (loff_t)io->sector << SECTOR_SHIFT;
	*last = *first + ((loff_t)io->nr_sectors << SECTOR_SHIFT) - 1;
	if (io->flags & FLOOP_IO_FOLIO)
		*first = round_down(*first, FOLIO_BYTES);
}

static void regions_put(struct floop_io *io)
{
	loff_t first, last;

	if (!(io->flags & FLOOP_IO_REGIONS))
		return;
	regions_of(io, &first, &last);
	floop_regions_put(&io->claim->backing->file_path.regions, first, last,
			  !(io->flags & FLOOP_IO_PARTIAL));
	io->flags &= ~(FLOOP_IO_REGIONS | FLOOP_IO_PARTIAL | FLOOP_IO_FOLIO);
}

/* False only if @wait is: somebody else has them. */
static bool regions_get(struct floop_io *io, bool whole, bool wait)
{
	struct floop_regions *regions = &io->claim->backing->file_path.regions;
	int flags = FLOOP_IO_REGIONS | (whole ? 0 : FLOOP_IO_PARTIAL);
	loff_t first, last;

	if (!needs_regions(io))
		return true;
	if (!whole && writes_by_the_cache(io))
		io->flags |= FLOOP_IO_FOLIO;
	regions_of(io, &first, &last);
	if (wait)
		floop_regions_get(regions, first, last, whole);
	else if (!floop_regions_try(regions, first, last, whole))
		return false;
	io->flags |= flags;
	return true;
}

/* --- one call of the file system */

static void file_end(struct floop_io *io, int err)
{
	regions_put(io);
	io->bio->bi_status = errno_to_blk_status(err);
	floop_io_account_end(io, io->started);
	bio_endio(io->bio);
}

static void wait_work(struct work_struct *work);

/* Its worker holds nothing of it while it waits to run. */
static void queue_to_wait(struct floop_io *io)
{
	regions_put(io);
	INIT_WORK(&io->work, wait_work);
	queue_work(io->claim->backing->queues.io, &io->work);
}

/* Some say it by an error of their own. */
static bool would_have_waited(const struct kiocb *kiocb, long ret)
{
	return kiocb->ki_flags & IOCB_NOWAIT && (ret == -EAGAIN || ret == -EOPNOTSUPP);
}

static void note_sync_failure(const struct kiocb *kiocb, struct floop_backing *b)
{
	if (kiocb->ki_flags & IOCB_DSYNC)
		floop_file_sync_failed(b);
}

static bool is_to_be_synced(const struct floop_io *io)
{
	return io_writes(io) && io->bio->bi_opf & REQ_FUA &&
	       io->claim->backing->file_path.forgets_sync;
}

/* The file system has done so many bytes more of it, or none. */
static void file_goes_on(struct floop_io *io, size_t bytes)
{
	io->done += bytes;
	if (io_left(io) || is_to_be_synced(io))
		queue_to_wait(io);
	else
		file_end(io, 0);
}

static void file_ended(struct floop_io *io)
{
	long ret = io->result;

	if (would_have_waited(&io->kiocb, ret)) {
		queue_to_wait(io);
	} else if (ret <= 0) {
		note_sync_failure(&io->kiocb, io->claim->backing);
		file_end(io, ret ? ret : -EIO);	/* 0: behind the end of the file */
	} else {
		file_goes_on(io, ret);
	}
}

/* The call has returned, and it has completed: in either order. */
static void file_stage(struct floop_io *io)
{
	if (atomic_dec_and_test(&io->stages))
		file_ended(io);
}

static void file_complete(struct kiocb *kiocb, long ret)
{
	struct floop_io *io = container_of(kiocb, struct floop_io, kiocb);

	io->result = ret;
	file_stage(io);
}

static void kiocb_prepare(struct kiocb *kiocb, const struct floop_io *io, int flags,
			  void (*complete)(struct kiocb *kiocb, long ret))
{
	struct file *file = io->claim->backing->file;

	/* Stacked file systems go by it when they end a write. */
	if (io_writes(io))
		flags |= IOCB_WRITE;
	if (io->bio->bi_opf & REQ_FUA)
		flags |= IOCB_DSYNC;
	*kiocb = (struct kiocb) {
		.ki_filp = file,
		.ki_pos = io_pos(io),
		.ki_flags = file->f_iocb_flags | flags,
		.ki_ioprio = io->bio->bi_ioprio,
		.ki_complete = complete,
	};
}

static long call(struct kiocb *kiocb, struct iov_iter *iter)
{
	const struct file_operations *fop = kiocb->ki_filp->f_op;

	if (iov_iter_rw(iter) == WRITE)
		return fop->write_iter(kiocb, iter);
	return fop->read_iter(kiocb, iter);
}

static void file_call(struct floop_io *io, int flags)
{
	struct iov_iter iter;
	long ret;

	floop_file_iter(io, &iter);
	kiocb_prepare(&io->kiocb, io, flags, file_complete);
	atomic_set(&io->stages, 2);
	ret = call(&io->kiocb, &iter);
	if (ret != -EIOCBQUEUED)
		file_complete(&io->kiocb, ret);
	file_stage(io);
}

/* --- one call for several */

/* Whose error it was is not known: what it has not done each of them does alone. */
static void merged_ended(struct floop_merged *m)
{
	size_t left = max(m->result, 0L);
	struct floop_io *io, *next;

	if (m->result <= 0 && !would_have_waited(&m->kiocb, m->result))
		note_sync_failure(&m->kiocb, m->first->claim->backing);
	llist_for_each_entry_safe(io, next, &m->first->queued, queued) {
		size_t bytes = min_t(size_t, left, io_left(io));

		left -= bytes;
		file_goes_on(io, bytes);
	}
	kfree(m);
}

static void merged_stage(struct floop_merged *m)
{
	if (atomic_dec_and_test(&m->stages))
		merged_ended(m);
}

static void merged_complete(struct kiocb *kiocb, long ret)
{
	struct floop_merged *m = container_of(kiocb, struct floop_merged, kiocb);

	m->result = ret;
	merged_stage(m);
}

static void call_each(struct floop_io *first, int flags)
{
	struct floop_io *io, *next;

	llist_for_each_entry_safe(io, next, &first->queued, queued)
		file_call(io, flags);
}

/* What one of them would have had to wait for the others may not. */
static void merged_call(struct floop_merged *m, int flags)
{
	struct iov_iter iter;
	long ret;

	iov_iter_bvec(&iter, io_writes(m->first) ? WRITE : READ, m->bvecs, m->nr_bvecs, m->bytes);
	kiocb_prepare(&m->kiocb, m->first, flags, merged_complete);
	atomic_set(&m->stages, 2);
	ret = call(&m->kiocb, &iter);
	if (would_have_waited(&m->kiocb, ret)) {
		call_each(m->first, flags);
		kfree(m);
		return;
	}
	if (ret != -EIOCBQUEUED)
		merged_complete(&m->kiocb, ret);
	merged_stage(m);
}

/* Leaves @merge empty; those in it may be gone. */
static void submit_merge(struct floop_merge *merge, int flags)
{
	struct floop_merged *merged = floop_merge_finish(merge);
	struct floop_on_behalf w;

	if (goes_direct(merge->first))
		flags |= IOCB_DIRECT;
	floop_on_behalf_begin(&w, merge->first->bio);
	if (merged)
		merged_call(merged, flags);
	else
		call_each(merge->first, flags);
	floop_on_behalf_end(&w);
	*merge = (struct floop_merge) { };
}

/* --- workers */

static void bounce(struct floop_io *io)
{
	int err;

	regions_get(io, false, true);
	err = floop_file_bounce(io);
	if (!err && is_to_be_synced(io))
		err = floop_file_sync_write(io->claim);
	file_end(io, err);
}

static void data_waiting(struct floop_io *io)
{
	if (!goes_direct(io)) {
		file_call(io, 0);
	} else if (is_whole(io)) {
		regions_get(io, true, true);
		file_call(io, IOCB_DIRECT);
	} else {
		bounce(io);
	}
}

/*
 * What has to wait: data, then what makes them durable.  Its bio may be ended, and @io be
 * gone, when this returns.
 */
static void do_waiting(struct floop_io *io)
{
	switch (bio_op(io->bio)) {
	case REQ_OP_READ:
		data_waiting(io);
		break;
	case REQ_OP_WRITE:
		if (io_left(io))
			data_waiting(io);
		else if (io->nr_sectors)
			file_end(io, floop_file_sync_write(io->claim));
		else
			file_end(io, floop_file_sync(io->claim));
		break;
	default:
		/* Its neighbours in a block are written by it, too. */
		regions_get(io, false, true);
		file_end(io, floop_file_space(io));
	}
}

static void wait_work(struct work_struct *work)
{
	struct floop_io *io = container_of(work, struct floop_io, work);
	struct floop_on_behalf w;

	floop_on_behalf_begin(&w, io->bio);
	floop_hold(FLOOP_HOLD_FILE_CALL);
	do_waiting(io);
	floop_on_behalf_end(&w);
}

/* All that have come, in their order */
static struct llist_node *take_all(struct llist_head *ios)
{
	floop_hold(FLOOP_HOLD_FILE_QUEUE);
	return llist_reverse_order(llist_del_all(ios));
}

/* Neighbours together. */
static void submit(struct llist_node *all, int flags)
{
	struct floop_merge merge = { };
	struct floop_io *io, *next;

	llist_for_each_entry_safe(io, next, all, queued) {
		if (!regions_get(io, true, false)) {
			queue_to_wait(io);
		} else if (!floop_merge_add(&merge, io)) {
			submit_merge(&merge, flags);
			floop_merge_add(&merge, io);
		}
		if (!(flags & IOCB_NOWAIT))
			cond_resched();
	}
	if (merge.first)
		submit_merge(&merge, flags);
}

/*
 * Two are not worth it, as with io_uring: a plug holds a write back until its call has
 * returned, and the file system then ends it by one more worker even where the device
 * would have been done at once.
 */
static bool is_worth_a_plug(const struct llist_node *all)
{
	return all && all->next && all->next->next;
}

static void submit_work(struct work_struct *work)
{
	struct llist_node *all = take_all(&container_of(work, struct file_queue, work)->ios);
	struct blk_plug plug;

	if (!is_worth_a_plug(all)) {
		submit(all, IOCB_NOWAIT);
		return;
	}
	blk_start_plug(&plug);
	submit(all, IOCB_NOWAIT);
	blk_finish_plug(&plug);
}

static void buffered_work(struct work_struct *work)
{
	struct floop_file_path *fp = container_of(work, struct floop_file_path, buffered_work);

	submit(take_all(&fp->buffered), 0);
}

/* --- which worker */

static void queue_nowait(struct floop_io *io)
{
	struct floop_file_path *fp = &io->claim->backing->file_path;
	struct file_queue *q = raw_cpu_ptr(fp->queues);

	if (llist_add(&io->queued, &q->ios))
		queue_work(fp->submit, &q->work);
}

static void queue_buffered(struct floop_io *io)
{
	struct floop_file_path *fp = &io->claim->backing->file_path;

	if (llist_add(&io->queued, &fp->buffered))
		queue_work(fp->submit, &fp->buffered_work);
}

void floop_file_take(struct floop_io *io)
{
	const struct floop_file_path *fp = &io->claim->backing->file_path;
	bool has_data = bio_op(io->bio) == REQ_OP_READ ||
			(bio_op(io->bio) == REQ_OP_WRITE && io->nr_sectors);

	io->flags |= FLOOP_IO_FILE;
	io->done = 0;
	io->started = floop_io_account(io);
	io->bio->bi_opf &= ~REQ_NOWAIT;
	bio_clear_polled(io->bio);
	if (!has_data)
		queue_to_wait(io);
	else if (!fp->direct && io_writes(io))
		queue_buffered(io);
	else if (fp->nowait && (!fp->direct || is_whole(io)))
		queue_nowait(io);
	else
		queue_to_wait(io);
}

/* --- set-up */

static bool is_of(const struct inode *inode, unsigned long magic)
{
	return inode->i_sb->s_magic == magic;
}

/*
 * By the page cache 6.12's SMB client gives zeroes for data once a file has been opened a
 * second time, which who attaches it has often done already.
 */
static bool page_cache_lies(const struct floop_backing *b)
{
	return is_of(b->inode, CIFS_SUPER_MAGIC);
}

/*
 * FUSE and SMB forget O_DSYNC once a call is asynchronous.  These do not, as has been read in
 * their code; of others nothing is known.
 */
static bool syncs_by_itself(const struct floop_backing *b)
{
	static const unsigned long known[] = {
		EXT4_SUPER_MAGIC, XFS_SUPER_MAGIC, BTRFS_SUPER_MAGIC, F2FS_SUPER_MAGIC,
		MSDOS_SUPER_MAGIC, EXFAT_SUPER_MAGIC, NFS_SUPER_MAGIC,
	};
	const struct inode *inode = d_real_inode(b->file->f_path.dentry);
	unsigned int i;

	for (i = 0; i < ARRAY_SIZE(known); i++)
		if (is_of(inode, known[i]))
			return true;
	return floop_backing_is_device(b);
}

/*
 * What XFS tells is the device's.  Less than a block of its own it writes by the page cache,
 * once the file shares blocks, which a clone can bring about at any time.
 */
static unsigned int least_direct_write(const struct floop_backing *b)
{
	const struct inode *inode = d_real_inode(b->file->f_path.dentry);

	return is_of(inode, XFS_SUPER_MAGIC) ? i_blocksize(inode) : SECTOR_SIZE;
}

static void take_told_alignment(struct floop_backing *b)
{
	struct floop_file_path *fp = &b->file_path;
	struct kstat stat;

	if (vfs_getattr(&b->file->f_path, &stat, STATX_BASIC_STATS | STATX_DIOALIGN,
			AT_STATX_SYNC_AS_STAT) || !(stat.result_mask & STATX_DIOALIGN))
		return;
	if (!stat.dio_offset_align) {
		fp->direct = false;
		return;
	}
	fp->piece_mask = max_t(unsigned int, stat.dio_offset_align, SECTOR_SIZE) - 1;
	fp->block_mask = max(least_direct_write(b), fp->piece_mask + 1) - 1;
	fp->memory_mask = max_t(unsigned int, stat.dio_mem_align, 1) - 1;
}

/*
 * What the file system does not tell is taken to be its block, but no more than
 * a page: larger "blocks" are what a network likes to carry at once.  SMB has none, and a
 * last one that the file ends in would be written by the page cache.
 */
static void read_alignment(struct floop_backing *b)
{
	struct floop_file_path *fp = &b->file_path;

	fp->memory_mask = (b->lower ? bdev_logical_block_size(b->lower) : SECTOR_SIZE) - 1;
	fp->block_mask = clamp_t(unsigned int, i_blocksize(b->inode), SECTOR_SIZE, PAGE_SIZE) - 1;
	if (page_cache_lies(b))
		fp->block_mask = SECTOR_SIZE - 1;
	if (floop_backing_is_device(b))
		fp->block_mask = fp->memory_mask;
	fp->piece_mask = fp->block_mask;
	if (!floop_backing_is_device(b))
		take_told_alignment(b);
}

static bool is_to_be_direct(const struct floop_backing *b, enum floop_io_mode mode)
{
	if (mode != FLOOP_IO_BUFFERED)
		return true;
	if (!page_cache_lies(b))
		return false;
	pr_info("fastloop: inode %lu on %s: past the page cache: it is not to be trusted on SMB\n",
		b->inode->i_ino, b->inode->i_sb->s_id);
	return true;
}

static void choose_ways(struct floop_backing *b, enum floop_io_mode mode)
{
	struct floop_file_path *fp = &b->file_path;

	fp->block_mask = 0;
	fp->piece_mask = 0;
	fp->memory_mask = 0;
	fp->direct = b->file->f_mode & FMODE_CAN_ODIRECT && is_to_be_direct(b, mode);
	fp->nowait = b->file->f_mode & FMODE_NOWAIT;
	if (fp->direct)
		read_alignment(b);
	if (fp->block_mask >= FLOOP_BOUNCE_BYTES)
		fp->direct = false;
	fp->forgets_sync = !syncs_by_itself(b);
}

/* A file system can say that it has direct I/O and have none for this file. */
static int prove_direct(struct floop_backing *b, enum floop_io_mode mode)
{
	struct floop_file_path *fp = &b->file_path;

	if (fp->direct && floop_file_try_direct(b))
		fp->direct = false;
	if (!fp->direct && mode == FLOOP_IO_DIRECT)
		return floop_fail(-EOPNOTSUPP, "the file system has no direct I/O for this file, leave io:direct out");
	return 0;
}

int floop_file_init(struct floop_backing *b, enum floop_io_mode mode)
{
	struct floop_file_path *fp = &b->file_path;
	int cpu;

	choose_ways(b, mode);
	floop_regions_init(&fp->regions);
	init_llist_head(&fp->buffered);
	INIT_WORK(&fp->buffered_work, buffered_work);
	fp->submit = alloc_workqueue("floop_file/%lu", FLOOP_WQ_CALLS_FS, 0, b->inode->i_ino);
	fp->queues = alloc_percpu(struct file_queue);
	fp->bounce = mempool_create_kmalloc_pool(BOUNCE_BUFFERS, FLOOP_BOUNCE_BYTES);
	if (!fp->submit || !fp->queues || !fp->bounce)
		return floop_fail(-ENOMEM, "no memory for the file path");
	for_each_possible_cpu(cpu) {
		struct file_queue *q = per_cpu_ptr(fp->queues, cpu);

		init_llist_head(&q->ios);
		INIT_WORK(&q->work, submit_work);
	}
	return prove_direct(b, mode);
}

int floop_file_set_mode(struct floop_backing *b, enum floop_io_mode mode)
{
	choose_ways(b, mode);
	return prove_direct(b, mode);
}

void floop_file_deinit(struct floop_backing *b)
{
	struct floop_file_path *fp = &b->file_path;

	if (fp->submit)
		destroy_workqueue(fp->submit);
	free_percpu(fp->queues);
	mempool_destroy(fp->bounce);
	memset(fp, 0, sizeof(*fp));
}
