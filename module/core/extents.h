/* SPDX-License-Identifier: GPL-2.0-only */
/* What the file system says about a file's blocks: see extents.c. */
#ifndef FLOOP_EXTENTS_H
#define FLOOP_EXTENTS_H

#include "backing.h"

/*
 * Whether the caller can read extents into the map: FIEMAP needs a process, and one that is
 * believed.  Without it all is looked up when it is needed.  Process context.
 */
bool floop_extents_are_told(void);

/*
 * Put [@sector, @sector + @nr_sectors) into the map by FIEMAP, in O(extents).
 * Refuses what can not be remapped; holes and unwritten extents are known holes,
 * and refused if @pinned.  Only where floop_extents_are_told(); may sleep, does
 * I/O.  Leans on i_op->fiemap.
 */
int floop_extents_read(struct floop_backing *backing, u64 sector, u64 nr_sectors,
		       bool pinned);

/*
 * The first extent from byte @pos on with all of these FIEMAP_EXTENT_ flags, and with
 * data that are written: @pos and @len are its part from @pos on.  @len is 0 if there is
 * none up to the new @pos, which is the end of the file or where to go on.  Context and
 * errors as above.
 */
int floop_extents_next(struct floop_backing *backing, u32 flags, loff_t *pos, loff_t *len);

/*
 * All of the range is mapped and in the map: what is unknown is looked up, a hole
 * refused.  The map must have no cap, or nothing is sure to stay.  May sleep, does
 * I/O; takes map_lock.  0 or a refusal.
 */
int floop_extents_load(struct floop_backing *backing, u64 sector, u64 nr_sectors);

/*
 * What is at @sector: known, or asked of the file system by bmap(), also put into
 * the map if there is room.  @found starts at @sector.  0 or a negative errno:
 * then nothing is known.  Who uses the place is counted for the drain, or it is
 * @mine that covers @sector; else @mine is NULL.  May sleep, a kernel worker too;
 * does I/O; takes map_lock.
 */
int floop_extents_lookup(struct floop_backing *backing, const struct floop_change *mine,
			 u64 sector, struct floop_extent *found);

/*
 * Forget the holes that @change, a fill, covers and ask again, at its beginning.
 * Context as above.
 */
void floop_extents_refresh(struct floop_backing *backing, const struct floop_change *change);

/*
 * Whether the file system, too, has no data there: asked once more before zeroes
 * are written.  May sleep, does I/O.
 */
bool floop_extents_is_hole(struct floop_backing *backing, const struct floop_extent *hole);

#endif /* FLOOP_EXTENTS_H */
