// SPDX-License-Identifier: GPL-2.0-only
#include <ctype.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "columns.h"
#include "text.h"

#define MAX_COLUMNS 32

struct cell cell_guess(const char *text)
{
	unsigned long long number;
	char *end;

	if (!isdigit((unsigned char)*text) || (*text == '0' && text[1]))
		return cell_text(text);
	errno = 0;
	number = strtoull(text, &end, 10);
	return *end || errno ? cell_text(text) : cell_number(number);
}

/* --- text */

/* Memory of the caller's, NULL when there is none */
static char *cell_string(const struct cell *cell)
{
	char *string = NULL;

	switch (cell->kind) {
	case CELL_TEXT:
		return text_visible(cell->text);
	case CELL_NUMBER:
		return asprintf(&string, "%llu", (unsigned long long)cell->number) < 0 ?
			NULL : string;
	case CELL_REAL:
		return asprintf(&string, "%.2f", cell->real) < 0 ? NULL : string;
	case CELL_BOOL:
		return strdup(cell->number ? "yes" : "no");
	default:
		return strdup("-");
	}
}

static void string_print(char *string)
{
	fputs(string ? string : "?", stdout);
	free(string);
}

void line_print_cell(const char *key, const struct cell *cell)
{
	text_print(stdout, key);
	fputs(": ", stdout);
	string_print(cell_string(cell));
	putchar('\n');
}

void lines_print(const struct column *columns, const void *row)
{
	for (; columns->key; columns++) {
		struct cell cell = columns->get(row);

		line_print_cell(columns->key, &cell);
	}
}

static size_t column_width(const struct column *column, const void *const *rows, size_t nr)
{
	size_t width = strlen(column->heading), i;

	for (i = 0; i < nr; i++) {
		struct cell cell = column->get(rows[i]);
		char *string = cell_string(&cell);
		size_t len = string ? text_width(string) : 1;

		width = len > width ? len : width;
		free(string);
	}
	return width;
}

/* By the first row that has anything there */
static bool column_is_number(const struct column *column, const void *const *rows, size_t nr)
{
	struct cell cell = { 0 };
	size_t i;

	for (i = 0; i < nr && cell.kind == CELL_NONE; i++)
		cell = column->get(rows[i]);
	return cell.kind == CELL_NUMBER || cell.kind == CELL_REAL;
}

/* Nothing is padded behind the last column. */
static void field_print(char *string, size_t width, bool is_right, bool is_last)
{
	size_t len = string ? text_width(string) : 1;
	int pad = (int)(width > len ? width - len : 0);

	if (is_right)
		printf("%*s", pad, "");
	string_print(string);
	if (is_last)
		putchar('\n');
	else
		printf("%*s", is_right ? 1 : pad + 1, "");
}

void table_print(const struct column *columns, const void *const *rows, size_t nr)
{
	const struct column *shown[MAX_COLUMNS];
	size_t widths[MAX_COLUMNS], nr_shown = 0, i, row;
	bool is_number[MAX_COLUMNS];

	for (; nr && columns->key; columns++) {
		if (!columns->heading || nr_shown == MAX_COLUMNS)
			continue;
		is_number[nr_shown] = column_is_number(columns, rows, nr);
		widths[nr_shown] = column_width(columns, rows, nr);
		shown[nr_shown++] = columns;
	}
	for (i = 0; i < nr_shown; i++)
		field_print(strdup(shown[i]->heading), widths[i], is_number[i],
			    i + 1 == nr_shown);
	for (row = 0; row < nr; row++) {
		for (i = 0; i < nr_shown; i++) {
			struct cell cell = shown[i]->get(rows[row]);

			field_print(cell_string(&cell), widths[i], is_number[i],
				    i + 1 == nr_shown);
		}
	}
}

void columns_help(FILE *out, const struct column *columns)
{
	for (; columns->key; columns++)
		fprintf(out, "  %-16s %s\n", columns->key, columns->help);
}

/* --- JSON */

static bool is_utf8(const char *text)
{
	size_t len;

	for (; *text; text += len) {
		len = utf8_len(text);
		if (!len)
			return false;
	}
	return true;
}

/*
 * A file name that is not UTF-8: each of its stray bytes as the lone surrogate
 * U+DC00 + byte, which is what Python's surrogateescape reads and writes.
 * Everything else that is not plain ASCII as it is, or escaped.
 */
static int bytes_to_json(struct json_object *object, struct printbuf *buf, int level, int flags)
{
	const char *in = json_object_get_userdata(object);
	size_t len;

	(void)level;
	(void)flags;
	printbuf_memappend(buf, "\"", 1);
	for (; *in; in += len ? len : 1) {
		len = utf8_len(in);
		if (!len)
			sprintbuf(buf, "\\udc%02x", (unsigned char)*in);
		else if (len == 1 && ((unsigned char)*in < 0x20 || *in == '"' || *in == '\\'))
			sprintbuf(buf, "\\u%04x", (unsigned char)*in);
		else
			printbuf_memappend(buf, in, (int)len);
	}
	printbuf_memappend(buf, "\"", 1);
	return 0;
}

static struct json_object *json_from_text(const char *text)
{
	struct json_object *object = json_object_new_string(text);

	if (object && !is_utf8(text))
		json_object_set_serializer(object, bytes_to_json, strdup(text),
					   json_object_free_userdata);
	return object;
}

static struct json_object *json_from_real(double real)
{
	char text[64];

	snprintf(text, sizeof(text), "%.2f", real);
	return json_object_new_double_s(real, text);
}

struct json_object *json_from_cell(const struct cell *cell)
{
	switch (cell->kind) {
	case CELL_TEXT:
		return json_from_text(cell->text);
	case CELL_NUMBER:
		return json_object_new_uint64(cell->number);
	case CELL_REAL:
		return json_from_real(cell->real);
	case CELL_BOOL:
		return json_object_new_boolean(cell->number);
	default:
		return NULL;
	}
}

struct json_object *json_from_row(const struct column *columns, const void *row)
{
	struct json_object *object = json_object_new_object();

	for (; columns->key; columns++) {
		struct cell cell = columns->get(row);

		json_object_object_add(object, columns->key, json_from_cell(&cell));
	}
	return object;
}

void json_print(struct json_object *object)
{
	puts(json_object_to_json_string_ext(object, JSON_C_TO_STRING_PRETTY |
					    JSON_C_TO_STRING_SPACED |
					    JSON_C_TO_STRING_NOSLASHESCAPE));
	json_object_put(object);
}
