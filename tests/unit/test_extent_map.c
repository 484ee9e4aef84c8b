// SPDX-License-Identifier: GPL-2.0-only
/*
 * Claims about module/core/extent_map.c.  Built twice: with leaves as they
 * are, and with leaves of a few runs, where splits and joins happen all the
 * time; claims about memory belong to the former only.
 */
#include <pthread.h>

#include "test.h"

#define CHECK(expr)	EXPECT(expr)
#include "map_model.h"

#define SMALL_LEAVES	(LEAF_RUNS_MAX < 250)
#define NO_CAP		((size_t)1 << 40)
#define NR_LOADED	100000U
#define BATCH		128U
/* Far enough apart that no two extents of scattered() continue each other */
#define STRIDE		8U

static struct floop_extent mapped(u64 sector, u64 nr_sectors, u64 lower)
{
	return (struct floop_extent) { sector, nr_sectors, lower, FLOOP_EXTENT_MAPPED };
}

static struct floop_extent hole(u64 sector, u64 nr_sectors)
{
	return (struct floop_extent) { sector, nr_sectors, 0, FLOOP_EXTENT_HOLE };
}

static struct floop_extent unknown(u64 sector, u64 nr_sectors)
{
	return (struct floop_extent) { sector, nr_sectors, 0, FLOOP_EXTENT_UNKNOWN };
}

static bool same(struct floop_extent a, struct floop_extent b)
{
	return a.sector == b.sector && a.nr_sectors == b.nr_sectors &&
	       a.lower == b.lower && a.state == b.state;
}

static struct floop_extent look_up(const struct model *model, u64 sector)
{
	struct floop_extent found;

	floop_map_lookup(&model->map, sector, &found);
	return found;
}

static int set_one(struct model *model, struct floop_extent extent)
{
	return model_set(model, &extent, 1);
}

/* Extent number @i of a file that lies on the lower device back to front */
static struct floop_extent scattered(u64 i)
{
	return mapped(i * STRIDE, STRIDE, (1ULL << 30) - i * STRIDE);
}

static void load_scattered(struct model *model, unsigned int nr)
{
	struct floop_extent batch[BATCH];
	unsigned int i, filled = 0;

	for (i = 0; i < nr; i++) {
		batch[filled++] = scattered(i);
		if (filled == BATCH || i + 1 == nr) {
			EXPECT(model_set(model, batch, filled) == 0);
			filled = 0;
		}
	}
}

/*
 * Plain operations
 */

static void new_map_is_all_unknown(void)
{
	struct model model;

	model_init(&model, 1000, NO_CAP);
	EXPECT(same(look_up(&model, 0), unknown(0, 1000)));
	EXPECT(same(look_up(&model, 999), unknown(999, 1)));
	model_compare(&model);
	model_deinit(&model);
}

static void look_up_past_the_end_finds_nothing(void)
{
	struct model model;

	model_init(&model, 1000, NO_CAP);
	set_one(&model, mapped(0, 1000, 5000));
	EXPECT(same(look_up(&model, 1000), unknown(1000, 0)));
	EXPECT(same(look_up(&model, U64_MAX), unknown(U64_MAX, 0)));
	model_deinit(&model);

	model_init(&model, 0, NO_CAP);
	EXPECT(same(look_up(&model, 0), unknown(0, 0)));
	model_check_order(&model.map);
	model_deinit(&model);
}

static void look_up_inside_an_extent_advances_lower(void)
{
	struct model model;

	model_init(&model, 1000, NO_CAP);
	set_one(&model, mapped(100, 50, 7000));
	EXPECT(same(look_up(&model, 100), mapped(100, 50, 7000)));
	EXPECT(same(look_up(&model, 149), mapped(149, 1, 7049)));
	EXPECT(same(look_up(&model, 150), unknown(150, 850)));
	EXPECT(same(look_up(&model, 99), unknown(99, 1)));
	model_deinit(&model);
}

static void lower_sectors_below_the_file_s_own_are_kept(void)
{
	struct model model;

	model_init(&model, 1000, NO_CAP);
	set_one(&model, mapped(900, 10, 0));
	set_one(&model, mapped(0, 10, PLACE_MASK - 10));
	EXPECT(same(look_up(&model, 905), mapped(905, 5, 5)));
	EXPECT(same(look_up(&model, 5), mapped(5, 5, PLACE_MASK - 5)));
	model_compare(&model);
	model_deinit(&model);
}

static void a_hole_is_not_unknown(void)
{
	struct model model;

	model_init(&model, 1000, NO_CAP);
	set_one(&model, hole(0, 500));
	EXPECT(same(look_up(&model, 10), hole(10, 490)));
	EXPECT(same(look_up(&model, 500), unknown(500, 500)));
	set_one(&model, hole(500, 500));
	EXPECT(same(look_up(&model, 0), hole(0, 1000)));
	model_deinit(&model);
}

static void writing_over_the_middle_keeps_both_sides(void)
{
	struct model model;

	model_init(&model, 1000, NO_CAP);
	set_one(&model, mapped(0, 1000, 10000));
	set_one(&model, mapped(400, 100, 50000));
	EXPECT(same(look_up(&model, 0), mapped(0, 400, 10000)));
	EXPECT(same(look_up(&model, 400), mapped(400, 100, 50000)));
	EXPECT(same(look_up(&model, 500), mapped(500, 500, 10500)));
	model_compare(&model);
	model_deinit(&model);
}

static void extents_that_continue_each_other_merge(void)
{
	struct floop_extent batch[] = {
		mapped(0, 10, 100), mapped(10, 10, 110), hole(20, 5), hole(25, 5),
	};
	struct model model;

	model_init(&model, 1000, NO_CAP);
	model_set(&model, batch, 4);
	EXPECT(same(look_up(&model, 0), mapped(0, 20, 100)));
	EXPECT(same(look_up(&model, 20), hole(20, 10)));
	set_one(&model, mapped(40, 10, 140));
	set_one(&model, mapped(20, 20, 120));
	EXPECT(same(look_up(&model, 0), mapped(0, 50, 100)));
	model_compare(&model);
	model_deinit(&model);
}

static void extents_that_lie_apart_do_not_merge(void)
{
	struct floop_extent batch[] = {
		mapped(0, 10, 100), mapped(10, 10, 111), mapped(20, 10, 101),
	};
	struct model model;

	model_init(&model, 30, NO_CAP);
	model_set(&model, batch, 3);
	EXPECT(same(look_up(&model, 0), batch[0]));
	EXPECT(same(look_up(&model, 10), batch[1]));
	EXPECT(same(look_up(&model, 20), batch[2]));
	model_deinit(&model);
}

static void setting_unknown_forgets(void)
{
	struct floop_extent batch[] = { hole(10, 10), unknown(20, 10), mapped(30, 10, 900) };
	struct model model;

	model_init(&model, 100, NO_CAP);
	set_one(&model, mapped(0, 100, 500));
	model_set(&model, batch, 3);
	EXPECT(same(look_up(&model, 20), unknown(20, 10)));
	model_compare(&model);
	model_deinit(&model);
}

static void setting_nothing_changes_nothing(void)
{
	struct model model;

	model_init(&model, 100, NO_CAP);
	set_one(&model, mapped(0, 100, 500));
	EXPECT(floop_map_set(&model.map, NULL, 0) == 0);
	model_compare(&model);
	model_deinit(&model);
}

static void forgetting_the_middle_keeps_both_sides(void)
{
	struct model model;

	model_init(&model, 1000, NO_CAP);
	set_one(&model, mapped(0, 1000, 10000));
	model_forget(&model, 400, 100);
	EXPECT(same(look_up(&model, 0), mapped(0, 400, 10000)));
	EXPECT(same(look_up(&model, 400), unknown(400, 100)));
	EXPECT(same(look_up(&model, 500), mapped(500, 500, 10500)));
	model_deinit(&model);
}

static void forgetting_past_the_end_is_harmless(void)
{
	struct model model;

	model_init(&model, 1000, NO_CAP);
	set_one(&model, mapped(0, 1000, 10000));
	model_forget(&model, 1000, 1);
	model_forget(&model, U64_MAX, U64_MAX);
	model_forget(&model, 10, 0);
	EXPECT(same(look_up(&model, 0), mapped(0, 1000, 10000)));
	model_forget(&model, 990, U64_MAX);
	EXPECT(same(look_up(&model, 0), mapped(0, 990, 10000)));
	model_compare(&model);
	model_deinit(&model);
}

static void refuses_extents_that_make_no_sense(void)
{
	const struct floop_extent bad[][2] = {
		{ hole(0, 10), hole(11, 5) },		/* a gap */
		{ hole(0, 10), hole(9, 5) },		/* overlap */
		{ hole(10, 5), hole(0, 10) },		/* wrong order */
		{ hole(0, 10), hole(10, 0) },		/* empty */
		{ hole(980, 10), hole(990, 11) },	/* past the end */
		{ hole(990, 10), hole(1000, 1) },
		{ hole(5, U64_MAX), hole(4, 1) },	/* overflow */
		{ hole(0, 10), { 10, 5, 0, 3 } },	/* no such state */
		{ hole(0, 10), mapped(10, 5, PLACE_MASK) },
		{ hole(0, 10), mapped(10, 5, U64_MAX) },
	};
	struct model model;
	unsigned int i;

	model_init(&model, 1000, NO_CAP);
	set_one(&model, mapped(0, 1000, 10000));
	for (i = 0; i < ARRAY_SIZE(bad); i++)
		EXPECT(floop_map_set(&model.map, bad[i], 2) == -EINVAL);
	model_compare(&model);
	model_deinit(&model);
}

static void deinit_tolerates_half_built_maps(void)
{
	struct floop_extent_map map;

	memset(&map, 0, sizeof(map));
	floop_map_deinit(&map);
	pure_fail_alloc(1);
	EXPECT(floop_map_init(&map, 1000, NO_CAP) == -ENOMEM);
	pure_fail_alloc(0);
	floop_map_deinit(&map);
	EXPECT(floop_map_init(&map, PLACE_MASK + 1, NO_CAP) == -EINVAL);
	floop_map_deinit(&map);
	EXPECT(pure_live_objects() == 0);
}

static void usage_counts_the_range_only(void)
{
	struct floop_extent batch[] = {
		mapped(0, 100, 500), hole(100, 100), mapped(200, 100, 9000),
	};
	struct floop_map_usage usage;
	struct model model;

	model_init(&model, 1000, NO_CAP);
	model_set(&model, batch, 3);
	floop_map_usage(&model.map, 0, 1000, &usage);
	EXPECT(usage.extents == 3 && usage.mapped_sectors == 200);
	floop_map_usage(&model.map, 50, 200, &usage);
	EXPECT(usage.extents == 3 && usage.mapped_sectors == 100);
	floop_map_usage(&model.map, 100, 100, &usage);
	EXPECT(usage.extents == 1 && usage.mapped_sectors == 0);
	floop_map_usage(&model.map, 299, U64_MAX, &usage);
	EXPECT(usage.extents == 1 && usage.mapped_sectors == 1);
	floop_map_usage(&model.map, 5000, 10, &usage);
	EXPECT(usage.extents == 0 && usage.bytes == model.map.bytes);
	model_deinit(&model);
}

/*
 * Many leaves
 */

static void scattered_files_are_found_extent_by_extent(void)
{
	struct model model;
	u64 i;

	model_init(&model, 3000 * STRIDE + 77, NO_CAP);
	load_scattered(&model, 3000);
	EXPECT(map_root(&model.map)->nr > 3000 / LEAF_RUNS_MAX);
	for (i = 0; i < 3000; i++)
		EXPECT(same(look_up(&model, i * STRIDE), scattered(i)));
	EXPECT(same(look_up(&model, 3000 * STRIDE), unknown(3000 * STRIDE, 77)));
	model_compare(&model);
	model_compare_usage(&model, 5, 20000);
	model_deinit(&model);
}

static void a_set_over_many_leaves_replaces_them(void)
{
	struct model model;

	model_init(&model, 3000 * STRIDE, NO_CAP);
	load_scattered(&model, 3000);
	set_one(&model, mapped(13, 2900 * STRIDE, 1ULL << 40));
	EXPECT(same(look_up(&model, 13), mapped(13, 2900 * STRIDE, 1ULL << 40)));
	model_compare(&model);
	model_deinit(&model);
}

static void one_big_set_makes_many_leaves(void)
{
	static struct floop_extent batch[5000];
	struct model model;
	u64 i;

	for (i = 0; i < ARRAY_SIZE(batch); i++)
		batch[i] = scattered(i);
	model_init(&model, 10000 * STRIDE, NO_CAP);
	set_one(&model, mapped(4000 * STRIDE, 6000 * STRIDE, 1ULL << 40));
	EXPECT(model_set(&model, batch, ARRAY_SIZE(batch)) == 0);
	model_compare(&model);
	model_deinit(&model);
}

static void forgetting_all_gives_the_leaves_back(void)
{
	struct model model;

	model_init(&model, 3000 * STRIDE, NO_CAP);
	load_scattered(&model, 3000);
	model_forget(&model, 0, U64_MAX);
	pure_quiesce();
	EXPECT(pure_live_objects() == 1);
	model_compare(&model);
	set_one(&model, mapped(5000, 10, 77));
	EXPECT(model.map.bytes <= 256);
	model_compare(&model);
	model_deinit(&model);
}

static void filling_gaps_shrinks_the_map_again(void)
{
	struct model model;
	u64 i;

	model_init(&model, 3000 * STRIDE, NO_CAP);
	for (i = 0; i < 3000; i += 2)
		set_one(&model, mapped(i * STRIDE, STRIDE, 5000 + i * STRIDE));
	EXPECT(map_root(&model.map)->nr > 3);
	for (i = 1; i < 3000; i += 2)
		set_one(&model, mapped(i * STRIDE, STRIDE, 5000 + i * STRIDE));
	EXPECT(same(look_up(&model, 0), mapped(0, 3000 * STRIDE, 5000)));
	EXPECT(model.map.bytes < 200);
	model_compare(&model);
	model_deinit(&model);
}

/* A new root costs as much as there are slots: many fills must share one. */
static void fills_in_a_full_leaf_seldom_need_a_new_root(void)
{
	const unsigned int fills = LEAF_RUNS_MAX / 8 * 2;
	const struct floop_map_root *root;
	unsigned int i, roots = 0;
	struct model model;

	model_init(&model, 3000 * STRIDE, NO_CAP);
	load_scattered(&model, 3000);
	for (i = 0; i < fills; i++) {
		root = map_root(&model.map);
		set_one(&model, hole((LEAF_RUNS_MAX + i / 2) * STRIDE + 2 + i % 2 * 3, 1));
		roots += root != map_root(&model.map);
	}
	EXPECT(roots <= 1 + fills / 16);
	model_compare(&model);
	model_deinit(&model);
}

/*
 * Memory
 */

static void one_extent_takes_less_than_200_bytes(void)
{
	struct model model;

	model_init(&model, 1000, NO_CAP);
	set_one(&model, mapped(0, 1000, 10000));
	test_note("one extent: %zu bytes", model.map.bytes);
	EXPECT(model.map.bytes < 200);
	model_deinit(&model);
}

#if !SMALL_LEAVES

static double bytes_per_extent(const struct model *model)
{
	struct floop_map_usage usage;

	floop_map_usage(&model->map, 0, U64_MAX, &usage);
	EXPECT(usage.extents == NR_LOADED);
	return (double)usage.bytes / NR_LOADED;
}

static void a_loaded_map_takes_18_bytes_an_extent(void)
{
	struct model model;
	double bytes;

	model_init(&model, (NR_LOADED + 100ULL) * STRIDE, NO_CAP);
	load_scattered(&model, NR_LOADED);
	bytes = bytes_per_extent(&model);
	test_note("%u extents loaded in order: %.2f bytes each", NR_LOADED, bytes);
	EXPECT(bytes <= 18);
	model_deinit(&model);
}

/* Batches come as faults do: anywhere. */
static void a_map_loaded_in_any_order_takes_32_bytes_an_extent(void)
{
	static u64 order[NR_LOADED / BATCH + 1];
	unsigned long long random = 1;
	struct floop_extent batch[BATCH];
	struct model model;
	double bytes;
	u64 i, j, nr = ARRAY_SIZE(order);

	for (i = 0; i < nr; i++) {
		j = test_random(&random) % (i + 1);
		order[i] = order[j];
		order[j] = i;
	}
	model_init(&model, (NR_LOADED + 100ULL) * STRIDE, NO_CAP);
	for (i = 0; i < nr; i++) {
		for (j = 0; j < BATCH && order[i] * BATCH + j < NR_LOADED; j++)
			batch[j] = scattered(order[i] * BATCH + j);
		EXPECT(model_set(&model, batch, j) == 0);
	}
	bytes = bytes_per_extent(&model);
	test_note("%u extents loaded in any order: %.2f bytes each", NR_LOADED, bytes);
	EXPECT(bytes <= 32);
	model_deinit(&model);
}

/* Fills of single blocks, anywhere, in a file whose holes are known */
static void a_map_filled_at_random_takes_32_bytes_an_extent(void)
{
	unsigned long long random = 1;
	struct floop_map_usage usage;
	struct model model;
	unsigned int i;
	u64 sector;

	model_init(&model, NR_LOADED * 100ULL, NO_CAP);
	set_one(&model, hole(0, NR_LOADED * 100ULL));
	for (i = 0; i < NR_LOADED / 2; i++) {
		sector = test_random(&random) % NR_LOADED * 100;
		set_one(&model, mapped(sector, 8, 8ULL * i));
	}
	floop_map_usage(&model.map, 0, U64_MAX, &usage);
	test_note("%llu extents made by fills at random: %.2f bytes each",
		  usage.extents, (double)usage.bytes / usage.extents);
	EXPECT(usage.bytes <= 32 * usage.extents);
	model_deinit(&model);
}

#endif /* !SMALL_LEAVES */

static void the_cap_is_kept(void)
{
	const size_t cap = SMALL_LEAVES ? 4096 : 32768;
	struct model model;
	u64 i;

	model_init(&model, 10000 * STRIDE, cap);
	model.may_forget = true;
	for (i = 0; i < 10000; i++) {
		struct floop_extent extent = scattered(i * 7919 % 10000);

		EXPECT(model_set(&model, &extent, 1) == 0);
		EXPECT(model.map.bytes <= cap);
	}
	EXPECT(model.map.bytes > cap / 2);
	model_compare(&model);
	model_deinit(&model);
}

/* A clock: what was loaded last is still there, what was first is gone. */
static void eviction_takes_the_oldest_first(void)
{
	const size_t cap = 32768;
	struct model model;
	u64 i;

	model_init(&model, 10000 * STRIDE, cap);
	model.may_forget = true;
	load_scattered(&model, 10000);
	EXPECT(look_up(&model, 0).state == FLOOP_EXTENT_UNKNOWN);
	for (i = 10000 - BATCH; i < 10000; i++)
		EXPECT(same(look_up(&model, i * STRIDE), scattered(i)));
	model_deinit(&model);
}

/* The second time round, what was loaded just before must not be the victim. */
static void eviction_goes_round(void)
{
	const unsigned int nr = SMALL_LEAVES ? 300 : 1000;
	struct model model;
	u64 i;

	model_init(&model, 10000 * STRIDE, 32768);
	model.may_forget = true;
	load_scattered(&model, 10000);
	load_scattered(&model, nr);
	for (i = 0; i < nr; i++)
		EXPECT(same(look_up(&model, i * STRIDE), scattered(i)));
	model_deinit(&model);
}

static void what_can_not_fit_stays_unknown(void)
{
	struct floop_extent batch[] = { hole(100, 10), mapped(110, 10, 5), hole(120, 10) };
	struct model model;

	model_init(&model, 1000, 200);
	model.may_forget = true;
	EXPECT(set_one(&model, mapped(0, 1000, 5000)) == 0);
	EXPECT(model_set(&model, batch, 3) == -ENOSPC);
	EXPECT(look_up(&model, 100).state == FLOOP_EXTENT_UNKNOWN);
	EXPECT(look_up(&model, 129).state == FLOOP_EXTENT_UNKNOWN);
	model_compare(&model);
	model_deinit(&model);
}

static void no_memory_at_all_still_means_unknown(void)
{
	struct model model;

	model_init(&model, 1000, 0);
	model.may_forget = true;
	EXPECT(set_one(&model, mapped(0, 1000, 5000)) == -ENOSPC);
	model_compare(&model);
	model_deinit(&model);
}

/* What does not fit even alone must not cost the others their leaves. */
static void a_hopeless_set_evicts_nothing_else(void)
{
	static struct floop_extent batch[2000];
	struct model model;
	u64 i;

	for (i = 0; i < ARRAY_SIZE(batch); i++)
		batch[i] = scattered(5000 + i);
	model_init(&model, 10000 * STRIDE, 32768);
	load_scattered(&model, SMALL_LEAVES ? 50 : 1000);
	model.may_forget = true;
	EXPECT(model_set(&model, batch, ARRAY_SIZE(batch)) == -ENOSPC);
	EXPECT(same(look_up(&model, 0), scattered(0)));
	model_compare(&model);
	model_deinit(&model);
}

/*
 * Failing allocations
 */

static int set_inside_a_leaf(struct model *model)
{
	return set_one(model, hole(100 * STRIDE + 3, 2));
}

static int set_over_many_leaves(struct model *model)
{
	return set_one(model, mapped(100, 1500 * STRIDE, 1ULL << 40));
}

static int set_that_splits(struct model *model)
{
	struct floop_extent batch[300];
	u64 i;

	for (i = 0; i < 300; i++) {
		batch[i] = hole(500 * STRIDE + i, 1);
		if (i % 2)
			batch[i] = mapped(500 * STRIDE + i, 1, i * 1000);
	}
	return model_set(model, batch, 300);
}

static int set_that_joins(struct model *model)
{
	return set_one(model, mapped(5, 1990 * STRIDE, 1ULL << 40));
}

static int forget_inside_an_extent(struct model *model)
{
	model_forget(model, 100 * STRIDE + 3, 2);
	return 0;
}

static int forget_over_many_leaves(struct model *model)
{
	model_forget(model, 13, 1500 * STRIDE);
	return 0;
}

/*
 * @op with its @nth allocation failing; false once there are not so many.  A
 * set whose one allocation failed must leave everything around the range: the
 * forgetting that follows has memory again.
 */
static bool try_failing(int (*op)(struct model *model), unsigned long nth, bool forgets)
{
	struct model model;
	bool failed;
	int err;

	model_init(&model, 2000 * STRIDE, NO_CAP);
	load_scattered(&model, 2000);
	model.may_forget = true;
	pure_fail_alloc(nth);
	err = op(&model);
	failed = pure_alloc_failed();
	pure_fail_alloc(0);
	EXPECT(err == (failed && !forgets ? -ENOMEM : 0));
	model.may_forget = failed && forgets;
	model_compare(&model);
	model_deinit(&model);
	return failed && !test_failed();
}

static void any_allocation_may_fail(void)
{
	int (*const ops[])(struct model *model) = {
		set_inside_a_leaf, set_over_many_leaves, set_that_splits,
		set_that_joins, forget_inside_an_extent, forget_over_many_leaves,
	};
	unsigned long i, nth, tried = 0;

	for (i = 0; i < ARRAY_SIZE(ops); i++) {
		EXPECT(try_failing(ops[i], 1, i >= 4));
		for (nth = 2; try_failing(ops[i], nth, i >= 4); nth++)
			tried++;
	}
	test_note("%lu failing allocations tried", tried + i);
}

static void forgetting_needs_no_memory(void)
{
	struct model model;

	model_init(&model, 2000 * STRIDE, NO_CAP);
	load_scattered(&model, 2000);
	model.may_forget = true;
	pure_fail_allocs_randomly(1, 0);
	model_forget(&model, 100 * STRIDE + 3, 2);
	model_forget(&model, 300 * STRIDE + 3, 800 * STRIDE);
	EXPECT(same(look_up(&model, 1999 * STRIDE), scattered(1999)));
	model_compare(&model);
	model_forget(&model, 0, U64_MAX);
	EXPECT(same(look_up(&model, 1), unknown(1, look_up(&model, 1).nr_sectors)));
	model_compare(&model);
	pure_fail_allocs_randomly(0, 0);
	model_deinit(&model);
}

static void a_set_without_memory_forgets_what_was_there(void)
{
	struct model model;

	model_init(&model, 1000, NO_CAP);
	set_one(&model, hole(0, 1000));
	model.may_forget = true;
	pure_fail_allocs_randomly(1, 0);
	EXPECT(set_one(&model, mapped(100, 10, 5000)) == -ENOMEM);
	EXPECT(look_up(&model, 105).state == FLOOP_EXTENT_UNKNOWN);
	pure_fail_allocs_randomly(0, 0);
	model_deinit(&model);
}

/*
 * Against the model, at random
 */

#define RANDOM_SECTORS	4000U

static struct floop_extent random_extent(unsigned long long *random, u64 sector)
{
	u64 dice = test_random(random) % 16;
	u64 nr_sectors = 1 + test_random(random) % (dice == 0 ? 200 : 6);

	nr_sectors = min(nr_sectors, RANDOM_SECTORS - sector);
	if (dice < 6)			/* these continue each other */
		return mapped(sector, nr_sectors, 100000 + sector);
	if (dice < 10)
		return mapped(sector, nr_sectors, test_random(random) % (1ULL << 40));
	return dice < 14 ? hole(sector, nr_sectors) : unknown(sector, nr_sectors);
}

static void random_set(struct model *model, unsigned long long *random)
{
	struct floop_extent batch[32];
	unsigned int nr = 1 + test_random(random) % ARRAY_SIZE(batch);
	u64 sector = test_random(random) % RANDOM_SECTORS;
	unsigned int i;

	for (i = 0; i < nr && sector < RANDOM_SECTORS; i++) {
		batch[i] = random_extent(random, sector);
		sector += batch[i].nr_sectors;
	}
	model_set(model, batch, i);
}

static void random_op(struct model *model, unsigned long long *random)
{
	u64 dice = test_random(random) % 100;
	u64 sector = test_random(random) % (RANDOM_SECTORS + 10);

	if (dice < 80)
		random_set(model, random);
	else if (dice < 99)
		model_forget(model, sector, test_random(random) % 50);
	else
		model_forget(model, sector, test_random(random) % RANDOM_SECTORS);
}

static void random_ops(size_t cap, unsigned long fail_one_in)
{
	unsigned long long seed = test_seed(), random = seed;
	struct model model;
	unsigned int i;

	model_init(&model, RANDOM_SECTORS, cap);
	model.may_forget = cap != NO_CAP || fail_one_in;
	pure_fail_allocs_randomly(fail_one_in, seed);
	for (i = 0; i < 20000 && !test_failed(); i++) {
		random_op(&model, &random);
		if (i % 16 == 0) {
			model_compare(&model);
			model_compare_usage(&model, i % RANDOM_SECTORS, i);
			pure_quiesce();
		}
	}
	pure_fail_allocs_randomly(0, 0);
	if (test_failed())
		test_note("replay with FLOOP_TEST_SEED=%llu", seed);
	model_deinit(&model);
}

static void random_operations_match_the_model(void)
{
	random_ops(NO_CAP, 0);
}

static void random_operations_under_a_cap_never_lie(void)
{
	random_ops(8192, 0);
	random_ops(1024, 0);
}

static void random_operations_without_memory_never_lie(void)
{
	random_ops(NO_CAP, 3);
	random_ops(8192, 10);
}

/*
 * RCU
 */

struct held {
	struct model model;
	pthread_barrier_t loaded, updated;
	bool intact;
};

static void *hold_a_leaf(void *data)
{
	struct held *held = data;
	const struct floop_map_root *root;
	const struct map_leaf *leaf;

	rcu_read_lock();
	root = rcu_dereference(held->model.map.root);
	leaf = rcu_dereference(root->slots[0].leaf);
	pthread_barrier_wait(&held->loaded);
	pthread_barrier_wait(&held->updated);
	held->intact = root->slots[1].sector == leaf->runs[leaf->nr].sector &&
		       root->slots[0].sector == leaf->runs[0].sector;
	rcu_read_unlock();
	return NULL;
}

/* A freed one would be found by ASan. */
static void update_while_held(int (*op)(struct model *model))
{
	struct held held;
	pthread_t thread;

	model_init(&held.model, 2000 * STRIDE, NO_CAP);
	load_scattered(&held.model, 2000);
	pure_quiesce();
	pthread_barrier_init(&held.loaded, NULL, 2);
	pthread_barrier_init(&held.updated, NULL, 2);
	EXPECT(!pthread_create(&thread, NULL, hold_a_leaf, &held));
	pthread_barrier_wait(&held.loaded);
	op(&held.model);
	pthread_barrier_wait(&held.updated);
	pure_quiesce();
	pthread_join(thread, NULL);
	EXPECT(held.intact);
	model_deinit(&held.model);
	pthread_barrier_destroy(&held.loaded);
	pthread_barrier_destroy(&held.updated);
}

static int set_inside_the_first_leaf(struct model *model)
{
	return set_one(model, hole(2, 2));
}

static void what_a_reader_holds_outlives_the_update(void)
{
	update_while_held(set_inside_the_first_leaf);
	update_while_held(set_that_joins);
	update_while_held(forget_over_many_leaves);
}

static const struct test tests[] = {
	CLAIM(new_map_is_all_unknown),
	CLAIM(look_up_past_the_end_finds_nothing),
	CLAIM(look_up_inside_an_extent_advances_lower),
	CLAIM(lower_sectors_below_the_file_s_own_are_kept),
	CLAIM(a_hole_is_not_unknown),
	CLAIM(writing_over_the_middle_keeps_both_sides),
	CLAIM(extents_that_continue_each_other_merge),
	CLAIM(extents_that_lie_apart_do_not_merge),
	CLAIM(setting_unknown_forgets),
	CLAIM(setting_nothing_changes_nothing),
	CLAIM(forgetting_the_middle_keeps_both_sides),
	CLAIM(forgetting_past_the_end_is_harmless),
	CLAIM(refuses_extents_that_make_no_sense),
	CLAIM(deinit_tolerates_half_built_maps),
	CLAIM(usage_counts_the_range_only),
	CLAIM(scattered_files_are_found_extent_by_extent),
	CLAIM(a_set_over_many_leaves_replaces_them),
	CLAIM(one_big_set_makes_many_leaves),
	CLAIM(forgetting_all_gives_the_leaves_back),
	CLAIM(filling_gaps_shrinks_the_map_again),
	CLAIM(fills_in_a_full_leaf_seldom_need_a_new_root),
	CLAIM(one_extent_takes_less_than_200_bytes),
#if !SMALL_LEAVES
	CLAIM(a_loaded_map_takes_18_bytes_an_extent),
	CLAIM(a_map_loaded_in_any_order_takes_32_bytes_an_extent),
	CLAIM(a_map_filled_at_random_takes_32_bytes_an_extent),
#endif
	CLAIM(the_cap_is_kept),
	CLAIM(eviction_takes_the_oldest_first),
	CLAIM(eviction_goes_round),
	CLAIM(what_can_not_fit_stays_unknown),
	CLAIM(no_memory_at_all_still_means_unknown),
	CLAIM(a_hopeless_set_evicts_nothing_else),
	CLAIM(any_allocation_may_fail),
	CLAIM(forgetting_needs_no_memory),
	CLAIM(a_set_without_memory_forgets_what_was_there),
	CLAIM(random_operations_match_the_model),
	CLAIM(random_operations_under_a_cap_never_lie),
	CLAIM(random_operations_without_memory_never_lie),
	CLAIM(what_a_reader_holds_outlives_the_update),
};

TEST_MAIN(tests)
