// SPDX-License-Identifier: GPL-2.0-only
/*
 * Cached pages of the backing file after a remapped write.
 *
 * A remapped write goes past the page cache.  A page of its range that is
 * cached holds what was there before, and a reader of the file must not see
 * that once the write has completed; so it is dropped before the completion.
 * Nothing is lost on the way: such a page was inserted before the read that
 * filled it, that read came before our write, and we look after our write.
 * A page can not be dirty, because nobody else writes.
 */
#include <linux/delay.h>
#include <linux/pagemap.h>
#include <linux/sched/mm.h>

#include "cache.h"
#include "claim.h"
#include "queues.h"

/* A page can be busy while its reader waits for the disk: for so long. */
#define NR_TRIES	500
#define TRY_MS		10

static loff_t io_first_byte(const struct floop_io *io)
{
	return (loff_t)io->sector << SECTOR_SHIFT;
}

static loff_t io_last_byte(const struct floop_io *io)
{
	return ((loff_t)(io->sector + io->nr_sectors) << SECTOR_SHIFT) - 1;
}

static int drop_pages(struct floop_io *io)
{
	struct address_space *mapping = io->claim->backing->inode->i_mapping;
	unsigned int i;
	int err;

	for (i = 0; i < NR_TRIES; i++) {
		err = invalidate_inode_pages2_range(mapping,
						    io_first_byte(io) >> PAGE_SHIFT,
						    io_last_byte(io) >> PAGE_SHIFT);
		if (!err)
			return 0;
		msleep(TRY_MS);
	}
	return err;
}

/*
 * Pages are released with GFP_KERNEL inside, hence the memalloc scope.  A page
 * that can not be dropped would be read as if the write had not happened: then
 * it has not.
 */
static void drop_work(struct work_struct *work)
{
	struct floop_io *io = container_of(work, struct floop_io, work);
	unsigned int noio = memalloc_noio_save();
	int err = drop_pages(io);

	memalloc_noio_restore(noio);
	atomic64_inc(&io->claim->backing->invalidated);
	if (err) {
		pr_err_ratelimited("fastloop: inode %lu: cached pages can not be dropped, write at sector %llu fails (%d)\n",
				   io->claim->backing->inode->i_ino, io->sector, err);
		io->bio->bi_status = BLK_STS_IOERR;
	}
	bio_endio(io->bio);
}

bool floop_cache_drop(struct floop_io *io)
{
	struct address_space *mapping = io->claim->backing->inode->i_mapping;

	/*
	 * A lower device that completes in its submitter's context has only
	 * just written; the look into the cache must not come before.
	 */
	smp_mb();
	if (likely(!READ_ONCE(mapping->nrpages)))
		return false;
	if (!filemap_range_has_page(mapping, io_first_byte(io), io_last_byte(io)))
		return false;
	INIT_WORK(&io->work, drop_work);
	queue_work(floop_queue_invalidate, &io->work);
	return true;
}
