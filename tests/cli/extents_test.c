// SPDX-License-Identifier: GPL-2.0-only
/*
 * Runs of a file and their sum, with a file system that is an array: what merges,
 * what is cut off, what is a hole, over more extents than one call returns; who is
 * asked next; and that there is an end.
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
static int fiemap_errno, fibmap_errno;
static uint64_t fibmap_known = UINT64_MAX;	/* blocks that it has numbers for */
static unsigned int nr_synced, nr_calls;
static bool is_stuck;				/* FIEMAP begins where the file begins */
static off_t seek_data[3], seek_hole[3];	/* a file's three pieces of data, by where they end */
static bool is_seek_false;			/* what SEEK_DATA found is a hole right after */

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
		if (is_stuck ||
		    (disk[i].fe_logical + disk[i].fe_length > map->fm_start &&
		     disk[i].fe_logical < map->fm_start + map->fm_length))
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
		if (fibmap_errno && (uint64_t)*(int *)arg >= fibmap_known) {
			errno = fibmap_errno;
			return -1;
		}
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

off_t test_lseek(int fd, off_t pos, int whence)
{
	unsigned int i;

	(void)fd;
	for (i = 0; i < 3; i++) {
		if (pos >= seek_hole[i])
			continue;
		if (whence == SEEK_HOLE)
			return is_seek_false ? pos : seek_hole[i];
		return pos < seek_data[i] ? seek_data[i] : pos;
	}
	errno = ENXIO;
	return -1;
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

/* --- a run at a time */

static struct run given[16];
static unsigned int nr_given;

static void give(const struct run *run, void *arg)
{
	(void)arg;
	CHECK(nr_given < 16);
	CHECK(!nr_given || run->pos == given[nr_given - 1].pos + given[nr_given - 1].len);
	given[nr_given++] = *run;
}

static enum run_source ask(uint64_t offset, uint64_t size, struct run_options options)
{
	struct range range = { offset, size };

	nr_given = 0;
	nr_synced = 0;
	nr_disk = fiemap_errno ? 0 : nr_disk;
	CHECK(!runs_visit(0, &range, &options, give, NULL));
	CHECK(given[0].pos == offset);
	CHECK(given[nr_given - 1].pos + given[nr_given - 1].len == offset + size);
	CHECK(options.is_forbidden == (fibmap_errno == EPERM && fiemap_errno));
	return options.source;
}

static void each_kind(void)
{
	static const struct {
		uint32_t flags;
		enum run_kind kind;
		bool has_place;
	} rows[] = {
		{ 0, RUN_DATA, true },
		{ FIEMAP_EXTENT_ENCODED, RUN_DATA, true },
		{ FIEMAP_EXTENT_SHARED | FIEMAP_EXTENT_ENCODED, RUN_SHARED, true },
		{ FIEMAP_EXTENT_UNWRITTEN, RUN_UNWRITTEN, true },
		{ FIEMAP_EXTENT_UNWRITTEN | FIEMAP_EXTENT_SHARED, RUN_UNWRITTEN, true },
		{ FIEMAP_EXTENT_DELALLOC | FIEMAP_EXTENT_UNKNOWN, RUN_DELAYED, false },
		{ FIEMAP_EXTENT_UNKNOWN, RUN_UNPLACED, false },
		{ FIEMAP_EXTENT_DATA_INLINE | FIEMAP_EXTENT_NOT_ALIGNED, RUN_INLINE, false },
		{ FIEMAP_EXTENT_DATA_TAIL, RUN_INLINE, false },
	};
	const unsigned int nr = sizeof(rows) / sizeof(rows[0]);
	unsigned int i;

	fiemap_errno = 0;
	nr_disk = 0;
	for (i = 0; i < nr; i++)
		extent((i + 1) * 4 * KIB, (i + 100) * 4 * KIB, 4 * KIB, rows[i].flags);
	CHECK(ask(6 * KIB, (nr + 1) * 4 * KIB, (struct run_options) { 0 }) == RUNS_BY_FIEMAP);
	CHECK(!nr_synced);
	CHECK(given[0].place == 402 * KIB && given[0].len == 2 * KIB);
	CHECK(given[nr].kind == RUN_HOLE && nr_given == nr + 1);
	for (i = 0; i < nr; i++) {
		CHECK(given[i].kind == rows[i].kind);
		CHECK(run_has_place(&given[i]) == rows[i].has_place);
		CHECK(given[i].flags == rows[i].flags);
	}
	ask(0, 8 * KIB, (struct run_options) { .has_sync = true });
	CHECK(nr_synced == 1);
	CHECK(nr_given == 2 && given[0].kind == RUN_HOLE && given[1].kind == RUN_DATA);
}

static void seeks_set(off_t data0, off_t hole0, off_t data1, off_t hole1)
{
	seek_data[0] = data0;
	seek_hole[0] = hole0;
	seek_data[1] = seek_data[2] = data1;
	seek_hole[1] = seek_hole[2] = hole1;
}

static void who_is_asked(void)
{
	const struct run_options any = { .last = RUNS_BY_SEEK };

	fiemap_errno = EOPNOTSUPP;
	fibmap_errno = EINVAL;
	fibmap_known = 0;
	seeks_set(4 * KIB, 8 * KIB, 12 * KIB, 20 * KIB);
	CHECK(ask(0, 24 * KIB, any) == RUNS_BY_SEEK);
	CHECK(nr_given == 5);
	CHECK(given[1].kind == RUN_DATA && given[1].pos == 4 * KIB && given[1].len == 4 * KIB);
	CHECK(!run_has_place(&given[1]));
	CHECK(given[4].kind == RUN_HOLE && given[4].len == 4 * KIB);
	fibmap_errno = EPERM;
	CHECK(ask(6 * KIB, 4 * KIB, any) == RUNS_BY_SEEK);
	CHECK(nr_given == 2 && given[0].len == 2 * KIB);

	/* The numbers end in the middle. */
	fibmap_errno = ERANGE;
	fibmap_known = 4;
	seeks_set(0, 4 * KIB, 0, 4 * KIB);
	CHECK(ask(0, 4 * KIB, any) == RUNS_BY_SEEK);
	CHECK(nr_given == 3 && given[2].len == 2 * KIB);
	CHECK(run_has_place(&given[1]) && !run_has_place(&given[2]));

	/* "No block" of what is no hole */
	fibmap_errno = 0;
	memset(fat_blocks, 0, sizeof(fat_blocks));
	CHECK(ask(0, 1 * KIB, any) == RUNS_BY_FIBMAP);
	CHECK(nr_given == 1 && given[0].kind == RUN_UNPLACED);
	seeks_set(1 * KIB, 4 * KIB, 1 * KIB, 4 * KIB);
	CHECK(ask(0, 1 * KIB, any) == RUNS_BY_FIBMAP);
	CHECK(nr_given == 1 && given[0].kind == RUN_HOLE);
}

/* A file system that says the same again and again, and a file that changes all the time */
static void an_end(void)
{
	const struct range range = { 0, 32 * KIB };
	struct run_options options = { .last = RUNS_BY_SEEK };

	fiemap_errno = 0;
	nr_disk = 0;
	extent(4 * KIB, 64 * KIB, 4 * KIB, 0);
	nr_given = 0;
	is_stuck = true;
	CHECK(runs_visit(0, &range, &options, give, NULL) == -EIO);
	CHECK(nr_given == 2);

	fiemap_errno = EOPNOTSUPP;
	fibmap_errno = EINVAL;
	fibmap_known = 0;
	is_seek_false = true;
	seeks_set(0, 32 * KIB, 0, 32 * KIB);
	CHECK(ask(0, 32 * KIB, options) == RUNS_BY_SEEK);
	CHECK(given[0].kind == RUN_HOLE);
}

int main(void)
{
	merging();
	holes();
	kinds();
	many();
	fat();
	errors();
	each_kind();
	who_is_asked();
	an_end();
	return 0;
}
