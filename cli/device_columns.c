// SPDX-License-Identifier: GPL-2.0-only
#include <stdlib.h>
#include <string.h>

#include "device_columns.h"
#include "face.h"
#include "opened.h"
#include "partitions.h"
#include "reasons.h"

#define SECTOR_SIZE 512

static struct cell get_name(const void *row)
{
	return cell_text(device_user_name(row));
}

static struct cell get_device(const void *row)
{
	return cell_text(device_user_path(row));
}

static struct cell get_mode(const void *row)
{
	return cell_text(((const struct device *)row)->mode);
}

static struct cell get_reason(const void *row)
{
	return cell_text(((const struct device *)row)->reason);
}

static struct cell get_sentence(const void *row)
{
	const struct device *device = row;

	return cell_text(device->reason ? token_sentence(device->reason) : NULL);
}

static struct cell get_offset(const void *row)
{
	return cell_number(((const struct device *)row)->offset);
}

static struct cell get_size(const void *row)
{
	return cell_number(((const struct device *)row)->sectors * SECTOR_SIZE);
}

static struct cell get_sectors(const void *row)
{
	return cell_number(((const struct device *)row)->sectors);
}

static struct cell get_read_only(const void *row)
{
	return cell_bool(((const struct device *)row)->is_read_only);
}

static struct cell get_backing_file(const void *row)
{
	return cell_text(((const struct device *)row)->backing_file);
}

static struct cell get_face(const void *row)
{
	return cell_text(((const struct device *)row)->face->word);
}

static struct cell get_engine(const void *row)
{
	return cell_text(((const struct device *)row)->face->engine);
}

static struct cell get_node(const void *row)
{
	return cell_text(((const struct device *)row)->node);
}

static struct cell get_uuid(const void *row)
{
	const struct device *device = row;

	return cell_text(*device->uuid ? device->uuid : NULL);
}

static struct cell get_deferred_remove(const void *row)
{
	const struct device *device = row;

	return cell_bool(device->opened ? device->opened->is_leaving : device->is_leaving);
}

static struct cell get_crypt(const void *row)
{
	const struct device *device = row;

	return cell_text(device->opened ? device->opened->kind : NULL);
}

static struct cell get_encrypted_device(const void *row)
{
	const struct device *device = row;

	return cell_text(device->opened ? device->path : NULL);
}

static struct cell get_suspended(const void *row)
{
	return cell_bool(((const struct device *)row)->is_suspended);
}

static struct cell get_start(const void *row)
{
	return cell_number(((const struct device *)row)->start);
}

static struct cell get_options(const void *row)
{
	const struct device *device = row;

	return cell_text(*device->options ? device->options : NULL);
}

static struct cell get_extents(const void *row)
{
	const char *value = device_info(row, "extents");

	return value ? cell_guess(value) : cell_text(NULL);
}

static struct cell get_mapped_bytes(const void *row)
{
	const char *value = device_info(row, "mapped_sectors");

	return value ? cell_number(strtoull(value, NULL, 10) * SECTOR_SIZE) : cell_text(NULL);
}

const struct column device_columns[] = {
	{ "name", "NAME", "name of the device", get_name },
	{ "device", "DEVICE", "path of the device", get_device },
	{ "mode", "MODE", "mapped: straight to the lower device; file: through the file system",
	  get_mode },
	{ "reason", "REASON", "why it is not mapped, a word", get_reason },
	{ "offset", "OFFSET", "bytes of the file in front of the device", get_offset },
	{ "size", "SIZE", "bytes of the device", get_size },
	{ "read_only", "RO", "whether writes are refused", get_read_only },
	{ "backing_file", "BACKING-FILE", "path of the file", get_backing_file },
	{ "engine", NULL, "fastloop; kernel-loop: the kernel's loop driver, without its module",
	  get_engine },
	{ "face", NULL, "native: a disk of fastloop's own; dm: device-mapper's; loop: the kernel's",
	  get_face },
	{ "crypt", NULL, "how the file is encrypted, where --crypt has opened it", get_crypt },
	{ "encrypted_device", NULL, "path of the device below the opened one",
	  get_encrypted_device },
	{ "node", NULL, "path of the device, as the kernel calls it", get_node },
	{ "uuid", NULL, "device-mapper's UUID of the device", get_uuid },
	{ "deferred_remove", NULL, "whether it goes away when its last user closes it",
	  get_deferred_remove },
	{ "suspended", NULL, "whether it stands still, until it is resumed", get_suspended },
	{ "start", NULL, "first sector of the target inside the device", get_start },
	{ "sectors", NULL, "length in sectors of 512 bytes", get_sectors },
	{ "options", NULL, "options of the table line", get_options },
	{ "sentence", NULL, "the reason as a sentence", get_sentence },
	{ "extents", NULL, "extents that are known at this moment", get_extents },
	{ "mapped_bytes", NULL, "bytes whose place on the lower device is known",
	  get_mapped_bytes },
	{ 0 }
};

void device_columns_help(FILE *out)
{
	fputs("\nColumns; a table has the first eight, --json has all:\n", out);
	columns_help(out, device_columns);
	fputs("Behind them status and --json show whatever else the kernel tells.\n", out);
}

static bool is_column(const char *key)
{
	const struct column *column;

	for (column = device_columns; column->key; column++)
		if (!strcmp(column->key, key))
			return true;
	return false;
}

void device_lines_print(const struct device *device)
{
	size_t i;

	lines_print(device_columns, device);
	for (i = 0; i < device->nr_pairs; i++) {
		struct cell cell = cell_guess(device->pairs[i].value);

		if (!is_column(device->pairs[i].key))
			line_print_cell(device->pairs[i].key, &cell);
	}
}

static struct json_object *json_from_partitions(const struct device *device)
{
	struct json_object *array = json_object_new_array();
	struct partition_list list;
	size_t i;

	partitions_find(&list, device);
	for (i = 0; i < list.nr; i++) {
		struct cell cell = cell_text(list.rows[i].path);

		json_object_array_add(array, json_from_cell(&cell));
	}
	partitions_free(&list);
	return array;
}

struct json_object *json_from_whole_device(const struct device *device)
{
	struct json_object *object = json_from_device(device);

	json_object_object_add(object, "partitions", json_from_partitions(device));
	return object;
}

struct json_object *json_from_device(const struct device *device)
{
	struct json_object *object = json_from_row(device_columns, device);
	size_t i;

	for (i = 0; i < device->nr_pairs; i++) {
		struct cell cell = cell_guess(device->pairs[i].value);

		if (!is_column(device->pairs[i].key))
			json_object_object_add(object, device->pairs[i].key,
					       json_from_cell(&cell));
	}
	return object;
}
