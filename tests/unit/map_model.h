/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * An extent map beside a model of it, one number a sector.  Every operation is
 * done to both; model_compare() looks at each sector.  The map's source is
 * included and not linked, so that its inner order can be checked too.
 *
 * A map may forget (cap, no memory), and then the model follows; what it still
 * claims to know must be true, and what it was just told must be there.
 *
 * The includer defines CHECK(expr) and links pure_user.c.
 */
#ifndef MAP_MODEL_H
#define MAP_MODEL_H

#include "../../module/core/extent_map.c"
#include "pure_user.h"

#define MODEL_UNKNOWN	0ULL
#define MODEL_HOLE	1ULL
#define MODEL_LOWER(n)	((n) + 2ULL)

struct model {
	struct floop_extent_map map;
	u64 *sectors;
	bool may_forget;
};

static inline u64 model_value(const struct floop_extent *extent)
{
	switch (extent->state) {
	case FLOOP_EXTENT_MAPPED:
		return MODEL_LOWER(extent->lower);
	case FLOOP_EXTENT_HOLE:
		return MODEL_HOLE;
	default:
		return MODEL_UNKNOWN;
	}
}

static inline void model_init(struct model *model, u64 nr_sectors, size_t max_bytes)
{
	model->sectors = calloc(nr_sectors + 1, sizeof(*model->sectors));
	model->may_forget = false;
	CHECK(model->sectors);
	CHECK(floop_map_init(&model->map, nr_sectors, max_bytes) == 0);
}

static inline void model_deinit(struct model *model)
{
	floop_map_deinit(&model->map);
	free(model->sectors);
	pure_quiesce();
	CHECK(pure_live_objects() == 0);
}

/* The order inside a leaf, and its limits */
static inline void model_check_leaf(const struct map_slot *slot)
{
	const struct map_leaf *leaf = slot_leaf(slot);
	unsigned int i;

	if (!leaf)
		return;
	CHECK(leaf->nr >= 1 && leaf->nr <= LEAF_RUNS_MAX);
	CHECK(leaf->nr > 1 || leaf->runs->place != PLACE_UNKNOWN);
	CHECK(leaf->runs[0].sector == slot[0].sector);
	CHECK(leaf->runs[leaf->nr].sector == slot[1].sector);
	for (i = 0; i < leaf->nr; i++)
		CHECK(leaf->runs[i].sector < leaf->runs[i + 1].sector);
	for (i = 1; i < leaf->nr; i++)
		CHECK(leaf->runs[i - 1].place != leaf->runs[i].place);
}

/* The order of the root, and whether the memory is what it says */
static inline void model_check_order(const struct floop_extent_map *map)
{
	const struct floop_map_root *root = map_root(map);
	size_t bytes = root_bytes(root->nr_allocated);
	unsigned int i;

	CHECK(root->nr >= 1 && root->nr <= root->nr_allocated);
	CHECK(root->slots[0].sector == 0);
	CHECK(root->slots[root->nr].sector == map->nr_sectors);
	for (i = 0; i < root->nr; i++) {
		CHECK(root->slots[i].sector < root->slots[i + 1].sector ||
		      !map->nr_sectors);
		model_check_leaf(&root->slots[i]);
		bytes += slot_bytes(&root->slots[i]);
	}
	CHECK(map->bytes == bytes);
	CHECK(map->bytes == pure_live_bytes());
	CHECK(map->bytes <= map->max_bytes || map->bytes == root_bytes(1));
}

/* Compare the run at @sector, up to @end; returns where it ends. */
static inline u64 model_compare_run(struct model *model, u64 sector, u64 end)
{
	struct floop_extent found;
	u64 i, value;

	floop_map_lookup(&model->map, sector, &found);
	CHECK(found.sector == sector);
	CHECK(found.nr_sectors > 0);
	CHECK(found.nr_sectors <= model->map.nr_sectors - sector);
	CHECK(found.state <= FLOOP_EXTENT_MAPPED);
	CHECK(found.state == FLOOP_EXTENT_MAPPED || !found.lower);
	for (i = 0; i < found.nr_sectors && sector + i < end; i++) {
		value = model_value(&found);
		if (value >= MODEL_LOWER(0))
			value += i;
		if (value == MODEL_UNKNOWN && model->may_forget)
			model->sectors[sector + i] = MODEL_UNKNOWN;
		CHECK(value == model->sectors[sector + i]);
	}
	return sector + max(i, 1ULL);
}

static inline void model_compare_range(struct model *model, u64 first, u64 nr_sectors)
{
	u64 sector = first;

	while (sector < first + nr_sectors)
		sector = model_compare_run(model, sector, first + nr_sectors);
}

static inline void model_compare(struct model *model)
{
	model_compare_range(model, 0, model->map.nr_sectors);
	model_check_order(&model->map);
}

static inline void model_write(struct model *model, const struct floop_extent *extents,
			unsigned int nr, bool known)
{
	unsigned int i;
	u64 s, value;

	for (i = 0; i < nr; i++) {
		for (s = 0; s < extents[i].nr_sectors; s++) {
			value = known ? model_value(&extents[i]) : MODEL_UNKNOWN;
			if (value >= MODEL_LOWER(0))
				value += s;
			model->sectors[extents[i].sector + s] = value;
		}
	}
}

/* Set in both; what was set must be there at once, all or nothing of it. */
static inline int model_set(struct model *model, const struct floop_extent *extents,
		     unsigned int nr)
{
	const struct floop_extent *last = &extents[nr - 1];
	int err = floop_map_set(&model->map, extents, nr);
	bool may_forget = model->may_forget;

	CHECK(!err || may_forget);
	CHECK(!err || err == -ENOMEM || err == -ENOSPC);
	model_write(model, extents, nr, !err);
	model->may_forget = false;
	model_compare_range(model, extents->sector,
			    last->sector + last->nr_sectors - extents->sector);
	model->may_forget = may_forget;
	return err;
}

static inline void model_forget(struct model *model, u64 sector, u64 nr_sectors)
{
	struct floop_extent extent = { .sector = sector };

	floop_map_forget(&model->map, sector, nr_sectors);
	if (sector >= model->map.nr_sectors)
		return;
	extent.nr_sectors = min(nr_sectors, model->map.nr_sectors - sector);
	model_write(model, &extent, 1, false);
	model_compare_range(model, sector, extent.nr_sectors);
}

/* What usage must say for a range, after model_compare() */
static inline void model_compare_usage(struct model *model, u64 first, u64 nr_sectors)
{
	u64 end = min(first + nr_sectors, model->map.nr_sectors);
	struct floop_map_usage usage;
	struct floop_extent found;
	u64 sector, extents = 0, mapped = 0;

	for (sector = first; sector < end; sector += found.nr_sectors) {
		floop_map_lookup(&model->map, sector, &found);
		extents += found.state != FLOOP_EXTENT_UNKNOWN;
		if (found.state == FLOOP_EXTENT_MAPPED)
			mapped += min(found.nr_sectors, end - sector);
	}
	floop_map_usage(&model->map, first, nr_sectors, &usage);
	CHECK(usage.extents == extents);
	CHECK(usage.mapped_sectors == mapped);
	CHECK(usage.bytes == model->map.bytes);
}

#endif /* MAP_MODEL_H */
