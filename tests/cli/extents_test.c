// SPDX-License-Identifier: GPL-2.0-only
/*
 * Summing up extents, with a file system that is an array: what merges, what is
 * cut off, what is a hole, over more extents than one call returns.
 */
#include <errno.h>
#include <linux/fiemap.h>
#include <linux/fs.h>
#include <stdarg.h>
#include <sys/ioctl.h>
#include <sys/vfs.h>
#include <unistd.h>

#include "test.h"

#include "extents.h"

#define KIB 1024ULL

static struct fiemap_extent disk[2000];
static unsigned int nr_disk;
static int fat_blocks[8];	/* by cluster of two blocks */
static int fiemap_errno;
static unsigned int nr_synced, nr_calls;

static void extent(uint64_t logical, uint64_t physical, uint64_t len, uint32_t flags)
{
	disk[nr_disk++] = (struct fiemap_extent) {
		.fe_logical = logical,
		.fe_physical = physical,
		.fe_length = len,
		.fe_flags = flags,
	};
}

static int fiemap(struct fiemap *map)
{
	unsigned int i;

	if (fiemap_errno) {
		errno = fiemap_errno;
		return -1;
	}
	nr_calls++;
	nr_synced += !!(map->fm_flags & FIEMAP_FLAG_SYNC);
	map->fm_mapped_extents = 0;
	for (i = 0; i < nr_disk && map->fm_mapped_extents < map->fm_extent_count; i++)
		if (disk[i].fe_logical + disk[i].fe_length > map->fm_start &&
		    disk[i].fe_logical < map->fm_start + map->fm_length)
			map->fm_extents[map->fm_mapped_extents++] = disk[i];
	return 0;
}

int test_ioctl(int fd, unsigned long request, ...)
{
	va_list args;
	void *arg;

	(void)fd;
	va_start(args, request);
	arg = va_arg(args, void *);
	va_end(args);
	switch (request) {
	case FS_IOC_FIEMAP:
		return fiemap(arg);
	case FIGETBSZ:
		*(int *)arg = 512;
		return 0;
	case FIBMAP:
		*(int *)arg = fat_blocks[*(int *)arg / 2] + *(int *)arg % 2;
		return 0;
	}
	return -1;
}

int test_fstatfs(int fd, struct statfs *fs)
{
	(void)fd;
	fs->f_bsize = 1024;
	return 0;
}

int test_fsync(int fd)
{
	(void)fd;
	nr_synced++;
	return 0;
}

static struct extents sum(uint64_t offset, uint64_t size)
{
	struct range range = { offset, size };
	struct extents extents;

	nr_synced = 0;
	nr_calls = 0;
	CHECK(!extents_read(&extents, 0, &range, 512));
	CHECK(extents.is_known);
	CHECK(nr_synced == 1);
	CHECK(extents.mapped_bytes + extents.hole_bytes + extents.unwritten_bytes == size);
	return extents;
}

static void merging(void)
{
	struct extents e;

	nr_disk = 0;
	extent(0, 64 * KIB, 8 * KIB, 0);
	extent(8 * KIB, 72 * KIB, 4 * KIB, 0);			/* goes on there */
	extent(12 * KIB, 80 * KIB, 4 * KIB, 0);			/* elsewhere */
	extent(20 * KIB, 84 * KIB, 4 * KIB, FIEMAP_EXTENT_LAST);	/* behind a hole */
	e = sum(0, 24 * KIB);
	CHECK(e.nr == 3);
	CHECK(e.mapped_bytes == 20 * KIB);
	CHECK(e.hole_bytes == 4 * KIB);
	e = sum(4 * KIB, 8 * KIB);
	CHECK(e.nr == 1);
	e = sum(9 * KIB, 2 * KIB);		/* inside one extent */
	CHECK(e.nr == 1 && e.mapped_bytes == 2 * KIB);
}

static void holes(void)
{
	struct extents e;

	nr_disk = 0;
	e = sum(0, 16 * KIB);
	CHECK(!e.nr && e.hole_bytes == 16 * KIB);
	extent(4 * KIB, 64 * KIB, 4 * KIB, FIEMAP_EXTENT_LAST);
	e = sum(0, 16 * KIB);
	CHECK(e.nr == 1 && e.hole_bytes == 12 * KIB);
	e = sum(4 * KIB, 4 * KIB);
	CHECK(e.nr == 1 && !e.hole_bytes);
	e = sum(8 * KIB, 4 * KIB);
	CHECK(!e.nr && e.hole_bytes == 4 * KIB);
	e = sum(2 * KIB, 4 * KIB);
	CHECK(e.nr == 1 && e.hole_bytes == 2 * KIB && e.mapped_bytes == 2 * KIB);
}

static void kinds(void)
{
	struct extents e;

	nr_disk = 0;
	extent(0, 64 * KIB, 4 * KIB, 0);
	extent(4 * KIB, 68 * KIB, 4 * KIB, FIEMAP_EXTENT_UNWRITTEN);
	extent(8 * KIB, 72 * KIB, 4 * KIB, FIEMAP_EXTENT_LAST);
	e = sum(0, 12 * KIB);
	CHECK(e.nr == 2 && e.unwritten_bytes == 4 * KIB);
	CHECK(!e.has_shared && !e.has_inline && !e.has_encoded && !e.has_unaligned);

	nr_disk = 0;
	extent(0, 64 * KIB, 4 * KIB, FIEMAP_EXTENT_SHARED);
	extent(4 * KIB, 0, 4 * KIB, FIEMAP_EXTENT_UNKNOWN | FIEMAP_EXTENT_DELALLOC);
	extent(8 * KIB, 1 * KIB, 4 * KIB, FIEMAP_EXTENT_ENCODED);
	extent(12 * KIB, 100, 4 * KIB, FIEMAP_EXTENT_LAST);
	e = sum(0, 16 * KIB);
	CHECK(e.has_shared && e.has_encoded && e.has_unaligned && !e.has_inline);
	CHECK(e.unwritten_bytes == 4 * KIB);
	e = sum(0, 4 * KIB);
	CHECK(e.has_shared && !e.has_encoded && !e.has_unaligned);
	e = sum(4 * KIB, 4 * KIB);
	CHECK(!e.has_shared);

	nr_disk = 0;
	extent(0, 0, 4 * KIB, FIEMAP_EXTENT_DATA_INLINE | FIEMAP_EXTENT_NOT_ALIGNED |
			      FIEMAP_EXTENT_LAST);
	CHECK(sum(0, 4 * KIB).has_inline);
}

static void many(void)
{
	struct extents e;
	unsigned int i;

	nr_disk = 0;
	for (i = 0; i < 2000; i++)
		extent(i * 4 * KIB, i * 8 * KIB, 4 * KIB, i == 1999 ? FIEMAP_EXTENT_LAST : 0);
	e = sum(0, 8000 * KIB);
	CHECK(e.nr == 2000 && !e.hole_bytes);
	CHECK(nr_calls > 1);
}

static void fat(void)
{
	static const int blocks[8] = { 100, 102, 104, 200, 202, 100 };
	struct extents e;

	memcpy(fat_blocks, blocks, sizeof(blocks));
	fiemap_errno = EOPNOTSUPP;
	e = sum(0, 6 * KIB);
	CHECK(e.nr == 3 && e.mapped_bytes == 6 * KIB);
	e = sum(512, 2 * KIB);			/* parts of three clusters */
	CHECK(e.nr == 1 && e.mapped_bytes == 2 * KIB);
	CHECK(sum(2 * KIB, 2 * KIB).nr == 2);
}

static void errors(void)
{
	struct range range = { 0, 4096 };
	struct extents extents;

	fiemap_errno = EIO;
	CHECK(extents_read(&extents, 0, &range, 512) == -EIO);
	CHECK(!extents.is_known);
}

int main(void)
{
	merging();
	holes();
	kinds();
	many();
	fat();
	errors();
	return 0;
}
