// SPDX-License-Identifier: GPL-2.0-only
/*
 * Where each sector of a backing file lies on the lower device.  PURE.
 *
 * A root is a sorted array of slots that share out [0, nr_sectors); a slot
 * points to a leaf, a sorted array of the runs inside the slot, or to nothing:
 * then all of it is unknown.  Roots and leaves never change once published,
 * except that a slot's pointer is replaced by one to another leaf of the very
 * same range.  So a look-up that loads one root and one leaf sees one state.
 *
 * An update gathers the runs of the slots it touches, writes over them in a
 * scratch array, cuts that into leaves and publishes them: by one pointer if
 * one leaf replaces one leaf, else by a new root.  Whatever fails ends in
 * forgetting, which in the last resort needs no memory: it empties slots.
 */
#include "extent_map.h"

/*
 * A full leaf just fits into 4 KiB of the allocator, half of one into 2 KiB.
 * Tests also try small leaves.
 */
#ifndef LEAF_RUNS_MAX
#define LEAF_RUNS_MAX	250
#endif
#define LEAF_RUNS_HALF	(LEAF_RUNS_MAX / 2)

/*
 * The place of a run: its state in the two top bits; of a mapped one, the
 * distance from sector to lower (modulo 2^62) below.  Two adjacent runs
 * continue each other exactly if their places are equal.
 */
#define PLACE_STATE_SHIFT	62
#define PLACE_MASK		((1ULL << PLACE_STATE_SHIFT) - 1)
#define PLACE_UNKNOWN		((u64)FLOOP_EXTENT_UNKNOWN << PLACE_STATE_SHIFT)

/* Ends where the next run of its leaf begins */
struct map_run {
	u64 sector;
	u64 place;
};

struct map_leaf {
	unsigned int nr;
	struct rcu_head rcu;
	struct map_run runs[];		/* nr, and one that marks the end */
};

/* Ends where the next slot of its root begins */
struct map_slot {
	u64 sector;
	struct map_leaf __rcu *leaf;	/* NULL: all unknown */
};

struct floop_map_root {
	unsigned int nr;
	unsigned int nr_allocated;
	struct rcu_head rcu;
	struct map_slot slots[];	/* nr, and one that marks the end */
};

/* One update under way; belongs to the updater's stack */
struct map_update {
	struct floop_map_root *root;	/* the one to be changed or replaced */
	unsigned int first, last;	/* its slots that get new contents */
	u64 start, end;			/* what is written over */
	struct map_run *runs;		/* the new contents, and their end */
	unsigned int nr_runs;
	unsigned int runs_per_leaf;
	unsigned int nr_leaves;
	size_t leaf_bytes;		/* memory of the new leaves */
	size_t old_leaf_bytes;		/* and of those they replace */
	bool new_root;
};

static u64 extent_place(const struct floop_extent *extent)
{
	u64 place = (u64)extent->state << PLACE_STATE_SHIFT;

	if (extent->state == FLOOP_EXTENT_MAPPED)
		place |= (extent->lower - extent->sector) & PLACE_MASK;
	return place;
}

static __always_inline enum floop_extent_state place_state(u64 place)
{
	return place >> PLACE_STATE_SHIFT;
}

/*
 * The last of @nr > 0 sorted runs that begins at or before @sector.  Written
 * such that gcc makes the step a conditional move and not a branch: which way
 * it goes can not be predicted.
 */
static __always_inline const struct map_run *
run_find(const struct map_run *run, unsigned long nr, u64 sector)
{
	while (nr > 1) {
		unsigned long half = nr >> 1;
		const struct map_run *middle = run + half;

		if (middle->sector <= sector)
			run = middle;
		nr -= half;
	}
	return run;
}

/* The same for slots */
static __always_inline const struct map_slot *
slot_find(const struct map_slot *slot, unsigned long nr, u64 sector)
{
	while (nr > 1) {
		unsigned long half = nr >> 1;
		const struct map_slot *middle = slot + half;

		if (middle->sector <= sector)
			slot = middle;
		nr -= half;
	}
	return slot;
}

/* For the updater: nobody else replaces these pointers. */
static struct map_leaf *slot_leaf(const struct map_slot *slot)
{
	return rcu_dereference_protected(slot->leaf, true);
}

static unsigned int slot_nr_runs(const struct map_slot *slot)
{
	const struct map_leaf *leaf = slot_leaf(slot);

	return leaf ? leaf->nr : 1;
}

/* What the allocator takes: its sizes are powers of two, about. */
static size_t leaf_bytes(unsigned int nr_runs)
{
	struct map_leaf *leaf;

	return nr_runs ? roundup_pow_of_two(struct_size(leaf, runs, nr_runs + 1UL)) : 0;
}

static size_t root_bytes(unsigned int nr_slots)
{
	struct floop_map_root *root;

	return roundup_pow_of_two(struct_size(root, slots, nr_slots + 1UL));
}

static size_t slot_bytes(const struct map_slot *slot)
{
	const struct map_leaf *leaf = slot_leaf(slot);

	return leaf ? leaf_bytes(leaf->nr) : 0;
}

/* @runs is followed by a run, of whatever kind, that begins at their end. */
static struct map_leaf *leaf_create(const struct map_run *runs, unsigned int nr)
{
	struct map_leaf *leaf;

	leaf = kvmalloc(struct_size(leaf, runs, nr + 1UL), GFP_KERNEL);
	if (!leaf)
		return NULL;
	leaf->nr = nr;
	memcpy(leaf->runs, runs, (nr + 1UL) * sizeof(*runs));
	return leaf;
}

static struct floop_map_root *root_create(unsigned int nr_slots)
{
	struct floop_map_root *root;

	root = kvmalloc(struct_size(root, slots, nr_slots + 1UL), GFP_KERNEL);
	if (!root)
		return NULL;
	root->nr = 0;
	root->nr_allocated = nr_slots;
	return root;
}

/* Add a slot to an unpublished root; unknown ones next to each other are one. */
static void root_push(struct floop_map_root *root, u64 sector, struct map_leaf *leaf)
{
	if (!leaf && root->nr && !slot_leaf(&root->slots[root->nr - 1]))
		return;
	root->slots[root->nr].sector = sector;
	RCU_INIT_POINTER(root->slots[root->nr].leaf, leaf);
	root->nr++;
}

static void root_push_slots(struct floop_map_root *root, const struct map_slot *slot,
			    const struct map_slot *end)
{
	for (; slot < end; slot++)
		root_push(root, slot->sector, slot_leaf(slot));
}

/* Mark the end of an unpublished root. */
static void root_close(struct floop_map_root *root, u64 sector)
{
	root->slots[root->nr].sector = sector;
	RCU_INIT_POINTER(root->slots[root->nr].leaf, NULL);
}

static struct floop_map_root *map_root(const struct floop_extent_map *map)
{
	return rcu_dereference_protected(map->root, true);
}

static unsigned int map_slot_index(const struct floop_extent_map *map, u64 sector)
{
	const struct floop_map_root *root = map_root(map);

	return slot_find(root->slots, root->nr, sector) - root->slots;
}

static void map_account(struct floop_extent_map *map, size_t more, size_t less)
{
	WRITE_ONCE(map->bytes, map->bytes + more - less);
}

/* Publish @leaf in the place of a slot's old one, of the same range. */
static void map_replace_leaf(struct floop_extent_map *map, struct map_slot *slot,
			     struct map_leaf *leaf)
{
	struct map_leaf *old = slot_leaf(slot);
	size_t old_bytes = slot_bytes(slot);

	rcu_assign_pointer(slot->leaf, leaf);
	map_account(map, slot_bytes(slot), old_bytes);
	if (old)
		kvfree_rcu(old, rcu);
}

/* Make the slots from @first to @last unknown; needs no memory. */
static void map_empty_slots(struct floop_extent_map *map, unsigned int first,
			    unsigned int last)
{
	struct floop_map_root *root = map_root(map);
	unsigned int i;

	for (i = first; i <= last; i++)
		map_replace_leaf(map, &root->slots[i], NULL);
}

/*
 * Forget the next leaf, round the file, that @update does not touch.  False:
 * there is none.
 */
static bool map_evict(struct floop_extent_map *map, const struct map_update *update)
{
	struct floop_map_root *root = update->root;
	unsigned int i = map_slot_index(map, map->hand);
	unsigned int tries;

	for (tries = 0; tries < root->nr; tries++, i++) {
		if (i >= root->nr)
			i = 0;
		if (i >= update->first && i <= update->last)
			continue;
		if (!slot_leaf(&root->slots[i]))
			continue;
		map->hand = i + 1 < root->nr ? root->slots[i + 1].sector : 0;
		map_empty_slots(map, i, i);
		return true;
	}
	return false;
}

/* Runs that a slot contributes to an update: none if all is written over. */
static unsigned int update_slot_runs(const struct map_update *update,
				     const struct map_slot *slot)
{
	if (slot[0].sector >= update->start && slot[1].sector <= update->end)
		return 0;
	return slot_nr_runs(slot);
}

/* At most so many runs, of which @nr are new. */
static unsigned int update_max_runs(const struct map_update *update, unsigned int nr)
{
	const struct map_slot *slots = update->root->slots;
	unsigned int runs = nr + 1;	/* a run may be left on both sides */

	runs += update_slot_runs(update, &slots[update->first]);
	if (update->last > update->first)
		runs += update_slot_runs(update, &slots[update->last]);
	return runs;
}

/* Take in the neighbours on one side until there are @limit runs. */
static unsigned int update_join_before(struct map_update *update, unsigned int runs,
				       unsigned int limit)
{
	const struct map_slot *slots = update->root->slots;
	unsigned int more;

	while (update->first > 0) {
		more = slot_nr_runs(&slots[update->first - 1]);
		if (runs + more > limit)
			break;
		runs += more;
		update->first--;
	}
	return runs;
}

static unsigned int update_join_after(struct map_update *update, unsigned int runs,
				      unsigned int limit)
{
	const struct map_slot *slots = update->root->slots;
	unsigned int more;

	while (update->last + 1 < update->root->nr) {
		more = slot_nr_runs(&slots[update->last + 1]);
		if (runs + more > limit)
			break;
		runs += more;
		update->last++;
	}
	return runs;
}

/*
 * Let small neighbours become one leaf, of half the size at most: else it
 * would soon be split again.  When a leaf must be split anyway, its neighbours
 * may fill up the last of its parts.
 */
static unsigned int update_join(struct map_update *update, unsigned int runs)
{
	unsigned int limit = LEAF_RUNS_HALF;

	if (runs > LEAF_RUNS_MAX)
		limit *= DIV_ROUND_UP(runs, LEAF_RUNS_HALF);
	runs = update_join_after(update, runs, limit);
	return update_join_before(update, runs, limit);
}

static void update_append(struct map_update *update, u64 sector, u64 place)
{
	struct map_run *next = &update->runs[update->nr_runs];

	if (update->nr_runs && next[-1].place == place)
		return;
	next->sector = sector;
	next->place = place;
	update->nr_runs++;
}

/* Append what @slot holds of [@from, @to); nothing if that is empty. */
static void update_copy(struct map_update *update, const struct map_slot *slot,
			u64 from, u64 to)
{
	const struct map_leaf *leaf = slot_leaf(slot);
	const struct map_run *run;

	if (from >= to)
		return;
	if (!leaf) {
		update_append(update, from, PLACE_UNKNOWN);
		return;
	}
	run = run_find(leaf->runs, leaf->nr, from);
	for (; run < leaf->runs + leaf->nr && run->sector < to; run++)
		update_append(update, max(run->sector, from), run->place);
}

/* The new contents: what was there, written over with @extents. */
static void update_gather(struct map_update *update,
			  const struct floop_extent *extents, unsigned int nr)
{
	const struct map_slot *first = &update->root->slots[update->first];
	const struct map_slot *last = &update->root->slots[update->last];
	const struct map_slot *slot;
	unsigned int i;

	update->nr_runs = 0;
	for (slot = first; slot <= last; slot++)
		update_copy(update, slot, slot[0].sector,
			    min(slot[1].sector, update->start));
	for (i = 0; i < nr; i++)
		update_append(update, extents[i].sector, extent_place(&extents[i]));
	for (slot = first; slot <= last; slot++)
		update_copy(update, slot, max(slot[0].sector, update->end),
			    slot[1].sector);
	update->runs[update->nr_runs].sector = last[1].sector;
	update->runs[update->nr_runs].place = PLACE_UNKNOWN;
}

/*
 * Share the runs out over leaves: halves, which waste no memory and have room
 * to grow; but if nothing follows what is written, full ones, because whoever
 * loads a file from its beginning to its end comes back for the last one only.
 */
static void update_cut(struct map_update *update)
{
	update->runs_per_leaf = LEAF_RUNS_MAX;
	if (update->nr_runs > LEAF_RUNS_MAX &&
	    update->runs[update->nr_runs - 1].sector > update->end)
		update->runs_per_leaf = LEAF_RUNS_HALF;
	update->nr_leaves = DIV_ROUND_UP(update->nr_runs, update->runs_per_leaf);
	update->new_root = update->nr_leaves > 1 || update->last > update->first;
}

/* The runs of the new leaf @i; @nr is 0 if it is not needed: all unknown. */
static const struct map_run *update_leaf(const struct map_update *update,
					 unsigned int i, unsigned int *nr)
{
	const struct map_run *runs = &update->runs[i * update->runs_per_leaf];

	*nr = min(update->runs_per_leaf,
		  update->nr_runs - i * update->runs_per_leaf);
	if (*nr == 1 && runs->place == PLACE_UNKNOWN)
		*nr = 0;
	return runs;
}

/* Slots of a new root at most: unknown ones next to each other become one. */
static unsigned int update_max_slots(const struct map_update *update)
{
	const struct floop_map_root *root = update->root;
	unsigned int i, nr = update->nr_leaves;
	bool known = true;

	for (i = 0; i < root->nr; i++) {
		bool was_known = known;

		known = i >= update->first && i <= update->last;
		if (known)
			continue;
		known = slot_leaf(&root->slots[i]);
		nr += known || was_known;
	}
	return nr;
}

static void update_count_bytes(struct map_update *update)
{
	unsigned int i, nr;

	for (i = 0; i < update->nr_leaves; i++) {
		update_leaf(update, i, &nr);
		update->leaf_bytes += leaf_bytes(nr);
	}
	for (i = update->first; i <= update->last; i++)
		update->old_leaf_bytes += slot_bytes(&update->root->slots[i]);
}

/* Would the map, with this update, stay under its cap? */
static bool update_fits(const struct map_update *update,
			const struct floop_extent_map *map)
{
	size_t bytes = map->bytes + update->leaf_bytes - update->old_leaf_bytes;

	if (update->new_root)
		bytes += root_bytes(update_max_slots(update)) -
			 root_bytes(update->root->nr_allocated);
	return bytes <= map->max_bytes;
}

/*
 * Forget other leaves until the update fits under the cap; none if it can not
 * fit even alone, below a root that has an unknown slot on each side.
 */
static int update_make_room(struct map_update *update, struct floop_extent_map *map)
{
	if (update->leaf_bytes + root_bytes(update->nr_leaves + 2) > map->max_bytes)
		return -ENOSPC;
	while (!update_fits(update, map)) {
		if (map_evict(map, update))
			continue;
		if (WARN_ON_ONCE(update->new_root))
			return -ENOSPC;
		update->new_root = true;	/* a smaller one */
	}
	return 0;
}

/* Push the new leaves; on failure those pushed are the caller's to free. */
static int update_push_leaves(const struct map_update *update,
			      struct floop_map_root *root)
{
	const struct map_run *runs;
	struct map_leaf *leaf;
	unsigned int i, nr;

	for (i = 0; i < update->nr_leaves; i++) {
		runs = update_leaf(update, i, &nr);
		leaf = nr ? leaf_create(runs, nr) : NULL;
		if (nr && !leaf)
			return -ENOMEM;
		root_push(root, runs->sector, leaf);
	}
	return 0;
}

static struct floop_map_root *update_build_root(const struct map_update *update)
{
	const struct map_slot *slots = update->root->slots;
	const struct map_slot *end = slots + update->root->nr;
	struct floop_map_root *root;
	unsigned int i, nr_kept;

	root = root_create(update_max_slots(update));
	if (!root)
		return NULL;
	root_push_slots(root, slots, slots + update->first);
	nr_kept = root->nr;
	if (update_push_leaves(update, root))
		goto free_leaves;
	root_push_slots(root, slots + update->last + 1, end);
	root_close(root, end->sector);
	return root;

free_leaves:
	for (i = nr_kept; i < root->nr; i++)
		kvfree(slot_leaf(&root->slots[i]));
	kvfree(root);
	return NULL;
}

static int update_replace_root(const struct map_update *update,
			       struct floop_extent_map *map)
{
	struct floop_map_root *old = update->root;
	struct floop_map_root *root = update_build_root(update);
	struct map_leaf *leaf;
	unsigned int i;

	if (!root)
		return -ENOMEM;
	rcu_assign_pointer(map->root, root);
	map_account(map, update->leaf_bytes + root_bytes(root->nr_allocated),
		    update->old_leaf_bytes + root_bytes(old->nr_allocated));
	for (i = update->first; i <= update->last; i++) {
		leaf = slot_leaf(&old->slots[i]);
		if (leaf)
			kvfree_rcu(leaf, rcu);
	}
	kvfree_rcu(old, rcu);
	return 0;
}

static int update_replace_leaf(const struct map_update *update,
			       struct floop_extent_map *map)
{
	struct map_leaf *leaf = leaf_create(update->runs, update->nr_runs);

	if (!leaf)
		return -ENOMEM;
	map_replace_leaf(map, &update->root->slots[update->first], leaf);
	return 0;
}

/* Bring the gathered runs into the map. */
static int update_publish(struct map_update *update, struct floop_extent_map *map)
{
	int err;

	if (update->nr_runs == 1 && update->runs->place == PLACE_UNKNOWN) {
		map_empty_slots(map, update->first, update->last);
		return 0;
	}
	update_cut(update);
	update_count_bytes(update);
	err = update_make_room(update, map);
	if (err)
		return err;
	if (update->new_root)
		return update_replace_root(update, map);
	return update_replace_leaf(update, map);
}

/* Write @extents, which are sorted, adjacent and in range, over the map. */
static int map_write(struct floop_extent_map *map,
		     const struct floop_extent *extents, unsigned int nr)
{
	const struct floop_extent *last = &extents[nr - 1];
	struct map_update update = {
		.root = map_root(map),
		.start = extents->sector,
		.end = last->sector + last->nr_sectors,
	};
	unsigned int runs;
	int err;

	update.first = map_slot_index(map, update.start);
	update.last = map_slot_index(map, update.end - 1);
	runs = update_join(&update, update_max_runs(&update, nr));
	update.runs = kvmalloc_array(runs + 1UL, sizeof(*update.runs), GFP_KERNEL);
	if (!update.runs)
		return -ENOMEM;
	update_gather(&update, extents, nr);
	err = update_publish(&update, map);
	kvfree(update.runs);
	return err;
}

/* Sorted, adjacent, in range, and of a kind that a run can express */
static bool extents_are_sound(const struct floop_extent_map *map,
			      const struct floop_extent *extents, unsigned int nr)
{
	u64 sector = extents->sector;
	unsigned int i;

	for (i = 0; i < nr; i++) {
		const struct floop_extent *extent = &extents[i];

		if (extent->sector != sector || sector >= map->nr_sectors)
			return false;
		if (!extent->nr_sectors ||
		    extent->nr_sectors > map->nr_sectors - sector)
			return false;
		if (extent->state > FLOOP_EXTENT_MAPPED)
			return false;
		if (extent->state == FLOOP_EXTENT_MAPPED &&
		    (extent->lower > PLACE_MASK ||
		     extent->nr_sectors > PLACE_MASK - extent->lower))
			return false;
		sector += extent->nr_sectors;
	}
	return true;
}

/* Add one slot's share of [@sector, @end) to @usage; returns where it ends. */
static u64 map_slot_usage(const struct floop_extent_map *map, u64 sector, u64 end,
			  struct floop_map_usage *usage)
{
	const struct floop_map_root *root;
	const struct map_slot *slot;
	const struct map_leaf *leaf;
	const struct map_run *run;

	rcu_read_lock();
	root = rcu_dereference(map->root);
	slot = slot_find(root->slots, root->nr, sector);
	end = min(end, slot[1].sector);
	leaf = rcu_dereference(slot->leaf);
	run = leaf ? run_find(leaf->runs, leaf->nr, sector) : NULL;
	for (; run && run < leaf->runs + leaf->nr && run->sector < end; run++) {
		usage->extents += place_state(run->place) != FLOOP_EXTENT_UNKNOWN;
		if (place_state(run->place) == FLOOP_EXTENT_MAPPED)
			usage->mapped_sectors += min(run[1].sector, end) -
						 max(run->sector, sector);
	}
	rcu_read_unlock();
	return end;
}

/*
 * Make an empty map: everything is unknown.  The caller owns @map, which
 * nobody else may see yet.  May sleep.  0, -ENOMEM, or -EINVAL if no file can
 * have @nr_sectors.
 */
int floop_map_init(struct floop_extent_map *map, u64 nr_sectors, size_t max_bytes)
{
	struct floop_map_root *root;

	memset(map, 0, sizeof(*map));
	if (nr_sectors > PLACE_MASK)
		return -EINVAL;
	root = root_create(1);
	if (!root)
		return -ENOMEM;
	root_push(root, 0, NULL);
	root_close(root, nr_sectors);
	map->nr_sectors = nr_sectors;
	map->max_bytes = max_bytes;
	map->bytes = root_bytes(root->nr_allocated);
	RCU_INIT_POINTER(map->root, root);
	return 0;
}

/*
 * Free everything.  No look-up may run any more, or begin: the caller has
 * waited for them.  Tolerates a zeroed map and one whose init failed.
 */
void floop_map_deinit(struct floop_extent_map *map)
{
	struct floop_map_root *root = map_root(map);
	unsigned int i;

	if (!root)
		return;
	for (i = 0; i < root->nr; i++)
		kvfree(slot_leaf(&root->slots[i]));
	kvfree(root);
	memset(map, 0, sizeof(*map));
}

/*
 * What is at @sector, up to the end of its run; unknown and 0 sectors past the
 * end of the map.  Any context, lock-free, writes nothing but @found.  What an
 * update took away may still be found by look-ups that began before it ended:
 * whoever needs them gone waits for an RCU grace period.
 */
void floop_map_lookup(const struct floop_extent_map *map, u64 sector,
		      struct floop_extent *found)
{
	const struct floop_map_root *root;
	const struct map_slot *slot;
	const struct map_leaf *leaf;
	const struct map_run *run;
	u64 place = PLACE_UNKNOWN;
	u64 end = sector;

	if (unlikely(sector >= map->nr_sectors))
		goto out;
	rcu_read_lock();
	root = rcu_dereference(map->root);
	slot = slot_find(root->slots, root->nr, sector);
	leaf = rcu_dereference(slot->leaf);
	if (likely(leaf)) {
		run = run_find(leaf->runs, leaf->nr, sector);
		place = run->place;
		end = run[1].sector;
	} else {
		end = slot[1].sector;
	}
	rcu_read_unlock();
out:
	found->sector = sector;
	found->nr_sectors = end - sector;
	found->state = place_state(place);
	found->lower = 0;
	if (found->state == FLOOP_EXTENT_MAPPED)
		found->lower = (sector + place) & PLACE_MASK;
}

/*
 * Write @nr sorted, adjacent extents over whatever the map held there, merging
 * what continues each other; readers see all of it or nothing.  The caller
 * serialises updates.  May sleep (GFP_KERNEL).  -EINVAL changes nothing.
 * After -ENOMEM, and after -ENOSPC (too much for the cap), the range is
 * unknown: what was known of it before has become false.
 */
int floop_map_set(struct floop_extent_map *map, const struct floop_extent *extents,
		  unsigned int nr)
{
	const struct floop_extent *last;
	int err;

	if (!nr)
		return 0;
	if (!extents_are_sound(map, extents, nr))
		return -EINVAL;
	err = map_write(map, extents, nr);
	if (err) {
		last = &extents[nr - 1];
		floop_map_forget(map, extents->sector,
				 last->sector + last->nr_sectors - extents->sector);
	}
	return err;
}

/*
 * Make a range unknown; what lies past the end of the map is ignored.  Never
 * fails: without memory, or room for a split, the leaves around the range are
 * forgotten whole.  The caller serialises updates.  May sleep (GFP_KERNEL).
 */
void floop_map_forget(struct floop_extent_map *map, u64 sector, u64 nr_sectors)
{
	struct floop_extent unknown = {
		.sector = sector,
		.state = FLOOP_EXTENT_UNKNOWN,
	};

	if (!nr_sectors || sector >= map->nr_sectors)
		return;
	unknown.nr_sectors = min(nr_sectors, map->nr_sectors - sector);
	if (map_write(map, &unknown, 1))
		map_empty_slots(map, map_slot_index(map, sector),
				map_slot_index(map, sector + unknown.nr_sectors - 1));
}

/*
 * Count the extents that touch a range, the mapped sectors in it, and the
 * memory of the whole map.  Any context, lock-free; leaf by leaf, so updates
 * in between may be seen in part.
 */
void floop_map_usage(const struct floop_extent_map *map, u64 first, u64 nr_sectors,
		     struct floop_map_usage *usage)
{
	u64 sector = first;
	u64 end = map->nr_sectors;

	memset(usage, 0, sizeof(*usage));
	if (sector < end && nr_sectors < end - sector)
		end = sector + nr_sectors;
	while (sector < end)
		sector = map_slot_usage(map, sector, end, usage);
	usage->bytes = READ_ONCE(map->bytes);
}
