// SPDX-License-Identifier: GPL-2.0-only
/*
 * Look-ups that race with one updater: what is found is always whole, always
 * true of some moment, and never older than what was finished before the
 * look-up began.  Built under ASan (memory freed too early) and under TSan
 * (memory read before it was written).
 *
 * The file is a row of blocks.  In generation g a block has two extents, cut
 * at a place that depends on g; lower sectors carry g.  So a mixture of two
 * generations can not be mistaken for either.
 */
#include <pthread.h>
#include <sched.h>

#include "test.h"

#include "extent_map.h"
#include "pure_user.h"

#define NR_BLOCKS	64U
#define BLOCK		64U		/* sectors */
#define NR_SECTORS	(NR_BLOCKS * BLOCK)
#define NR_READERS	3
#define NR_UPDATES	15000U
#define GENERATION	20		/* lower: generation above, sector below */

/* Blocks from here on are set only, never forgotten */
#define FIRST_KEPT	(NR_BLOCKS / 2)

struct race {
	struct floop_extent_map map;
	u64 finished[NR_BLOCKS];	/* generation of the last finished update */
	bool done;
	unsigned int begun;		/* readers */
	bool evicting;
};

struct reader {
	struct race *race;
	pthread_t thread;
	unsigned long long random;
	u64 lookups;
	const char *lie;
};

static u64 cut_of(u64 block, u64 generation)
{
	u64 state = block * 7919 + generation;

	return block * BLOCK + 1 + test_random((unsigned long long *)&state) % (BLOCK - 1);
}

/* The second extent lies half a generation further, so they do not merge. */
static u64 lower_of(u64 sector, u64 generation, bool second)
{
	return (generation << GENERATION) + (second ? 1ULL << (GENERATION - 1) : 0) + sector;
}

static void make_block(struct floop_extent *extents, u64 block, u64 generation)
{
	u64 begin = block * BLOCK, cut = cut_of(block, generation);

	extents[0] = (struct floop_extent) {
		begin, cut - begin, lower_of(begin, generation, false), FLOOP_EXTENT_MAPPED };
	extents[1] = (struct floop_extent) {
		cut, begin + BLOCK - cut, lower_of(cut, generation, true), FLOOP_EXTENT_MAPPED };
}

/* NULL, or what is wrong with @found, a mapped extent */
static const char *check_mapped(const struct floop_extent *found, u64 finished)
{
	u64 block = found->sector / BLOCK;
	u64 generation = found->lower >> GENERATION;
	u64 cut = cut_of(block, generation);
	bool second = found->sector >= cut;

	if (found->lower != lower_of(found->sector, generation, second))
		return "lower sector and extent do not belong together";
	if (found->sector + found->nr_sectors != (second ? (block + 1) * BLOCK : cut))
		return "extent ends in the wrong place";
	if (generation < finished)
		return "what was overwritten or forgotten is found";
	return NULL;
}

static const char *check_one(struct race *race, u64 sector)
{
	u64 block = sector / BLOCK;
	u64 finished = __atomic_load_n(&race->finished[block], __ATOMIC_ACQUIRE);
	struct floop_extent found;

	floop_map_lookup(&race->map, sector, &found);
	if (found.sector != sector || !found.nr_sectors)
		return "look-up answers another question";
	switch (found.state) {
	case FLOOP_EXTENT_MAPPED:
		return check_mapped(&found, finished);
	case FLOOP_EXTENT_UNKNOWN:
		if (finished && block >= FIRST_KEPT && !race->evicting)
			return "what was set is unknown";
		return NULL;
	default:
		return "a hole that nobody set";
	}
}

static void *read_on(void *data)
{
	struct reader *reader = data;
	struct race *race = reader->race;
	struct floop_map_usage usage;

	__atomic_add_fetch(&race->begun, 1, __ATOMIC_RELEASE);
	while (!__atomic_load_n(&race->done, __ATOMIC_ACQUIRE) && !reader->lie) {
		reader->lie = check_one(race, test_random(&reader->random) % NR_SECTORS);
		if (reader->lookups++ % 1024)
			continue;
		floop_map_usage(&race->map, 0, NR_SECTORS, &usage);
		if (usage.mapped_sectors > NR_SECTORS)
			reader->lie = "usage counts more than there is";
	}
	return NULL;
}

static void finish(struct race *race, u64 block, u64 nr, u64 generation)
{
	for (; nr--; block++)
		__atomic_store_n(&race->finished[block], generation, __ATOMIC_RELEASE);
}

static void update_once(struct race *race, unsigned long long *random, u64 generation)
{
	struct floop_extent extents[16];
	u64 block = test_random(random) % NR_BLOCKS;
	u64 nr = 1 + test_random(random) % 8;
	u64 i;

	nr = min(nr, NR_BLOCKS - block);
	if (block < FIRST_KEPT && test_random(random) % 3 == 0) {
		nr = min(nr, FIRST_KEPT - block);
		floop_map_forget(&race->map, block * BLOCK, nr * BLOCK);
	} else {
		for (i = 0; i < nr; i++)
			make_block(&extents[2 * i], block + i, generation);
		EXPECT(floop_map_set(&race->map, extents, 2 * nr) == 0);
	}
	finish(race, block, nr, generation);
}

static void run_race(size_t cap)
{
	static struct race race;
	struct reader readers[NR_READERS] = { };
	unsigned long long seed = test_seed(), random = seed;
	unsigned int i;
	u64 lookups = 0;

	memset(&race, 0, sizeof(race));
	race.evicting = cap < 32768;
	EXPECT(floop_map_init(&race.map, NR_SECTORS, cap) == 0);
	for (i = 0; i < NR_READERS; i++) {
		readers[i].race = &race;
		readers[i].random = seed + i;
		EXPECT(!pthread_create(&readers[i].thread, NULL, read_on, &readers[i]));
	}
	while (__atomic_load_n(&race.begun, __ATOMIC_ACQUIRE) < NR_READERS)
		sched_yield();
	for (i = 1; i <= NR_UPDATES && !test_failed(); i++) {
		update_once(&race, &random, i);
		if (i % 8 == 0)
			pure_quiesce();
		if (i % 256 == 0)
			sched_yield();
	}
	__atomic_store_n(&race.done, true, __ATOMIC_RELEASE);
	for (i = 0; i < NR_READERS; i++) {
		pthread_join(readers[i].thread, NULL);
		if (readers[i].lie)
			test_fail(__FILE__, __LINE__, readers[i].lie);
		lookups += readers[i].lookups;
	}
	EXPECT(lookups >= NR_UPDATES);
	test_note("%llu look-ups raced with %u updates, seed %llu", lookups, NR_UPDATES, seed);
	floop_map_deinit(&race.map);
	pure_quiesce();
	EXPECT(pure_live_objects() == 0);
}

static void look_ups_that_race_with_updates_are_true(void)
{
	run_race(1 << 20);
}

static void look_ups_that_race_with_evictions_are_true(void)
{
	run_race(3000);
}

static const struct test tests[] = {
	CLAIM(look_ups_that_race_with_updates_are_true),
	CLAIM(look_ups_that_race_with_evictions_are_true),
};

TEST_MAIN(tests)
