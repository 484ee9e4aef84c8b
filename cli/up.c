// SPDX-License-Identifier: GPL-2.0-only
/* fastloop up: attach what the table says. */
#include <limits.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "attachment.h"
#include "cli.h"
#include "message.h"
#include "tabled.h"

/* Those that a line has in fields of its own */
static const char own_field[] = "name";

static const struct option_row *row_find(const struct option_row *rows, const char *name)
{
	const struct option_row *row;

	for (row = rows; row->name; row++)
		if (!strcmp(row->name, name) && strcmp(name, own_field))
			return row;
	return NULL;
}

/* @option: "KEY" or "KEY=VALUE", cut at the "=" */
static int option_take(const struct option_row *rows, char *option, const char *where)
{
	char *value = strchr(option, '=');
	const struct option_row *row;
	const char *wrong;

	if (value)
		*value++ = '\0';
	row = row_find(rows, option);
	if (!row)
		return failed(where, "%s: no such option; see fastlooptab(5)", option);
	if (!row->argument && value)
		return failed(where, "%s: takes no value", option);
	if (row->argument && (!value || !*value))
		return failed(where, "%s: needs a value: %s=%s", option, option, row->argument);
	wrong = row->take(row, value);
	if (wrong && row->take == take_choice)
		return failed(where, "%s=%s: %s; it takes %s", option, value, wrong, row->argument);
	return wrong ? failed(where, "%s=%s: %s", option, value, wrong) : STATUS_DONE;
}

static int options_take(const struct option_row *rows, char *options, const char *where)
{
	int status = STATUS_DONE;
	char *option;

	while (!status && (option = tab_option_next(&options)))
		if (!tab_option_is_of_boot(option))
			status = option_take(rows, option, where);
	return status;
}

static int nothing_more(const struct device *device, void *arg)
{
	(void)device;
	(void)arg;
	return STATUS_DONE;
}

static int line_attach(const struct tab_line *line, char *options, const char *where)
{
	struct option_row rows[MAX_OPTIONS] = { 0 };
	struct attach_options o;
	struct option_row *row = attach_option_rows(rows, &o);
	const char *option, *wrong;
	int status;

	*row++ = attach_partitions_row(&o);
	status = options_take(rows, options, where);
	if (status)
		return status;
	wrong = attach_options_wrong(&o, &option);
	if (wrong)
		return failed(where, "%s: %s", option, wrong);
	o.name = line->name;
	o.takes_named = true;
	return file_attach(line->file, &o, nothing_more, NULL);
}

static int line_up(const struct tab_line *line, const char *where)
{
	char *options = strdup(line->options);
	int status;

	if (!options)
		return failed(where, "out of memory");
	status = line_attach(line, options, where);
	free(options);
	return status;
}

int up_verb(int argc, char **argv)
{
	struct option_row options[MAX_OPTIONS] = { 0 };
	struct tabled tabled = { .skips_noauto = true, .work = line_up };
	const struct syntax syntax = {
		.verb = "up",
		.operands = TABLED_OPERANDS,
		.about = "Attach what these lines of " TAB_PATH " say, and is not attached yet.\n"
			 "--all leaves out those with noauto.",
		.max_operands = INT_MAX,
		.options = options,
	};
	int status;

	tabled_option_rows(options, &tabled, "all lines of the table that have no noauto");
	if (!options_read(&syntax, argc, argv, &status))
		return status;
	if (tabled.is_all == (optind < argc))
		return misused("up", "takes names of lines, or --all");
	return tabled_run(&tabled, argv + optind);
}
