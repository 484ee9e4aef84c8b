// SPDX-License-Identifier: GPL-2.0-only
/*
 * FIEMAP where there is one.  FAT has none: there FIBMAP is asked once for each
 * cluster, which root alone may do.
 */
#include <errno.h>
#include <linux/fiemap.h>
#include <linux/fs.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/stat.h>
#include <sys/statfs.h>
#include <unistd.h>

#include "extents.h"

#define BATCH 512	/* extents asked for at once */

/* What is summed up so far */
struct walk {
	struct extents *extents;
	uint64_t pos;		/* bytes in the file, where the next extent should start */
	uint64_t end;
	uint64_t next_place;	/* bytes on the device, behind the last written extent */
	bool is_after_written;
	unsigned int block_size;
};

static void hole_add(struct walk *walk, uint64_t end)
{
	if (end <= walk->pos)
		return;
	walk->extents->hole_bytes += end - walk->pos;
	walk->is_after_written = false;
	walk->pos = end;
}

static void written_add(struct walk *walk, uint64_t place, uint64_t len)
{
	if (!walk->is_after_written || place != walk->next_place)
		walk->extents->nr++;
	if (place % walk->block_size || len % walk->block_size)
		walk->extents->has_unaligned = true;
	walk->extents->mapped_bytes += len;
	walk->next_place = place + len;
	walk->is_after_written = true;
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

/*
 * One extent, cut to the range.  One that the file system has put nowhere yet
 * counts as unwritten.
 */
static void extent_add(struct walk *walk, const struct fiemap_extent *extent)
{
	uint64_t start = extent->fe_logical, end = start + extent->fe_length;

	hole_add(walk, start < walk->end ? start : walk->end);
	start = start < walk->pos ? walk->pos : start;
	end = end > walk->end ? walk->end : end;
	if (start >= end)
		return;
	flags_add(walk->extents, extent->fe_flags);
	if (extent->fe_flags & (FIEMAP_EXTENT_UNWRITTEN | FIEMAP_EXTENT_UNKNOWN)) {
		walk->extents->unwritten_bytes += end - start;
		walk->is_after_written = false;
	} else {
		written_add(walk, extent->fe_physical + (start - extent->fe_logical),
			    end - start);
	}
	walk->pos = end;
}

/* True while there is more to come */
static bool batch_add(struct walk *walk, const struct fiemap *map)
{
	uint32_t i;

	for (i = 0; i < map->fm_mapped_extents; i++) {
		extent_add(walk, &map->fm_extents[i]);
		if (map->fm_extents[i].fe_flags & FIEMAP_EXTENT_LAST)
			return false;
	}
	return map->fm_mapped_extents && walk->pos < walk->end;
}

static int fiemap_read(struct walk *walk, int fd)
{
	struct fiemap *map = calloc(1, sizeof(*map) + BATCH * sizeof(map->fm_extents[0]));
	uint32_t flags = FIEMAP_FLAG_SYNC;
	int err = 0;

	if (!map)
		return -ENOMEM;
	do {
		map->fm_start = walk->pos;
		map->fm_length = walk->end - walk->pos;
		map->fm_flags = flags;
		map->fm_extent_count = BATCH;
		flags = 0;
		if (ioctl(fd, FS_IOC_FIEMAP, map))
			err = -errno;
	} while (!err && batch_add(walk, map));
	free(map);
	if (!err)
		hole_add(walk, walk->end);
	return err;
}

/* A cluster of FAT, whose blocks are numbered in units of @unit bytes */
static int cluster_add(struct walk *walk, int fd, uint64_t unit, uint64_t end)
{
	int block = (int)(walk->pos / unit);

	if (ioctl(fd, FIBMAP, &block))
		return -errno;
	if (block)
		written_add(walk, (uint64_t)(unsigned int)block * unit + walk->pos % unit,
			    end - walk->pos);
	else
		hole_add(walk, end);
	walk->pos = end;
	return 0;
}

static int fibmap_read(struct walk *walk, int fd)
{
	struct statfs fs;
	uint64_t cluster, end;
	int unit = 0, err = 0;

	if (ioctl(fd, FIGETBSZ, &unit) || fstatfs(fd, &fs) || unit <= 0 || fs.f_bsize <= 0)
		return -EOPNOTSUPP;
	cluster = (uint64_t)fs.f_bsize;
	while (!err && walk->pos < walk->end) {
		end = (walk->pos / cluster + 1) * cluster;
		err = cluster_add(walk, fd, (uint64_t)unit, end < walk->end ? end : walk->end);
	}
	return err;
}

int extents_read(struct extents *extents, int fd, const struct range *range,
		 unsigned int block_size)
{
	struct walk walk = {
		.extents = extents,
		.pos = range->offset,
		.end = range->offset + range->size,
		.block_size = block_size,
	};
	int err;

	*extents = (struct extents) { 0 };
	err = fiemap_read(&walk, fd);
	if (err == -EOPNOTSUPP || err == -ENOTTY) {
		fsync(fd);
		err = fibmap_read(&walk, fd);
	}
	extents->is_known = !err;
	return err;
}
