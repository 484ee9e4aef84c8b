/* SPDX-License-Identifier: GPL-2.0-only */
/* What the file system says about a file's blocks: see extents.c. */
#ifndef FLOOP_EXTENTS_H
#define FLOOP_EXTENTS_H

#include "backing.h"

/*
 * Put [@sector, @sector + @nr_sectors) into the map by FIEMAP, in O(extents).
 * Refuses what can not be remapped; holes and unwritten extents only unless
 * @read_only.  Process context with an address space, may sleep, does I/O.
 * Leans on i_op->fiemap.
 */
int floop_extents_read(struct floop_backing *backing, u64 sector, u64 nr_sectors,
		       bool read_only);

/*
 * What is at @sector, asked of the file system by bmap(), also put into the
 * map if there is room.  @found starts at @sector and reaches no further than
 * what was asked.  0 or a negative errno: then nothing is known.  Any task
 * that may sleep, a kernel worker too; holds map_lock meanwhile.
 */
int floop_extents_lookup(struct floop_backing *backing, u64 sector,
			 struct floop_extent *found);

#endif /* FLOOP_EXTENTS_H */
