// SPDX-License-Identifier: GPL-2.0-only
#include <getopt.h>
#include <string.h>
#include <unistd.h>

#include "cli.h"
#include "message.h"
#include "options.h"
#include "size.h"

#define HELP_COLUMN	30

/* getopt_long's return values; rows follow from FIRST_ROW on */
enum { HELP = 'h', UNKNOWN = '?', NO_ARGUMENT = ':', FIRST_ROW = 256 };

const char *take_switch(const struct option_row *row, const char *text)
{
	(void)text;
	*(bool *)row->into = true;
	return NULL;
}

const char *take_text(const struct option_row *row, const char *text)
{
	*(const char **)row->into = text;
	return NULL;
}

const char *take_size(const struct option_row *row, const char *text)
{
	struct size_option *size = row->into;

	size->is_given = true;
	return size_parse(text, &size->bytes);
}

const char *take_length(const struct option_row *row, const char *text)
{
	const struct size_option *size = row->into;
	const char *wrong = take_size(row, text);

	return wrong || size->bytes ? wrong : "a device needs at least one sector";
}

const char *take_choice(const struct option_row *row, const char *text)
{
	size_t wanted = strlen(text), len;
	const char *word;

	for (word = row->argument; *word; word += len + (word[len] == '|')) {
		len = strcspn(word, "|");
		if (len == wanted && !strncmp(word, text, len)) {
			*(const char **)row->into = text;
			return NULL;
		}
	}
	return "no such choice";
}

static void row_print(FILE *out, const char *name, const char *argument, const char *help)
{
	int width = fprintf(out, "  --%s%s%s", name, argument ? " " : "",
			    argument ? argument : "");

	if (width > HELP_COLUMN - 2)
		width = fprintf(out, "\n") - 1;
	fprintf(out, "%*s%s\n", HELP_COLUMN - width, "", help);
}

static void help_print(const struct syntax *syntax)
{
	const struct option_row *row;

	printf("Usage: fastloop %s [OPTION]...%s%s\n%s\n\nOptions:\n", syntax->verb,
	       *syntax->operands ? " " : "", syntax->operands, syntax->about);
	for (row = syntax->options; row->name; row++)
		row_print(stdout, row->name, row->argument, row->help);
	row_print(stdout, "help", NULL, "show this text");
	if (syntax->help_more)
		syntax->help_more(stdout);
}

static void getopt_rows(const struct syntax *syntax, struct option *rows)
{
	int i;

	for (i = 0; syntax->options[i].name; i++)
		rows[i] = (struct option) {
			.name = syntax->options[i].name,
			.has_arg = syntax->options[i].argument ? required_argument : no_argument,
			.val = FIRST_ROW + i,
		};
	rows[i] = (struct option) { .name = "help", .val = HELP };
}

static int option_take(const struct option_row *row, const char *text)
{
	const char *wrong;
	char name[64];

	snprintf(name, sizeof(name), "--%s", row->name);
	if (row->argument && !*text)
		return misused(name, "its value is empty");
	wrong = row->take(row, text);
	if (!wrong)
		return STATUS_DONE;
	if (row->take == take_choice)
		return misused(name, "%s: %s; it takes %s", text, wrong, row->argument);
	return misused(name, "%s: %s", text, wrong);
}

static int getopt_wrong(const struct syntax *syntax, int found, char **argv)
{
	const char *word = argv[optind - 1];
	char letter[] = { '-', (char)optopt, '\0' };

	if (found == NO_ARGUMENT)
		return misused(word, "needs a value; see fastloop %s --help", syntax->verb);
	if (optopt >= FIRST_ROW || optopt == HELP)
		return misused(word, "takes no value; see fastloop %s --help", syntax->verb);
	return misused(optopt ? letter : word, "no such option; see fastloop %s --help",
		       syntax->verb);
}

static int operands_check(const struct syntax *syntax, int nr)
{
	if (nr < syntax->min_operands)
		return misused(syntax->verb, "%s is missing; see fastloop %s --help",
			       syntax->operands, syntax->verb);
	if (nr > syntax->max_operands)
		return misused(syntax->verb, "too many arguments; see fastloop %s --help",
			       syntax->verb);
	return STATUS_DONE;
}

bool options_read(const struct syntax *syntax, int argc, char **argv, int *status)
{
	struct option rows[MAX_OPTIONS] = { 0 };
	int found;

	getopt_rows(syntax, rows);
	opterr = 0;
	*status = STATUS_DONE;
	while ((found = getopt_long(argc, argv, ":h", rows, NULL)) != -1) {
		if (found == HELP) {
			help_print(syntax);
			return false;
		}
		if (found < FIRST_ROW)
			*status = getopt_wrong(syntax, found, argv);
		else
			*status = option_take(&syntax->options[found - FIRST_ROW], optarg);
		if (*status)
			return false;
	}
	*status = operands_check(syntax, argc - optind);
	if (!*status && syntax->is_for_root && geteuid())
		*status = failed(syntax->verb, "only root may do that");
	return !*status;
}
