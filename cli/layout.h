/* SPDX-License-Identifier: GPL-2.0-only */
/* All that can be seen from outside of how a file lies. */
#ifndef LAYOUT_H
#define LAYOUT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "extents.h"
#include "picture.h"

struct run_list {
	struct run *rows;
	size_t nr, room;
};

struct layout {
	/* the caller's */
	const struct backing *backing;
	bool has_sync;		/* write cached data out first */
	bool has_list;		/* remember each run */
	size_t width;		/* of the picture, cells; 0: none */

	/* filled by layout_read() */
	uint64_t allocated_bytes;	/* as stat(2) has it */
	uint64_t behind_bytes;		/* of them, behind the end of the file */
	const char *told_by;		/* fiemap, fibmap, seek, device */
	bool is_forbidden;		/* with more rights one would know more */
	bool is_changed;		/* it was not the same file all the time */
	uint64_t nr;			/* extents, as the file system has them */
	uint64_t bytes[NR_RUN_KINDS];
	struct extents extents;		/* is_known: it says where they lie */
	struct run_list list;
	struct picture picture;
};

/* Nothing is written but by has_sync.  0 or a negative errno; layout_deinit() is due anyway. */
int layout_read(struct layout *layout);
void layout_deinit(struct layout *layout);

#endif /* LAYOUT_H */
