// SPDX-License-Identifier: GPL-2.0-only
/*
 * libFuzzer: any bytes as a table line.  What is taken must come back the same
 * after printing; what is refused must have a sentence.  The bytes are also
 * tried as a path.
 */
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "../dm_split.h"
#include "table_args.h"

#define WORDS_MAX	16
#define CHECK(expr)	do { if (!(expr)) abort(); } while (0)

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static bool parse(struct floop_table_args *args, char *line)
{
	char *words[WORDS_MAX];
	unsigned int nr = dm_split(line, words, WORDS_MAX);
	const char *sentence = floop_table_args_parse(args, nr, words);

	CHECK(!sentence || strlen(sentence) > 10);
	return !sentence;
}

/* A line that says what @args says; the caller frees it. */
static char *print(const struct floop_table_args *args)
{
	size_t path = floop_table_path_escape(NULL, 0, args->path);
	size_t opts = floop_table_opts_print(NULL, 0, args);
	char *line = malloc(path + opts + 32);
	size_t len;

	CHECK(line);
	CHECK(floop_table_path_escape(line, path + 1, args->path) == path);
	len = path + sprintf(line + path, " %llu", args->offset);
	CHECK(floop_table_opts_print(line + len, opts + 1, args) == opts);
	return line;
}

static void check_round_trip(const struct floop_table_args *args)
{
	struct floop_table_args again;
	char *line = print(args);
	char *doubled = malloc(2 * strlen(line) + 1);

	CHECK(doubled);
	dm_double_backslashes(doubled, line);
	CHECK(parse(&again, doubled));
	CHECK(!strcmp(args->path, again.path) && args->offset == again.offset);
	CHECK(args->options.map == again.options.map && args->options.io == again.options.io);
	CHECK(args->options.discard == again.options.discard);
	CHECK(args->options.sector == again.options.sector);
	CHECK(args->options.pin == again.options.pin);
	free(doubled);
	free(line);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct floop_table_args args = { };
	char *line = malloc(size + 1);

	CHECK(line);
	memcpy(line, data, size);
	line[size] = '\0';
	args.path = line;
	if (*line)
		check_round_trip(&args);
	if (parse(&args, line))
		check_round_trip(&args);
	free(line);
	return 0;
}
