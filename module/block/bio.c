// SPDX-License-Identifier: GPL-2.0-only
/*
 * A bio of the native disk.
 *
 * Where it lies in one extent the caller's bio itself is pointed to the lower device; its
 * completion comes by here, where all that was changed of it is set right. Else it goes
 * by a clone: first, as far as its first extent reaches; then the rest comes to this disk
 * again, as a bio of its own.  So each call of ->submit_bio allocates once, and all that
 * was allocated before is on its way, because the block layer sends what goes to a lower
 * device before what comes back to the same one.
 *
 * What of the caller's bio is whose:
 *
 * bi_end_io, bi_private, bi_bdev, bi_iter
 *	Saved, and set right before the caller sees his bio again.  The lower device
 *	uses up bi_iter.
 * BIO_CHAIN
 *	Such a bio completes when the others of its chain have; then the hook, and with
 *	it the drain, would wait for them: never in place.  When the lower device splits
 *	the bio it sets the flag itself, and takes it away; so does core.
 * BIO_TRACE_COMPLETION
 *	Set for this disk and for the lower one, each while the bio is there.
 * BIO_CGROUP_ACCT
 *	Bytes are counted once for a bio and all that is split from it.  This disk has
 *	counted them, the lower one has not.
 * BIO_REMAPPED, BIO_BPS_THROTTLED, the cgroup
 *	bio_set_dev() starts them anew for the lower device.
 * BIO_QOS_THROTTLED, BIO_QOS_MERGED
 *	The lower device's; bio_endio() would look for whose on this disk.
 * REQ_POLLED
 *	Who polls asks bi_bdev, which is the lower device, where the bio is; for a clone
 *	nobody would ask, so it is completed by interrupt.
 * REQ_PREFLUSH
 *	With data it is two steps, which only request queues know to take.
 * REQ_NOWAIT
 *	Nothing here waits but the allocation, and whoever comes to a suspended disk: they
 *	are told EAGAIN, as by the lower device, which sees the mark. What goes in more than
 *	one step (cut, or flushed before) is left to a worker, and the mark taken away. EAGAIN
 *	for a later part would come when others are on their way, and whoever hears of it from
 *	an interrupt (io_uring) takes it for an error. Nor may it be told for the whole: on
 *	6.1 each bio of io_uring that polls has the mark, and comes again until it is taken.
 * integrity, encryption, zones
 *	This disk has none of them, so the block layer has dealt with the bio before; what
 *	the lower device attaches is gone when it has completed.
 *
 * The queue's own counter, which the block layer drops when ->submit_bio returns, is held
 * for each bio until it has completed.  So freezing the queue is a drain, of the parked
 * and the waiting as well.
 */
#include <linux/slab.h>
#include <trace/events/block.h>

#include "disk.h"
#include "suspension.h"

#define RESERVED	16	/* bios that can go without memory */

/* For iostat: begun, if somebody wants to know. */
struct count {
	bool begun;
	unsigned long started;		/* jiffies */
};

/* One bio on its way. */
struct floop_bio {
	struct floop_io io;
	struct floop_disk *disk;
	struct block_device *bdev;	/* that it was sent to: the disk, or a partition of it */
	sector_t sector;		/* of the disk */
	unsigned int nr_sectors;
	bool in_place;
	struct count count;
	union {
		struct {		/* in place: the caller's */
			bio_end_io_t *end_io;
			void *private;
			struct bvec_iter iter;
			bool traced;
		};
		struct {		/* else */
			struct bio *parent;
			unsigned int *len;	/* of the clone, while it is mapped */
		};
	};
};

struct floop_clone {
	struct floop_bio fb;
	struct bio bio;			/* last: its vectors follow */
};

static struct kmem_cache *context_cache;

static struct request_queue *queue_of(const struct floop_disk *d)
{
	return d->gd->queue;
}

static void hold_queue(struct floop_disk *d)
{
	percpu_ref_get(&queue_of(d)->q_usage_counter);
}

static void release_queue(struct floop_disk *d)
{
	percpu_ref_put(&queue_of(d)->q_usage_counter);
}

static gfp_t gfp_of(const struct bio *bio)
{
	return bio->bi_opf & REQ_NOWAIT ? GFP_NOWAIT : GFP_NOIO;
}

/* --- statistics */

static void count_begin(struct count *count, const struct bio *bio)
{
	count->begun = blk_queue_io_stat(bdev_get_queue(bio->bi_bdev));
	count->started = jiffies;
	if (count->begun)
		floop_acct_begin(bio->bi_bdev, bio_op(bio), count->started);
}

static void count_end(const struct count *count, struct block_device *bdev,
		      enum req_op op, unsigned int nr_sectors)
{
	if (count->begun)
		floop_acct_end(bdev, op, nr_sectors, count->started);
}

static void count_cancel(const struct count *count, const struct bio *bio)
{
	if (count->begun)
		floop_acct_cancel(bio->bi_bdev, bio_op(bio));
}

/* --- to the lower device */

static void send_down(const struct floop_bio *fb, struct bio *bio)
{
	bio_clear_flag(bio, BIO_CGROUP_ACCT);
	bio_clear_flag(bio, BIO_TRACE_COMPLETION);
	trace_block_bio_remap(bio, disk_devt(fb->disk->gd), fb->sector);
	submit_bio_noacct(bio);
}

static void fb_init(struct floop_bio *fb, struct floop_disk *d, const struct bio *bio,
		    const struct count *count)
{
	fb->count = *count;
	fb->disk = d;
	fb->bdev = bio->bi_bdev;
	fb->sector = bio->bi_iter.bi_sector;
	fb->nr_sectors = bio_sectors(bio);
	hold_queue(d);
}

/* --- in place */

static void unhook(const struct floop_bio *fb, struct bio *bio)
{
	bio->bi_end_io = fb->end_io;
	bio->bi_private = fb->private;
	bio->bi_bdev = fb->bdev;
	bio->bi_iter = fb->iter;
	bio_clear_flag(bio, BIO_QOS_THROTTLED);
	bio_clear_flag(bio, BIO_QOS_MERGED);
	if (fb->traced)
		bio_set_flag(bio, BIO_TRACE_COMPLETION);
}

/*
 * A SCSI disk offers to write zeroes until it is asked for the first time, and fails that;
 * whoever is above falls back on his own if he is told what it means.
 */
static void say_unsupported(const struct floop_bio *fb, struct bio *bio)
{
	struct block_device *lower;

	if (likely(bio->bi_status != BLK_STS_TARGET) || bio_op(bio) != REQ_OP_WRITE_ZEROES)
		return;
	lower = floop_claim_lower(fb->disk->claim);
	if (lower && !bdev_write_zeroes_sectors(lower))
		bio->bi_status = BLK_STS_NOTSUPP;
}

static void end_in_place(struct floop_bio *fb, struct bio *bio)
{
	struct floop_disk *d = fb->disk;

	say_unsupported(fb, bio);
	count_end(&fb->count, fb->bdev, bio_op(bio), fb->nr_sectors);
	unhook(fb, bio);
	floop_context_free(&d->contexts, fb);
	bio_endio(bio);
	release_queue(d);
}

/* May be called again: core calls bio_endio() when it is done with what it kept. */
static void hooked_endio(struct bio *bio)
{
	struct floop_bio *fb = bio->bi_private;

	if (floop_endio(&fb->io))
		end_in_place(fb, bio);
}

static void hook(struct floop_bio *fb, struct bio *bio)
{
	fb->in_place = true;
	fb->end_io = bio->bi_end_io;
	fb->private = bio->bi_private;
	fb->iter = bio->bi_iter;
	fb->traced = bio_flagged(bio, BIO_TRACE_COMPLETION);
	bio_clear_flag(bio, BIO_TRACE_COMPLETION);
	bio->bi_end_io = hooked_endio;
	bio->bi_private = fb;
}

/* False: it does not lie in one extent, and nothing has become of it. */
static bool map_in_place(struct floop_bio *fb, struct bio *bio)
{
	switch (floop_map(fb->disk->claim, &fb->io, bio, fb->sector)) {
	case FLOOP_REMAPPED:
		send_down(fb, bio);
		break;
	case FLOOP_TAKEN:
		break;
	case FLOOP_UNCUT:
		return false;
	default:
		bio->bi_status = BLK_STS_IOERR;
		end_in_place(fb, bio);
	}
	return true;
}

/* --- by a clone */

static void end_clone(struct floop_bio *fb, struct bio *clone)
{
	struct floop_disk *d = fb->disk;
	struct bio *parent = fb->parent;

	say_unsupported(fb, clone);
	count_end(&fb->count, fb->bdev, bio_op(clone), fb->nr_sectors);
	if (clone->bi_status && !parent->bi_status)
		parent->bi_status = clone->bi_status;
	bio_put(clone);
	bio_endio(parent);
	release_queue(d);
}

static void clone_endio(struct bio *clone)
{
	struct floop_bio *fb = clone->bi_private;

	if (floop_endio(&fb->io))
		end_clone(fb, clone);
}

static void map_clone(struct floop_bio *fb, struct bio *clone)
{
	switch (floop_map(fb->disk->claim, &fb->io, clone, fb->sector)) {
	case FLOOP_REMAPPED:
		send_down(fb, clone);
		break;
	case FLOOP_TAKEN:
		break;
	default:
		clone->bi_status = BLK_STS_IOERR;
		end_clone(fb, clone);
	}
}

static struct floop_bio *fb_of_clone(struct bio *clone)
{
	return &container_of(clone, struct floop_clone, bio)->fb;
}

static struct bio *clone_alloc(struct floop_disk *d, struct bio *bio, const struct count *count)
{
	struct bio *clone = bio_alloc_clone(bio->bi_bdev, bio, GFP_NOIO, &d->clones);
	struct floop_bio *fb = fb_of_clone(clone);

	fb_init(fb, d, bio, count);
	fb->in_place = false;
	fb->parent = bio;
	clone->bi_end_io = clone_endio;
	clone->bi_private = fb;
	return clone;
}

/* True: the rest of @bio, which may wait, is still to be sent. */
static bool send_clone(struct floop_disk *d, struct bio *bio, const struct count *count)
{
	unsigned int len = bio_sectors(bio);
	struct floop_bio *fb;
	struct bio *clone;

	bio_clear_polled(bio);
	clone = clone_alloc(d, bio, count);
	fb = fb_of_clone(clone);
	fb->len = &len;
	bio_inc_remaining(bio);
	map_clone(fb, clone);
	if (len == bio_sectors(bio)) {
		bio_endio(bio);
		return false;
	}
	bio_advance(bio, len << SECTOR_SHIFT);
	return true;
}

/* --- which of the two */

/* The caller waits for all of his bio; a clone is ours, and its rest stays with the bio. */
static bool face_accept_partial(struct bio *bio, unsigned int nr_sectors)
{
	struct floop_bio *fb = bio->bi_private;

	if (fb->in_place)
		return false;
	bio->bi_iter.bi_size = nr_sectors << SECTOR_SHIFT;
	fb->nr_sectors = nr_sectors;
	*fb->len = nr_sectors;
	return true;
}

static void would_block(struct bio *bio, const struct count *count)
{
	count_end(count, bio->bi_bdev, bio_op(bio), 0);
	bio_wouldblock_error(bio);
}

/* False: it would have to be cut. */
static bool send_in_place(struct floop_disk *d, struct bio *bio, const struct count *count)
{
	struct floop_bio *fb = floop_context_alloc(&d->contexts, gfp_of(bio));

	if (!fb) {
		would_block(bio, count);
		return true;
	}
	fb_init(fb, d, bio, count);
	hook(fb, bio);
	if (map_in_place(fb, bio))
		return true;
	unhook(fb, bio);
	floop_context_free(&d->contexts, fb);
	release_queue(d);
	return false;
}

/* --- by a worker: what may wait there, and nobody polls for */

/* It holds the queue. */
static void send_later(struct floop_disk *d, struct bio *bio)
{
	unsigned long irq;

	spin_lock_irqsave(&d->later_lock, irq);
	bio_list_add(&d->later, bio);
	spin_unlock_irqrestore(&d->later_lock, irq);
	queue_work(d->queue, &d->later_work);
}

static void leave_to_worker(struct floop_disk *d, struct bio *bio)
{
	bio->bi_opf &= ~REQ_NOWAIT;
	bio_clear_polled(bio);
	hold_queue(d);
	send_later(d, bio);
}

/* True: the rest of @bio is still to be sent. */
static bool send(struct floop_disk *d, struct bio *bio)
{
	struct count count;

	count_begin(&count, bio);
	if (!bio_flagged(bio, BIO_CHAIN) && send_in_place(d, bio, &count))
		return false;
	if (likely(!(bio->bi_opf & REQ_NOWAIT)))
		return send_clone(d, bio, &count);
	count_cancel(&count, bio);
	leave_to_worker(d, bio);
	return false;
}

/* --- a flush before the data */

static bool is_flush_with_data(const struct bio *bio)
{
	return bio->bi_opf & REQ_PREFLUSH && bio_sectors(bio);
}

/*
 * Nobody else sends this disk's bios from here, and the queue is held: so the rest of a bio
 * is sent at once, and does not have to enter the queue, which somebody may be freezing.
 */
static void send_held(struct floop_disk *d, struct bio *bio)
{
	while (send(d, bio))
		;
}

static void end_flush(struct floop_bio *fb, struct bio *flush)
{
	struct floop_disk *d = fb->disk;
	struct bio *bio = fb->parent;

	if (!flush->bi_status) {
		bio_put(flush);
		bio->bi_opf &= ~REQ_PREFLUSH;
		send_later(d, bio);	/* holds the queue now */
		return;
	}
	bio->bi_status = flush->bi_status;
	bio_put(flush);
	bio_endio(bio);
	release_queue(d);
}

static void flush_endio(struct bio *flush)
{
	struct floop_bio *fb = flush->bi_private;

	if (floop_endio(&fb->io))
		end_flush(fb, flush);
}

static struct bio *flush_alloc(struct floop_disk *d, struct bio *bio)
{
	struct bio *flush = bio_alloc_bioset(bio->bi_bdev, 0, REQ_OP_WRITE | REQ_PREFLUSH | REQ_SYNC,
					     GFP_NOIO, &d->clones);
	struct floop_bio *fb;

	bio_clone_blkg_association(flush, bio);
	fb = fb_of_clone(flush);
	fb_init(fb, d, flush, &(struct count){ });	/* its data are counted */
	fb->in_place = false;
	fb->parent = bio;
	flush->bi_end_io = flush_endio;
	flush->bi_private = fb;
	return flush;
}

static void send_flush(struct floop_disk *d, struct bio *bio)
{
	struct bio *flush = flush_alloc(d, bio);
	struct floop_bio *fb;

	bio_clear_polled(bio);
	fb = fb_of_clone(flush);
	switch (floop_map(d->claim, &fb->io, flush, 0)) {
	case FLOOP_REMAPPED:
		send_down(fb, flush);
		break;
	case FLOOP_TAKEN:
		break;
	default:
		flush->bi_status = BLK_STS_IOERR;
		end_flush(fb, flush);
	}
}

static void submit_flush(struct floop_disk *d, struct bio *bio)
{
	if (bio->bi_opf & REQ_NOWAIT)
		leave_to_worker(d, bio);
	else
		send_flush(d, bio);
}

void floop_disk_send_kept(struct floop_disk *d, struct bio *bio)
{
	if (is_flush_with_data(bio))
		send_flush(d, bio);
	else
		send_held(d, bio);
	release_queue(d);
}

static void later_work(struct work_struct *work)
{
	struct floop_disk *d = container_of(work, struct floop_disk, later_work);
	struct bio_list all;
	struct bio *bio;

	spin_lock_irq(&d->later_lock);
	all = d->later;
	bio_list_init(&d->later);
	spin_unlock_irq(&d->later_lock);
	while ((bio = bio_list_pop(&all)))
		floop_disk_send_kept(d, bio);
}

void floop_disk_submit_bio(struct bio *bio)
{
	struct floop_disk *d = floop_disk_of(bio->bi_bdev->bd_disk);

	if (unlikely(!smp_load_acquire(&d->claim)))
		bio_io_error(bio);
	else if (unlikely(READ_ONCE(d->suspended)) && floop_suspension_takes(d, bio))
		return;
	else if (unlikely(is_flush_with_data(bio)))
		submit_flush(d, bio);
	else if (unlikely(send(d, bio)))
		submit_bio_noacct(bio);
}

/* --- what core asks for */

static void face_submit(struct bio *bio, struct bio *piece)
{
	send_down(bio->bi_private, piece);
}

/* Who suspends this disk finds out that they wait, and lets it be: see suspension.c. */
static bool face_wants_back(void *target)
{
	return false;
}

/* By which fastloop(8) knows it; what losetup attached has none of its own. */
static void face_name(const void *device, char *buf, size_t size)
{
	const struct floop_disk *d = device;

	strscpy(buf, *d->name ? d->name : d->gd->disk_name, size);
}

static void face_event(void *target)
{
	struct floop_disk *d = target;

	sysfs_notify(&disk_to_dev(d->gd)->kobj, "fastloop", "status");
}

const struct floop_face floop_disk_face = {
	.accept_partial	= face_accept_partial,
	.submit		= face_submit,
	.accounts	= true,
	.wants_back	= face_wants_back,
	.name		= face_name,
	.event		= face_event,
};

/* --- memory: a disk's own, for images are nested, and one's bios wait for the next one's */

int floop_bio_init_disk(struct floop_disk *d)
{
	int err = floop_contexts_init(&d->contexts, context_cache, RESERVED);

	if (!err)
		err = bioset_init(&d->clones, RESERVED, offsetof(struct floop_clone, bio), 0);
	if (err)
		return err;
	spin_lock_init(&d->later_lock);
	bio_list_init(&d->later);
	INIT_WORK(&d->later_work, later_work);
	d->queue = alloc_workqueue("floop_%s", WQ_MEM_RECLAIM | WQ_UNBOUND, 0, d->gd->disk_name);
	return d->queue ? 0 : -ENOMEM;
}

void floop_bio_deinit_disk(struct floop_disk *d)
{
	if (d->queue)
		destroy_workqueue(d->queue);
	d->queue = NULL;
	bioset_exit(&d->clones);
	floop_contexts_exit(&d->contexts);
}

int floop_bio_init(void)
{
	context_cache = KMEM_CACHE(floop_bio, 0);
	return context_cache ? 0 : -ENOMEM;
}

void floop_bio_exit(void)
{
	kmem_cache_destroy(context_cache);
}
