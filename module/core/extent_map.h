/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Where each sector of a backing file lies on the lower device, as far as it
 * is known.  PURE: compiles unchanged in userspace.
 *
 * The map is a partition of [0, nr_sectors) into runs; each run is mapped, a
 * known hole, or unknown.  Unknown is the state of whatever was never looked
 * up, was forgotten, or did not fit under the memory cap: it says nothing
 * about the file and must never be read as a hole.
 *
 * Runs live in sorted leaves below one sorted root.  A leaf and a root never
 * change once they are published: an update builds a new one and replaces the
 * old under RCU, so that a look-up takes no lock and writes no memory.
 *
 * Units: sector and nr_sectors are 512 B units of the backing file, lower is a
 * 512 B sector of the lower device.
 */
#ifndef FLOOP_EXTENT_MAP_H
#define FLOOP_EXTENT_MAP_H

#include "pure.h"

enum floop_extent_state {
	FLOOP_EXTENT_UNKNOWN,
	FLOOP_EXTENT_HOLE,
	FLOOP_EXTENT_MAPPED,
};

struct floop_extent {
	u64 sector;
	u64 nr_sectors;
	u64 lower;			/* only of a mapped one, else 0 */
	enum floop_extent_state state;
};

struct floop_map_root;

/* Owned by one backing file; updates are serialised by that owner. */
struct floop_extent_map {
	struct floop_map_root __rcu *root;
	u64 nr_sectors;
	size_t max_bytes;
	size_t bytes;			/* read by anyone, READ_ONCE */
	u64 hand;			/* sector from which to evict next */
};

struct floop_map_usage {
	u64 extents;			/* mapped and hole runs */
	u64 mapped_sectors;
	size_t bytes;			/* memory taken by the whole map */
};

/*
 * Everything unknown.  May sleep.  0, -ENOMEM, or -EINVAL if no file can have
 * @nr_sectors.
 */
int floop_map_init(struct floop_extent_map *map, u64 nr_sectors, size_t max_bytes);

/* No look-up may run any more.  Tolerates a zeroed or half-built map. */
void floop_map_deinit(struct floop_extent_map *map);

/*
 * What is at @sector: @found starts exactly there and reaches to the end of
 * its run (found->sector == sector, found->lower is already advanced).
 * Past the end of the map: unknown, nr_sectors 0.  A run may end early, where
 * the next one continues it.  Any context, lock-free; look-ups that began
 * before an update ended may find what it took away, for one RCU grace period.
 */
void floop_map_lookup(const struct floop_extent_map *map, u64 sector,
		      struct floop_extent *found);

/*
 * Write @nr extents, sorted and adjacent (each begins where the one before it
 * ends), over whatever the map held there.  Neighbours that continue each
 * other are merged.  Readers see all of it or nothing.  Over the cap, other
 * leaves are forgotten first; -ENOSPC if even that does not make room.
 * After -ENOSPC and -ENOMEM the range, and perhaps more around it, is unknown,
 * because what was known of it before must be taken for false.  -EINVAL for
 * extents out of order or out of range: nothing has changed.  May sleep
 * (GFP_KERNEL: callers that must not recurse into I/O use memalloc_noio_save).
 */
int floop_map_set(struct floop_extent_map *map, const struct floop_extent *extents,
		  unsigned int nr);

/* Make a range unknown.  Never fails: without memory, more is forgotten. */
void floop_map_forget(struct floop_extent_map *map, u64 sector, u64 nr_sectors);

/*
 * For status: the extents that touch the range and the mapped sectors in it;
 * the bytes are those of the whole map.  Any context; leaf by leaf under RCU,
 * so that an update in between may be seen in part.
 */
void floop_map_usage(const struct floop_extent_map *map, u64 first, u64 nr_sectors,
		     struct floop_map_usage *usage);

#endif /* FLOOP_EXTENT_MAP_H */
