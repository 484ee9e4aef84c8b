// SPDX-License-Identifier: GPL-2.0-only
/* fastloop map: how a file lies, drawn. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "cli.h"
#include "layout_columns.h"
#include "message.h"
#include "options.h"
#include "size.h"
#include "terminal.h"
#include "text.h"

#define LABEL_WIDTH	8	/* in front of a row: "  4608K " */
#define LEAST_WIDTH	8	/* cells, and a row is a multiple of that */

/* --- text */

static void colour_set(const char *colour)
{
	printf("\033[0%s%sm", *colour ? ";" : "", colour);
}

/* The longest unit in which it is a whole number: nothing in front of a row is rounded. */
static void label_print(uint64_t pos)
{
	const char *unit = "BKMGTPE";

	while (pos && !(pos % 1024)) {
		pos /= 1024;
		unit++;
	}
	printf("%*llu%c ", LABEL_WIDTH - 2, (unsigned long long)pos, pos ? *unit : ' ');
}

static void row_print(const struct picture *picture, size_t begin, size_t end, bool has_colour)
{
	const char *colour = "", *wanted;
	size_t i;

	label_print(begin * picture->cell_size);
	for (i = begin; i < end; i++) {
		wanted = run_kinds[picture_kind(picture, i)].colour;
		if (has_colour && wanted != colour)
			colour_set(colour = wanted);
		putchar(picture_char(picture, i));
	}
	if (has_colour)
		colour_set("");
	putchar('\n');
}

static void picture_print(const struct picture *picture, bool has_colour)
{
	size_t begin, end;

	for (begin = 0; begin < picture->nr; begin = end) {
		end = begin + picture->width < picture->nr ? begin + picture->width : picture->nr;
		row_print(picture, begin, end, has_colour);
	}
}

static bool has_char(const struct picture *picture, char wanted)
{
	size_t i;

	for (i = 0; i < picture->nr; i++)
		if (picture_char(picture, i) == wanted)
			return true;
	return false;
}

static void legend_print_kind(const struct layout *layout, size_t kind, bool has_colour)
{
	char size[SIZE_TEXT];

	if (has_colour)
		colour_set(run_kinds[kind].colour);
	putchar(run_chars[kind]);
	if (has_colour)
		colour_set("");
	printf(" %s %s  ", run_kinds[kind].name, size_print(size, layout->bytes[kind]));
}

/* What there is, and no more */
static void legend_print(const struct layout *layout, bool has_colour)
{
	char size[SIZE_TEXT];
	size_t kind;

	for (kind = 0; kind < NR_RUN_KINDS; kind++)
		if (layout->bytes[kind])
			legend_print_kind(layout, kind, has_colour);
	if (has_char(&layout->picture, CHAR_MIXED))
		printf("%c mixed  ", CHAR_MIXED);
	if (has_char(&layout->picture, CHAR_SPARSE))
		printf("%c mostly hole  ", CHAR_SPARSE);
	printf("(each character %s)\n", size_print(size, layout->picture.cell_size));
}

static const char *plural(uint64_t nr)
{
	return nr == 1 ? "" : "s";
}

static void places_print(const struct layout *layout)
{
	const struct extents *extents = &layout->extents;
	char size[SIZE_TEXT];

	if (!extents->is_known) {
		fputs("where it lies is unknown\n", stdout);
		return;
	}
	printf("%llu extent%s", (unsigned long long)layout->nr, plural(layout->nr));
	if (extents->nr)
		printf(" in %llu piece%s, the largest %s", (unsigned long long)extents->nr,
		       plural(extents->nr), size_print(size, extents->largest));
	putchar('\n');
}

static void heading_print(const struct layout *layout)
{
	char size[SIZE_TEXT];

	text_print(stdout, layout->backing->name);
	printf(": %s, ", size_print(size, layout->backing->size));
	if (layout->backing->device) {
		fputs("a block device\n", stdout);
		return;
	}
	printf("%s allocated", size_print(size, layout->allocated_bytes));
	if (layout->behind_bytes)
		printf(" (%s behind its end)", size_print(size, layout->behind_bytes));
	fputs("; ", stdout);
	places_print(layout);
}

static int list_print(const struct layout *layout)
{
	const void **rows = calloc(layout->list.nr + 1, sizeof(*rows));
	size_t i;

	if (!rows)
		return failed(layout->backing->name, "out of memory");
	for (i = 0; i < layout->list.nr; i++)
		rows[i] = &layout->list.rows[i];
	table_print(extent_columns, rows, layout->list.nr);
	free(rows);
	return STATUS_DONE;
}

static int layout_print(const struct layout *layout)
{
	bool has_colour = terminal_has_colour();

	heading_print(layout);
	picture_print(&layout->picture, has_colour);
	legend_print(layout, has_colour);
	if (!layout->has_list)
		return STATUS_DONE;
	putchar('\n');
	return list_print(layout);
}

/* --- the verb */

static void remarks_print(const struct layout *layout)
{
	const char *name = layout->backing->name;

	if (layout->backing->device)
		remark(name, "a block device: each byte of it is at its own place");
	else if (layout->is_forbidden)
		remark(name, "only root may ask where it lies; holes are as far as its file system tells");
	else if (!layout->extents.is_known)
		remark(name, "its file system does not say where it lies; holes are as far as it tells");
	if (layout->is_changed)
		remark(name, "it changed while it was read: it may never have lain just so");
}

static int layout_show(struct layout *layout, bool is_json)
{
	int err = layout_read(layout), status = STATUS_DONE;

	if (err)
		return failed(layout->backing->name, "how it lies can not be read: %s",
			      strerror(-err));
	if (is_json)
		json_print(json_from_layout(layout));
	else
		status = layout_print(layout);
	remarks_print(layout);
	return status;
}

static size_t picture_width(void)
{
	size_t columns = terminal_width();

	if (columns < LABEL_WIDTH + LEAST_WIDTH)
		return LEAST_WIDTH;
	return (columns - LABEL_WIDTH) / LEAST_WIDTH * LEAST_WIDTH;
}

int map_verb(int argc, char **argv)
{
	bool has_list = false, has_sync = false, is_json = false;
	const struct option_row options[] = {
		{ "extents", NULL, "list the extents and holes as well", take_switch, &has_list },
		{ "sync", NULL, "write cached data of FILE out first", take_switch, &has_sync },
		{ "json", NULL, "print a JSON object", take_switch, &is_json },
		{ 0 }
	};
	const struct syntax syntax = {
		.verb = "map",
		.operands = "FILE",
		.about = "Draw how FILE lies: its data, holes, shared and unwritten parts.\n"
			 "FILE may be in use, attached or not.  It is not changed, and without --sync\n"
			 "nothing of it is written out.",
		.min_operands = 1,
		.max_operands = 1,
		.options = options,
		.help_more = layout_columns_help,
	};
	struct backing backing;
	struct layout layout = { .backing = &backing };
	int status;

	if (!options_read(&syntax, argc, argv, &status))
		return status;
	layout.has_sync = has_sync;
	layout.has_list = has_list || is_json;
	layout.width = is_json ? 0 : picture_width();
	status = backing_open(&backing, argv[optind]);
	if (status)
		return status;
	status = layout_show(&layout, is_json);
	layout_deinit(&layout);
	backing_close(&backing);
	return status;
}
