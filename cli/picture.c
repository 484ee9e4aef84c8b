// SPDX-License-Identifier: GPL-2.0-only
#include <stdlib.h>

#include "picture.h"

const char run_chars[NR_RUN_KINDS] = {
	[RUN_DATA] = '#',
	[RUN_SHARED] = '=',
	[RUN_UNWRITTEN] = '-',
	[RUN_DELAYED] = '~',
	[RUN_INLINE] = 'i',
	[RUN_UNPLACED] = '?',
	[RUN_HOLE] = '.',
};

/* What is rare, or costs the map, before what every file has */
static const enum run_kind by_notice[NR_RUN_KINDS] = {
	RUN_SHARED, RUN_INLINE, RUN_UNPLACED, RUN_DELAYED, RUN_UNWRITTEN, RUN_DATA, RUN_HOLE,
};

static uint64_t cell_size_find(uint64_t size, uint64_t nr_max, uint64_t least)
{
	uint64_t cell_size = 1;

	while (cell_size < least || (size - 1) / cell_size >= nr_max)
		cell_size *= 2;
	return cell_size;
}

bool picture_init(struct picture *picture, uint64_t size, size_t width, uint64_t least)
{
	picture->size = size;
	picture->width = width;
	picture->cell_size = cell_size_find(size, width * PICTURE_ROWS, least);
	picture->nr = (size_t)((size - 1) / picture->cell_size + 1);
	picture->cells = calloc(picture->nr, sizeof(picture->cells[0]));
	return picture->cells;
}

void picture_deinit(struct picture *picture)
{
	free(picture->cells);
	picture->cells = NULL;
}

void picture_add(struct picture *picture, const struct run *run)
{
	uint64_t pos = run->pos, end = run->pos + run->len, cell, cell_end;

	if (end > picture->size)
		end = picture->size;
	while (pos < end) {
		cell = pos / picture->cell_size;
		cell_end = (cell + 1) * picture->cell_size;
		if (cell_end > end)
			cell_end = end;
		picture->cells[cell][run->kind] += cell_end - pos;
		pos = cell_end;
	}
}

static uint64_t cell_bytes(const uint64_t *cell)
{
	uint64_t bytes = 0;
	size_t kind;

	for (kind = 0; kind < NR_RUN_KINDS; kind++)
		bytes += cell[kind];
	return bytes;
}

char picture_char(const struct picture *picture, size_t i)
{
	const uint64_t *cell = picture->cells[i];
	uint64_t bytes = cell_bytes(cell);
	size_t kind;

	for (kind = 0; kind < NR_RUN_KINDS; kind++)
		if (bytes && cell[kind] == bytes)
			return run_chars[kind];
	return cell[RUN_HOLE] > bytes / 2 ? CHAR_SPARSE : CHAR_MIXED;
}

enum run_kind picture_kind(const struct picture *picture, size_t i)
{
	size_t n;

	for (n = 0; n < NR_RUN_KINDS - 1; n++)
		if (picture->cells[i][by_notice[n]])
			break;
	return by_notice[n];
}
