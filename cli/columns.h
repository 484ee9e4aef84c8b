/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * One table of columns drives the text, the JSON and the help of a verb that
 * prints something.
 */
#ifndef COLUMNS_H
#define COLUMNS_H

#include <json-c/json.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>

/* A value as a row gives it; zeroed, it is "none": - in text, null in JSON */
struct cell {
	enum { CELL_NONE, CELL_TEXT, CELL_NUMBER, CELL_REAL, CELL_BOOL } kind;
	const char *text;
	uint64_t number;
	double real;		/* to hundredths */
};

struct column {
	const char *key;	/* NULL ends the table */
	const char *heading;	/* in a table; NULL: in "key: value" lines only */
	const char *help;
	struct cell (*get)(const void *row);
};

static inline struct cell cell_text(const char *text)
{
	return (struct cell) { .kind = text ? CELL_TEXT : CELL_NONE, .text = text };
}

static inline struct cell cell_number(uint64_t number)
{
	return (struct cell) { .kind = CELL_NUMBER, .number = number };
}

static inline struct cell cell_real(double real)
{
	return (struct cell) { .kind = CELL_REAL, .real = real };
}

static inline struct cell cell_bool(bool is_true)
{
	return (struct cell) { .kind = CELL_BOOL, .number = is_true };
}

/* A number if @text is nothing but a decimal one, else text */
struct cell cell_guess(const char *text);

/* Columns with a heading, aligned.  Prints nothing without rows. */
void table_print(const struct column *columns, const void *const *rows, size_t nr);

/* "key: value" lines */
void lines_print(const struct column *columns, const void *row);
void line_print_cell(const char *key, const struct cell *cell);

struct json_object *json_from_row(const struct column *columns, const void *row);
struct json_object *json_from_cell(const struct cell *cell);
/* Prints @object and frees it. */
void json_print(struct json_object *object);

void columns_help(FILE *out, const struct column *columns);

#endif /* COLUMNS_H */
