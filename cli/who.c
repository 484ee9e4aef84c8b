// SPDX-License-Identifier: GPL-2.0-only
/* fastloop who: which device stands behind an ETXTBSY. */
#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <unistd.h>

#include "cli.h"
#include "device.h"
#include "columns.h"
#include "face.h"
#include "message.h"
#include "options.h"
#include "text.h"

static struct cell get_name(const void *row)
{
	return cell_text(device_user_name(row));
}

static struct cell get_device(const void *row)
{
	return cell_text(device_user_path(row));
}

static struct cell get_offset(const void *row)
{
	return cell_number(((const struct device *)row)->offset);
}

static struct cell get_sectors(const void *row)
{
	return cell_number(((const struct device *)row)->sectors);
}

static struct cell get_access(const void *row)
{
	return cell_text(((const struct device *)row)->is_read_only ? "ro" : "rw");
}

static const struct column who_columns[] = {
	{ "name", "NAME", "name of the device", get_name },
	{ "device", "DEVICE", "path of the device", get_device },
	{ "offset", "OFFSET", "bytes of the file in front of the device", get_offset },
	{ "sectors", "SECTORS", "length in sectors of 512 bytes", get_sectors },
	{ "access", "ACCESS", "rw or ro", get_access },
	{ 0 }
};

static void who_help(FILE *out)
{
	fputs("\nA line has, without a heading:\n", out);
	columns_help(out, who_columns);
}

/* A device with map:never keeps nobody off, nor does the kernel's loop driver. */
static bool keeps_writers_off(const struct device *device)
{
	return device->face != &face_loop && !strstr(device->options, "map:never");
}

static void line_print(const struct device *device)
{
	const struct column *column;

	for (column = who_columns; column->key; column++) {
		struct cell cell = column->get(device);

		if (cell.kind == CELL_NUMBER)
			printf("%llu", (unsigned long long)cell.number);
		else
			text_print(stdout, cell.text);
		putchar(column[1].key ? ' ' : '\n');
	}
}

static size_t holders_print(const struct device_list *list, const struct file_id *id,
			    struct json_object *array)
{
	size_t i, nr = 0;

	for (i = 0; i < list->nr; i++) {
		const struct device *device = &list->rows[i];

		if (!device_has_file(device, id) || !keeps_writers_off(device))
			continue;
		nr++;
		if (array)
			json_object_array_add(array, json_from_row(who_columns, device));
		else
			line_print(device);
	}
	return nr;
}

static int who_print(const char *file, const struct device_list *list,
		     const struct file_id *id, bool is_json)
{
	struct json_object *array = is_json ? json_object_new_array() : NULL;
	size_t nr = holders_print(list, id, array);

	if (is_json) {
		struct json_object *root = json_object_new_object();

		json_object_object_add(root, "devices", array);
		json_print(root);
	}
	return nr ? STATUS_DONE : failed(file, "nobody keeps writers off");
}

int who_verb(int argc, char **argv)
{
	bool is_json = false;
	const struct option_row options[] = {
		{ "json", NULL, "print a JSON object", take_switch, &is_json },
		{ 0 }
	};
	const struct syntax syntax = {
		.verb = "who",
		.operands = "FILE",
		.about = "Name the devices that keep writers off FILE (\"Text file busy\").",
		.min_operands = 1,
		.max_operands = 1,
		.options = options,
		.help_more = who_help,
	};
	struct device_list list;
	struct file_id id;
	int status;

	if (!options_read(&syntax, argc, argv, &status))
		return status;
	if (!file_id_read(AT_FDCWD, argv[optind], &id))
		return failed(argv[optind], "%s", strerror(errno));
	status = devices_read(&list);
	if (!status)
		status = who_print(argv[optind], &list, &id, is_json);
	devices_free(&list);
	return status;
}
