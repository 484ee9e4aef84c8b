// SPDX-License-Identifier: GPL-2.0-only
/*
 * What the disk offers to whoever is above it.
 *
 * One that may be mapped has the lower device's limits, whatever it is at the moment: they
 * must not change under a file system. One that goes by the page cache is bound by nothing
 * and has sectors of 512 bytes, as a loop device. Both have a cache that wants to be
 * flushed, even where the lower device has none: blocks that the file system has given out
 * and not committed.
 */
#include "disk.h"
#include "limits.h"

bool floop_block_size_is_valid(unsigned long size)
{
	return is_power_of_2(size) && size >= SECTOR_SIZE && size <= PAGE_SIZE;
}

/*
 * As the target decides, where its words were used: a mapped file keeps its blocks, one that
 * is not gives back what is discarded.
 */
static bool takes_discards(const struct floop_binding *b)
{
	if (!b->by_options)
		return true;
	if (b->options.discard != FLOOP_DISCARD_DEFAULT)
		return b->options.discard != FLOOP_DISCARD_IGNORE;
	return !floop_claim_is_mapped(b->claim) || floop_claim_passes_discards(b->claim) ||
	       floop_claim_punches(b->claim);
}

static void offer_no_discards(struct queue_limits *lim)
{
	lim->max_discard_sectors = 0;
	lim->max_hw_discard_sectors = 0;
	lim->discard_granularity = 0;
	lim->discard_alignment = 0;
}

/* Of a device that goes by its page cache: zeroes are written there, as loop.ko has it. */
static bool punches_device(const struct floop_binding *b)
{
	struct block_device *lower = floop_claim_lower(b->claim);

	return lower && bdev_write_zeroes_sectors(lower);
}

/* Punched out of the file, or sent to the lower device, which knows its limits. */
static void offer_discards(struct queue_limits *lim, const struct floop_binding *b,
			   const struct block_device *lower)
{
	bool passes = floop_claim_passes_discards(b->claim);

	if (!takes_discards(b) || (passes && !lower && !punches_device(b))) {
		offer_no_discards(lim);
		return;
	}
	if (passes && lower)
		return;
	lim->max_discard_sectors = UINT_MAX >> SECTOR_SHIFT;
	lim->max_hw_discard_sectors = lim->max_discard_sectors;
	lim->discard_granularity = lim->physical_block_size;
	lim->discard_alignment = 0;
}

static void offer_blocks(struct queue_limits *lim, const struct floop_binding *b)
{
	unsigned int block = b->maps ? floop_claim_block_size(b->claim) : 0;

	lim->logical_block_size = max(lim->logical_block_size, b->block_size);
	block = max(block, lim->logical_block_size);
	lim->physical_block_size = max(lim->physical_block_size, block);
	lim->io_min = max(lim->io_min, block);
}

/* One with zones is never mapped, and what it asks of its users is not asked of ours. */
static struct block_device *limiting_device(const struct floop_binding *b)
{
	struct block_device *lower = b->maps ? floop_claim_lower(b->claim) : NULL;

	return lower && !bdev_is_zoned(lower) ? lower : NULL;
}

/* What is set already is not set again: the administrator may have made something of it. */
static int set(struct floop_disk *d, struct queue_limits *lim, struct block_device *lower)
{
	struct queue_limits wanted = *lim;
	int err;

	if (d->limited_by == lower && !memcmp(&d->limits, lim, sizeof(*lim)))
		return 0;
	err = floop_limits_commit(d->gd, lim, lower);
	if (!err) {
		d->limits = wanted;
		d->limited_by = lower;
	}
	return err;
}

int floop_limits_set(struct floop_disk *d, const struct floop_binding *b)
{
	struct block_device *lower = limiting_device(b);
	struct queue_limits lim;

	floop_limits_stack(&lim, lower);
	lim.max_secure_erase_sectors = 0;
	lim.max_zone_append_sectors = 0;
	offer_blocks(&lim, b);
	offer_discards(&lim, b, lower);
	return set(d, &lim, lower);
}

void floop_limits_clear(struct floop_disk *d)
{
	struct queue_limits lim;

	floop_limits_stack(&lim, NULL);
	lim.max_write_zeroes_sectors = 0;
	lim.max_zone_append_sectors = 0;
	memset(&d->limits, 0, sizeof(d->limits));	/* for the next one they are set anew */
	WARN_ON_ONCE(floop_limits_commit(d->gd, &lim, NULL));
}
