// SPDX-License-Identifier: GPL-2.0-only
#include <linux/fiemap.h>

#include "extents.h"

static void written_add(struct extents_sum *sum, const struct run *run)
{
	struct extents *extents = sum->extents;

	if (!sum->is_after_written || run->place != sum->next_place) {
		extents->nr++;
		sum->len = 0;
	}
	if (run->place % sum->block_size || run->len % sum->block_size)
		extents->has_unaligned = true;
	extents->mapped_bytes += run->len;
	sum->len += run->len;
	if (sum->len > extents->largest)
		extents->largest = sum->len;
	sum->next_place = run->place + run->len;
	sum->is_after_written = true;
}

static void flags_add(struct extents *extents, uint32_t flags)
{
	if (flags & FIEMAP_EXTENT_SHARED)
		extents->has_shared = true;
	if (flags & (FIEMAP_EXTENT_DATA_INLINE | FIEMAP_EXTENT_DATA_TAIL))
		extents->has_inline = true;
	else if (flags & FIEMAP_EXTENT_NOT_ALIGNED)
		extents->has_unaligned = true;
	if (flags & FIEMAP_EXTENT_DATA_ENCRYPTED)
		extents->has_encrypted = true;
	else if (flags & FIEMAP_EXTENT_ENCODED)
		extents->has_encoded = true;
}

/* What the file system has put nowhere yet counts as unwritten. */
void extents_add(struct extents_sum *sum, const struct run *run)
{
	flags_add(sum->extents, run->flags);
	if (run->kind == RUN_HOLE) {
		sum->extents->hole_bytes += run->len;
		sum->is_after_written = false;
	} else if (run->flags & (FIEMAP_EXTENT_UNWRITTEN | FIEMAP_EXTENT_UNKNOWN)) {
		sum->extents->unwritten_bytes += run->len;
		sum->is_after_written = false;
	} else {
		written_add(sum, run);
	}
}

static void run_add(const struct run *run, void *arg)
{
	extents_add(arg, run);
}

int extents_read(struct extents *extents, int fd, const struct range *range,
		 unsigned int block_size)
{
	struct extents_sum sum = { .extents = extents, .block_size = block_size };
	struct run_options options = { .has_sync = true, .last = RUNS_BY_FIBMAP };
	int err;

	*extents = (struct extents) { 0 };
	err = runs_visit(fd, range, &options, run_add, &sum);
	extents->is_known = !err;
	return err;
}
