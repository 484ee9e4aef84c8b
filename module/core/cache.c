// SPDX-License-Identifier: GPL-2.0-only
/*
 * Cached pages of the backing file after a remapped write.
 *
 * A remapped write goes past the page cache.  A page of its range that is
 * cached holds what was there before, and a reader of the file must not see
 * that once the write has completed; so it is dropped before the completion.
 * Nothing is lost on the way: such a page was inserted before the read that
 * filled it, that read came before our write, and we look after our write.
 * A page can not be dirty, because nobody else writes; to a block device somebody
 * may, and is not waited for.
 */
#include <linux/delay.h>
#include <linux/pagemap.h>
#include <linux/sched/mm.h>
#include <linux/sizes.h>

#include "cache.h"
#include "claim.h"
#include "hold.h"

/* A page can be busy for a moment, while its reader waits for the disk. */
#define TRY_MS		10
#define LOG_TRIES	500

/* From so many sectors on, even looking is no work for an interrupt. */
#define LOOK_SECTORS	(SZ_1M >> SECTOR_SHIFT)

static loff_t io_first_byte(const struct floop_io *io)
{
	return (loff_t)io->sector << SECTOR_SHIFT;
}

static loff_t io_last_byte(const struct floop_io *io)
{
	return ((loff_t)(io->sector + io->nr_sectors) << SECTOR_SHIFT) - 1;
}

static int drop_pages_once(struct floop_io *io)
{
	return invalidate_inode_pages2_range(io->claim->backing->inode->i_mapping,
					     io_first_byte(io) >> PAGE_SHIFT,
					     io_last_byte(io) >> PAGE_SHIFT);
}

/*
 * Until they are gone: completing earlier would let the file's readers see
 * what was there before, and failing would deny a write that has happened.
 * Pages are released with GFP_KERNEL inside, hence the memalloc scope.
 */
static void drop_work(struct work_struct *work)
{
	struct floop_io *io = container_of(work, struct floop_io, work);
	unsigned int noio = memalloc_noio_save();
	unsigned int tries = 0;

	floop_hold(FLOOP_HOLD_CACHE_DROP);
	while (drop_pages_once(io) && !floop_backing_is_device(io->claim->backing)) {
		msleep(TRY_MS);
		if (++tries % LOG_TRIES == 0)
			pr_err_ratelimited("fastloop: inode %lu: can not drop cached pages at sector %llu, a write waits\n",
					   io->claim->backing->inode->i_ino, io->sector);
	}
	memalloc_noio_restore(noio);
	atomic64_inc(&io->claim->backing->invalidated);
	bio_endio(io->bio);
}

/*
 * The look has to come after the write, also when the lower device completed it
 * on this very CPU.
 */
bool floop_cache_drop(struct floop_io *io)
{
	struct address_space *mapping = io->claim->backing->inode->i_mapping;

	smp_mb();
	if (likely(!READ_ONCE(mapping->nrpages)))
		return false;
	if (io->nr_sectors <= LOOK_SECTORS &&
	    !filemap_range_has_page(mapping, io_first_byte(io), io_last_byte(io)))
		return false;
	INIT_WORK(&io->work, drop_work);
	queue_work(io->claim->backing->queues.invalidate, &io->work);
	return true;
}
