// SPDX-License-Identifier: GPL-2.0-only
/*
 * What a look-up costs in userspace, RCU left out (it is free in a kernel
 * without preemption).  A figure to watch while working on extent_map.c, no
 * test: make -C tests/unit cost
 */
#include <linux/perf_event.h>
#include <sys/syscall.h>
#include <time.h>
#include <unistd.h>

#include "extent_map.h"
#include "pure_user.h"
#include "test.h"

#define NR_LOOKUPS	10000000ULL
#define EXTENT		8U

static double now_ns(void)
{
	struct timespec now;

	clock_gettime(CLOCK_MONOTONIC, &now);
	return now.tv_sec * 1e9 + now.tv_nsec;
}

/* -1 where the machine does not count */
static int open_instruction_counter(void)
{
	struct perf_event_attr attr = {
		.type = PERF_TYPE_HARDWARE,
		.size = sizeof(attr),
		.config = PERF_COUNT_HW_INSTRUCTIONS,
		.exclude_kernel = 1,
	};

	return syscall(SYS_perf_event_open, &attr, 0, -1, -1, 0);
}

static u64 read_counter(int fd)
{
	u64 value = 0;

	if (fd < 0 || read(fd, &value, sizeof(value)) != sizeof(value))
		return 0;
	return value;
}

static void load(struct floop_extent_map *map, u64 nr)
{
	struct floop_extent extent = { .nr_sectors = EXTENT, .state = FLOOP_EXTENT_MAPPED };

	for (extent.sector = 0; extent.sector < nr * EXTENT; extent.sector += EXTENT) {
		extent.lower = (1ULL << 40) - extent.sector;
		if (floop_map_set(map, &extent, 1))
			abort();
		if (extent.sector % 1024 == 0)
			pure_quiesce();
	}
}

/*
 * Random sectors.  Each look-up waits for the one before it, as bios of a
 * queue depth of one do; what making up the sector costs is taken off.
 */
static double lookups(const struct floop_extent_map *map, bool look)
{
	struct floop_extent found = { };
	unsigned long long state = 1;
	u64 i, sector = 0;
	double begin = now_ns();

	for (i = 0; i < NR_LOOKUPS; i++) {
		state += sector & 1;
		sector = (test_random(&state) >> 32) * map->nr_sectors >> 32;
		if (look)
			floop_map_lookup(map, sector, &found);
		sector = found.lower;
	}
	return (now_ns() - begin) / NR_LOOKUPS;
}

static void measure(u64 nr)
{
	struct floop_extent_map map;
	struct floop_map_usage usage;
	double begin, load_ns, empty, full;
	u64 before, instructions;
	int counter = open_instruction_counter();

	if (floop_map_init(&map, nr * EXTENT, (size_t)1 << 32))
		abort();
	begin = now_ns();
	load(&map, nr);
	load_ns = (now_ns() - begin) / nr;
	floop_map_usage(&map, 0, U64_MAX, &usage);
	empty = lookups(&map, false);
	before = read_counter(counter);
	full = lookups(&map, true);
	instructions = read_counter(counter) - before;
	printf("%8llu extents: %5.2f bytes each, load %6.0f ns each, look-up %6.1f ns",
	       usage.extents, (double)usage.bytes / usage.extents, load_ns, full - empty);
	if (instructions)
		printf(", %.0f instructions", (double)instructions / NR_LOOKUPS);
	printf("\n");
	floop_map_deinit(&map);
	close(counter);
}

int main(void)
{
	measure(1);
	measure(200);
	measure(1000);
	measure(10000);
	measure(100000);
	measure(1000000);
	return 0;
}
