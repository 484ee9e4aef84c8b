// SPDX-License-Identifier: GPL-2.0-only
#include <linux/fiemap.h>
#include <stdio.h>

#include "layout_columns.h"

const struct run_kind_words run_kinds[NR_RUN_KINDS] = {
	[RUN_DATA]	= { "data", "in blocks of the file's own", "32" },
	[RUN_SHARED]	= { "shared", "in blocks that other files have as well (reflink)", "36" },
	[RUN_UNWRITTEN]	= { "unwritten", "has blocks, and reads as zeroes (preallocated)", "33" },
	[RUN_DELAYED]	= { "delayed", "in memory; gets its blocks when it is written out", "35" },
	[RUN_INLINE]	= { "inline", "in blocks of the file system's own", "34" },
	[RUN_UNPLACED]	= { "unplaced", "the file system does not say where", "31" },
	[RUN_HOLE]	= { "hole", "has no blocks, and reads as zeroes", "2" },
};

/* --- columns of an extent */

static struct cell get_logical(const void *row)
{
	return cell_number(((const struct run *)row)->pos);
}

static struct cell get_physical(const void *row)
{
	const struct run *run = row;

	return run_has_place(run) ? cell_number(run->place) : cell_text(NULL);
}

static struct cell get_length(const void *row)
{
	return cell_number(((const struct run *)row)->len);
}

static struct cell get_kind(const void *row)
{
	return cell_text(run_kinds[((const struct run *)row)->kind].name);
}

static const struct flag {
	uint32_t flag;
	const char *name;
} flags[] = {
	{ FIEMAP_EXTENT_LAST, "last" },
	{ FIEMAP_EXTENT_UNKNOWN, "unknown" },
	{ FIEMAP_EXTENT_DELALLOC, "delalloc" },
	{ FIEMAP_EXTENT_ENCODED, "encoded" },
	{ FIEMAP_EXTENT_DATA_ENCRYPTED, "encrypted" },
	{ FIEMAP_EXTENT_NOT_ALIGNED, "not-aligned" },
	{ FIEMAP_EXTENT_DATA_INLINE, "inline" },
	{ FIEMAP_EXTENT_DATA_TAIL, "tail" },
	{ FIEMAP_EXTENT_UNWRITTEN, "unwritten" },
	{ FIEMAP_EXTENT_MERGED, "merged" },
	{ FIEMAP_EXTENT_SHARED, "shared" },
};

#define NR_FLAGS (sizeof(flags) / sizeof(flags[0]))

static struct cell get_flags(const void *row)
{
	static char text[128];
	const struct run *run = row;
	char *end = text;
	size_t i;

	*text = '\0';
	for (i = 0; i < NR_FLAGS; i++)
		if (run->flags & flags[i].flag)
			end += sprintf(end, "%s%s", end > text ? "," : "", flags[i].name);
	return cell_text(*text ? text : NULL);
}

const struct column extent_columns[] = {
	{ "logical", "LOGICAL", "where it begins in the file, bytes", get_logical },
	{ "physical", "PHYSICAL", "where it begins on the device of its file system, bytes",
	  get_physical },
	{ "length", "LENGTH", "bytes", get_length },
	{ "kind", "KIND", "one of the words below", get_kind },
	{ "flags", "FLAGS", "as the file system has them", get_flags },
	{ 0 }
};

/* --- columns of the whole file */

static struct cell get_file(const void *row)
{
	return cell_text(((const struct layout *)row)->backing->name);
}

static struct cell get_size(const void *row)
{
	return cell_number(((const struct layout *)row)->backing->size);
}

static struct cell get_allocated(const void *row)
{
	const struct layout *layout = row;

	return layout->backing->device ? cell_text(NULL) : cell_number(layout->allocated_bytes);
}

static struct cell get_behind(const void *row)
{
	return cell_number(((const struct layout *)row)->behind_bytes);
}

static struct cell get_told_by(const void *row)
{
	return cell_text(((const struct layout *)row)->told_by);
}

static struct cell cell_if_known(const struct layout *layout, uint64_t number)
{
	return layout->extents.is_known ? cell_number(number) : cell_text(NULL);
}

static struct cell get_extent_count(const void *row)
{
	return cell_if_known(row, ((const struct layout *)row)->nr);
}

static struct cell get_pieces(const void *row)
{
	return cell_if_known(row, ((const struct layout *)row)->extents.nr);
}

static struct cell get_largest(const void *row)
{
	return cell_if_known(row, ((const struct layout *)row)->extents.largest);
}

static struct cell get_changed(const void *row)
{
	return cell_bool(((const struct layout *)row)->is_changed);
}

static const struct column layout_columns[] = {
	{ "file", NULL, "as it was given", get_file },
	{ "size", NULL, "bytes", get_size },
	{ "allocated_bytes", NULL, "bytes of its blocks, those behind its end included",
	  get_allocated },
	{ "behind_bytes", NULL, "of them, behind its end", get_behind },
	{ "told_by", NULL, "fiemap, fibmap, seek (no places), or device", get_told_by },
	{ "extent_count", NULL, "extents as the file system has them", get_extent_count },
	{ "pieces", NULL, "written ones, those that meet on the device joined", get_pieces },
	{ "largest_piece", NULL, "bytes of the longest of them", get_largest },
	{ "changed", NULL, "whether the file changed while it was read", get_changed },
	{ 0 }
};

/* --- help */

void layout_columns_help(FILE *out)
{
	size_t i;

	fputs("\nColumns of --extents:\n", out);
	columns_help(out, extent_columns);
	fputs("\nKinds:\n", out);
	for (i = 0; i < NR_RUN_KINDS; i++)
		fprintf(out, "  %c %-14s %s\n", run_chars[i], run_kinds[i].name, run_kinds[i].help);
	fprintf(out, "  %c %-14s %s\n", CHAR_MIXED, "mixed", "several kinds in one place of the picture");
	fprintf(out, "  %c %-14s %s\n", CHAR_SPARSE, "mostly hole", "the same, more than half a hole");
	fputs("\nKeys of --json, besides extents, and KIND_bytes of each kind:\n", out);
	columns_help(out, layout_columns);
}

/* --- JSON */

static struct json_object *json_from_flags(uint32_t set)
{
	struct json_object *array = json_object_new_array();
	size_t i;

	for (i = 0; i < NR_FLAGS; i++)
		if (set & flags[i].flag)
			json_object_array_add(array, json_object_new_string(flags[i].name));
	return array;
}

static struct json_object *json_from_runs(const struct run_list *list)
{
	struct json_object *array = json_object_new_array(), *object;
	size_t i;

	for (i = 0; i < list->nr; i++) {
		object = json_from_row(extent_columns, &list->rows[i]);
		json_object_object_add(object, "flags", json_from_flags(list->rows[i].flags));
		json_object_array_add(array, object);
	}
	return array;
}

struct json_object *json_from_layout(const struct layout *layout)
{
	struct json_object *root = json_from_row(layout_columns, layout);
	char key[32];
	size_t i;

	for (i = 0; i < NR_RUN_KINDS; i++) {
		snprintf(key, sizeof(key), "%s_bytes", run_kinds[i].name);
		json_object_object_add(root, key, json_object_new_uint64(layout->bytes[i]));
	}
	json_object_object_add(root, "extents", json_from_runs(&layout->list));
	return root;
}
