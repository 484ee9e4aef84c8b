/* SPDX-License-Identifier: GPL-2.0-only */
/* A verb's options as a table that is read, and printed as its --help. */
#ifndef OPTIONS_H
#define OPTIONS_H

#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>

#define MAX_OPTIONS 32	/* of a verb, --help and the table's end included */

struct option_row {
	const char *name;	/* without the dashes; NULL ends the table */
	const char *argument;	/* what --help calls it; NULL for a switch */
	const char *help;
	/* Stores @text at row->into.  NULL, or what is wrong with it. */
	const char *(*take)(const struct option_row *row, const char *text);
	void *into;
};

struct syntax {
	const char *verb;
	const char *operands;
	const char *about;
	int min_operands;
	int max_operands;
	const struct option_row *options;
	void (*help_more)(FILE *out);	/* may be NULL */
	bool is_for_root;
};

struct size_option {
	bool is_given;
	uint64_t bytes;
};

const char *take_switch(const struct option_row *row, const char *text);
const char *take_text(const struct option_row *row, const char *text);
const char *take_size(const struct option_row *row, const char *text);
/* The same of a device's length, which is not 0 */
const char *take_length(const struct option_row *row, const char *text);
/* One of the words that row->argument lists: "auto|require|never" */
const char *take_choice(const struct option_row *row, const char *text);

/*
 * Read all options; the operands are at argv[optind] then.  False when the
 * verb ends here, with *@status: after --help, or a mistake.
 */
bool options_read(const struct syntax *syntax, int argc, char **argv, int *status);

#endif /* OPTIONS_H */
