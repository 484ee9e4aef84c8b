// SPDX-License-Identifier: GPL-2.0-only
/*
 * A block device in the place of a file.
 *
 * What keeps the blocks still: they are the device's own, and each lies where its
 * number says.  It is opened for this use alone (O_EXCL), so that no file system is
 * mounted on it, or becomes so, and no other device is made of it; who opens it by
 * its node and writes is not kept off, as below any device.
 */
#include <linux/blkdev.h>

#include "guard.h"

static int block_check(struct floop_backing *b)
{
	b->unit_sectors = bdev_logical_block_size(b->lower) >> SECTOR_SHIFT;
	return 0;
}

/* What does not fit under the map's cap is looked up when it is needed. */
static int block_read_map(struct floop_backing *b, u64 sector, u64 nr_sectors,
			  bool pinned)
{
	const struct floop_extent all = {
		.sector = sector,
		.nr_sectors = nr_sectors,
		.lower = sector,
		.state = FLOOP_EXTENT_MAPPED,
	};
	int err;

	mutex_lock(&b->map_lock);
	err = floop_map_set(&b->map, &all, 1);
	mutex_unlock(&b->map_lock);
	if (err && err != -ENOSPC)
		return floop_fail(err, "no memory for the map of the device");
	return 0;
}

const struct floop_guard floop_guard_block = {
	.check		= block_check,
	.read_map	= block_read_map,
};
