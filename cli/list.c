// SPDX-License-Identifier: GPL-2.0-only
/* fastloop list: everything that is attached, a line for each. */
#include <stdlib.h>

#include "cli.h"
#include "device_columns.h"
#include "message.h"
#include "options.h"

static void json_list_print(const struct device_list *list)
{
	struct json_object *root = json_object_new_object();
	struct json_object *rows = json_object_new_array();
	size_t i;

	for (i = 0; i < list->nr; i++)
		json_object_array_add(rows, json_from_device(&list->rows[i]));
	json_object_object_add(root, "devices", rows);
	json_print(root);
}

static int text_list_print(const struct device_list *list)
{
	const void **rows = calloc(list->nr + 1, sizeof(*rows));
	size_t i;

	if (!rows)
		return failed("list", "out of memory");
	for (i = 0; i < list->nr; i++)
		rows[i] = &list->rows[i];
	table_print(device_columns, rows, list->nr);
	free(rows);
	return STATUS_DONE;
}

int list_verb(int argc, char **argv)
{
	const char *file = NULL;
	bool is_json = false;
	const struct option_row options[] = {
		{ "file", "FILE", "only devices of this file", take_text, &file },
		{ "json", NULL, "print a JSON object", take_switch, &is_json },
		{ 0 }
	};
	const struct syntax syntax = {
		.verb = "list",
		.operands = "",
		.about = "Show all attached files; nothing when there are none.",
		.options = options,
		.help_more = device_columns_help,
	};
	struct device_list list;
	int status;

	if (!options_read(&syntax, argc, argv, &status))
		return status;
	status = devices_read(&list);
	if (!status && file)
		devices_select_file(&list, file);
	if (!status && is_json)
		json_list_print(&list);
	else if (!status)
		status = text_list_print(&list);
	devices_free(&list);
	return status;
}
