/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * A file as rows of characters, each of which stands for the same number of
 * bytes, a power of two.  PURE.
 */
#ifndef PICTURE_H
#define PICTURE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "runs.h"

#define PICTURE_ROWS 16

struct picture {
	uint64_t size;		/* bytes of the file */
	uint64_t cell_size;	/* bytes */
	size_t width;		/* cells in a row */
	size_t nr;		/* cells */
	uint64_t (*cells)[NR_RUN_KINDS];	/* bytes of each kind */
};

/*
 * At most PICTURE_ROWS rows of @width cells, none for less than @least bytes.
 * False when memory is short.
 */
bool picture_init(struct picture *picture, uint64_t size, size_t width, uint64_t least);
void picture_deinit(struct picture *picture);

void picture_add(struct picture *picture, const struct run *run);

/* What stands for a kind, and for cells that have several */
extern const char run_chars[NR_RUN_KINDS];
#define CHAR_MIXED	'+'	/* at least half of it is no hole */
#define CHAR_SPARSE	':'	/* more than half of it is */

char picture_char(const struct picture *picture, size_t cell);

/* The one to be noticed of those in the cell, which gives it its colour */
enum run_kind picture_kind(const struct picture *picture, size_t cell);

#endif /* PICTURE_H */
