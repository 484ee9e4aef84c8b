// SPDX-License-Identifier: GPL-2.0-only
/*
 * FIEMAP where there is one.  FAT has none, but FIBMAP; and what has neither may
 * still know its holes.  Each step goes forward by a byte at least, up to an end
 * that was fixed before, or is the last one.
 */
#include <errno.h>
#include <linux/fiemap.h>
#include <linux/fs.h>
#include <stdlib.h>
#include <sys/ioctl.h>
#include <sys/statfs.h>
#include <unistd.h>

#include "runs.h"

#define BATCH 512	/* extents asked for at once */
#define HOLE_STEP 4096	/* bytes; what is skipped when data are gone once they are looked at */

struct walk {
	int fd;
	uint64_t pos;		/* bytes in the file, where the next run starts */
	uint64_t end;
	run_visit visit;
	void *arg;
};

static void run_give(struct walk *walk, struct run run, uint64_t end)
{
	if (end > walk->end)
		end = walk->end;
	if (end <= walk->pos)
		return;
	run.pos = walk->pos;
	run.len = end - walk->pos;
	walk->pos = end;
	walk->visit(&run, walk->arg);
}

static void hole_give(struct walk *walk, uint64_t end)
{
	run_give(walk, (struct run) { .kind = RUN_HOLE }, end);
}

static void unplaced_give(struct walk *walk, enum run_kind kind, uint64_t end)
{
	run_give(walk, (struct run) { .kind = kind, .flags = FIEMAP_EXTENT_UNKNOWN }, end);
}

/* --- FIEMAP */

static enum run_kind kind_of(uint32_t flags)
{
	if (flags & FIEMAP_EXTENT_DELALLOC)
		return RUN_DELAYED;
	if (flags & (FIEMAP_EXTENT_DATA_INLINE | FIEMAP_EXTENT_DATA_TAIL))
		return RUN_INLINE;
	if (flags & FIEMAP_EXTENT_UNKNOWN)
		return RUN_UNPLACED;
	if (flags & FIEMAP_EXTENT_UNWRITTEN)
		return RUN_UNWRITTEN;
	return flags & FIEMAP_EXTENT_SHARED ? RUN_SHARED : RUN_DATA;
}

/* Cut to the range; what lies before it has been given already. */
static void extent_give(struct walk *walk, const struct fiemap_extent *extent)
{
	struct run run = { .flags = extent->fe_flags, .kind = kind_of(extent->fe_flags) };

	hole_give(walk, extent->fe_logical);
	run.place = extent->fe_physical + (walk->pos - extent->fe_logical);
	run_give(walk, run, extent->fe_logical + extent->fe_length);
}

/* 1 while there is more to come, 0 at the end, -EIO if it would never come */
static int batch_give(struct walk *walk, const struct fiemap *map)
{
	uint64_t before = walk->pos;
	uint32_t i;

	for (i = 0; i < map->fm_mapped_extents; i++) {
		extent_give(walk, &map->fm_extents[i]);
		if (map->fm_extents[i].fe_flags & FIEMAP_EXTENT_LAST)
			return 0;
	}
	if (!map->fm_mapped_extents || walk->pos == walk->end)
		return 0;
	return walk->pos > before ? 1 : -EIO;
}

static int fiemap_walk(struct walk *walk, bool has_sync)
{
	struct fiemap *map = calloc(1, sizeof(*map) + BATCH * sizeof(map->fm_extents[0]));
	uint32_t flags = has_sync ? FIEMAP_FLAG_SYNC : 0;
	int more;

	if (!map)
		return -ENOMEM;
	do {
		map->fm_start = walk->pos;
		map->fm_length = walk->end - walk->pos;
		map->fm_flags = flags;
		map->fm_extent_count = BATCH;
		flags = 0;
		more = ioctl(walk->fd, FS_IOC_FIEMAP, map) ? -errno : batch_give(walk, map);
	} while (more > 0);
	free(map);
	if (!more)
		hole_give(walk, walk->end);
	return more;
}

/* --- FIBMAP */

/* FUSE says "no block" of all blocks where its server does not tell. */
static bool is_hole(const struct walk *walk)
{
	off_t data = lseek(walk->fd, (off_t)walk->pos, SEEK_DATA);

	return data < 0 ? errno == ENXIO : (uint64_t)data > walk->pos;
}

/* A cluster, whose blocks are numbered in units of @unit bytes */
static int cluster_give(struct walk *walk, uint64_t unit, uint64_t end)
{
	int block = (int)(walk->pos / unit);
	struct run run = { .kind = RUN_DATA };

	if (ioctl(walk->fd, FIBMAP, &block))
		return -errno;
	run.place = (uint64_t)(unsigned int)block * unit + walk->pos % unit;
	if (block)
		run_give(walk, run, end);
	else if (is_hole(walk))
		hole_give(walk, end);
	else
		unplaced_give(walk, RUN_UNPLACED, end);
	return 0;
}

static int fibmap_walk(struct walk *walk)
{
	struct statfs fs;
	uint64_t cluster;
	int unit = 0, err = 0;

	if (ioctl(walk->fd, FIGETBSZ, &unit) || fstatfs(walk->fd, &fs) || unit <= 0 ||
	    fs.f_bsize <= 0)
		return -EOPNOTSUPP;
	cluster = (uint64_t)fs.f_bsize;
	while (!err && walk->pos < walk->end)
		err = cluster_give(walk, (uint64_t)unit, (walk->pos / cluster + 1) * cluster);
	return err;
}

/* --- SEEK_DATA, SEEK_HOLE */

static int seek_walk(struct walk *walk)
{
	off_t data, hole;

	while (walk->pos < walk->end) {
		data = lseek(walk->fd, (off_t)walk->pos, SEEK_DATA);
		if (data < 0 && errno != ENXIO)
			return -errno;
		hole_give(walk, data < 0 ? walk->end : (uint64_t)data);
		hole = walk->pos < walk->end ? lseek(walk->fd, data, SEEK_HOLE) : data;
		if (hole > data)
			unplaced_give(walk, RUN_DATA, (uint64_t)hole);
		else
			hole_give(walk, walk->pos + HOLE_STEP);
	}
	return 0;
}

/* --- whoever tells */

/*
 * A file system without bmap() says EINVAL to FIBMAP, and ERANGE where a number
 * is too large for it.
 */
static bool has_no_answer(enum run_source source, int err)
{
	if (err == -EOPNOTSUPP || err == -ENOTTY)
		return true;
	return source == RUNS_BY_FIBMAP && (err == -EINVAL || err == -EPERM || err == -ERANGE);
}

static int source_walk(struct walk *walk, const struct run_options *options)
{
	switch (options->source) {
	case RUNS_BY_FIEMAP:
		return fiemap_walk(walk, options->has_sync);
	case RUNS_BY_FIBMAP:
		if (options->has_sync)
			fsync(walk->fd);
		return fibmap_walk(walk);
	default:
		return seek_walk(walk);
	}
}

bool run_has_place(const struct run *run)
{
	return run->kind <= RUN_UNWRITTEN && !(run->flags & FIEMAP_EXTENT_UNKNOWN);
}

/* Each goes on where the one before it knew no more. */
int runs_visit(int fd, const struct range *range, struct run_options *options,
	       run_visit visit, void *arg)
{
	struct walk walk = {
		.fd = fd,
		.pos = range->offset,
		.end = range->offset + range->size,
		.visit = visit,
		.arg = arg,
	};
	int err;

	options->source = RUNS_BY_FIEMAP;
	options->is_forbidden = false;
	while ((err = source_walk(&walk, options)) && options->source < options->last &&
	       has_no_answer(options->source, err)) {
		options->is_forbidden = err == -EPERM;
		options->source++;
	}
	return err;
}
