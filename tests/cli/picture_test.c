// SPDX-License-Identifier: GPL-2.0-only
/* From runs to characters: which cell, what of a mixture, how large a cell. */
#include <stdint.h>

#include "test.h"

#include "picture.h"

static struct picture picture;
static char drawn[4096];

static void begin(uint64_t size, size_t width, uint64_t least)
{
	CHECK(picture_init(&picture, size, width, least));
	CHECK(picture.nr && picture.nr < sizeof(drawn));
	CHECK((picture.nr + width - 1) / width <= PICTURE_ROWS);
	CHECK(picture.cell_size >= least && !(picture.cell_size & (picture.cell_size - 1)));
	CHECK((picture.nr - 1) * picture.cell_size < size);
	CHECK(picture.nr * picture.cell_size >= size);
}

static void add(uint64_t pos, uint64_t len, enum run_kind kind)
{
	struct run run = { .pos = pos, .len = len, .kind = kind };

	picture_add(&picture, &run);
}

static const char *end(void)
{
	size_t i;

	for (i = 0; i < picture.nr; i++)
		drawn[i] = picture_char(&picture, i);
	drawn[i] = '\0';
	picture_deinit(&picture);
	return drawn;
}

/* The same bytes, whatever runs they come in */
static void places(void)
{
	begin(80, 8, 8);
	add(0, 8, RUN_DATA);
	add(8, 16, RUN_SHARED);
	add(24, 8, RUN_UNWRITTEN);
	add(32, 8, RUN_DELAYED);
	add(40, 8, RUN_INLINE);
	add(48, 8, RUN_UNPLACED);
	add(56, 24, RUN_HOLE);
	CHECK_TEXT(end(), "#==-~i?...");

	begin(24, 8, 8);
	add(0, 3, RUN_DATA);
	add(3, 4, RUN_DATA);
	add(7, 10, RUN_DATA);
	add(17, 7, RUN_HOLE);
	CHECK_TEXT(end(), "##:");
}

static void mixtures(void)
{
	begin(48, 8, 8);
	add(0, 3, RUN_DATA);		/* less than half */
	add(3, 5, RUN_HOLE);
	add(8, 4, RUN_DATA);		/* half */
	add(12, 4, RUN_HOLE);
	add(16, 7, RUN_DATA);		/* nearly all */
	add(23, 1, RUN_SHARED);
	add(24, 1, RUN_UNWRITTEN);
	add(25, 7, RUN_HOLE);
	add(32, 7, RUN_UNWRITTEN);
	add(39, 1, RUN_DELAYED);
	add(40, 8, RUN_HOLE);
	CHECK(picture_kind(&picture, 0) == RUN_DATA);
	CHECK(picture_kind(&picture, 2) == RUN_SHARED);
	CHECK(picture_kind(&picture, 3) == RUN_UNWRITTEN);
	CHECK(picture_kind(&picture, 4) == RUN_DELAYED);
	CHECK(picture_kind(&picture, 5) == RUN_HOLE);
	CHECK_TEXT(end(), ":++:+.");
}

/* The last cell is judged by the bytes that the file has there. */
static void end_of_the_file(void)
{
	begin(17, 8, 8);
	add(0, 16, RUN_HOLE);
	add(16, 1, RUN_DATA);
	CHECK_TEXT(end(), "..#");
	begin(1, 8, 512);
	add(0, 1, RUN_DATA);
	CHECK_TEXT(end(), "#");
	begin(16, 8, 8);
	add(0, 100, RUN_DATA);		/* never outside */
	CHECK_TEXT(end(), "##");
}

static void sizes(void)
{
	static const uint64_t sizes[] = {
		1, 511, 512, 513, 4096, 1 << 20, (1 << 20) + 1, 200ULL << 20, 1ULL << 40,
		INT64_MAX,
	};
	size_t i, width;

	for (i = 0; i < sizeof(sizes) / sizeof(sizes[0]); i++)
		for (width = 8; width <= 248; width += 48) {
			begin(sizes[i], width, 512);
			/* As many as there is room for, or each of the least size */
			CHECK(picture.cell_size == 512 ||
			      picture.nr > width * PICTURE_ROWS / 2);
			add(0, sizes[i], RUN_DATA);
			CHECK(strspn(end(), "#") == strlen(drawn));
		}
}

int main(void)
{
	places();
	mixtures();
	end_of_the_file();
	sizes();
	return 0;
}
