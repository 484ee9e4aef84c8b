// SPDX-License-Identifier: GPL-2.0-only
#include <errno.h>
#include <limits.h>
#include <stdio.h>
#include <string.h>

#include "cli.h"
#include "message.h"
#include "tabled.h"

struct option_row *tabled_option_rows(struct option_row *row, struct tabled *tabled,
				      const char *all)
{
	tabled->path = TAB_PATH;
	*row++ = (struct option_row) { "all", NULL, all, take_switch,
		&tabled->is_all };
	*row++ = (struct option_row) { "tab", "FILE", "another table than " TAB_PATH,
		take_text, &tabled->path };
	return row;
}

/* A failure is worse than a refusal. */
static void status_add(int *status, int one)
{
	if (one && *status != STATUS_FAILED)
		*status = one;
}

static int line_run(const struct tabled *tabled, const struct tab_line *line)
{
	char where[PATH_MAX + 16];

	snprintf(where, sizeof(where), "%s:%u", tabled->path, line->nr);
	if (line->wrong)
		return failed(where, "%s", line->wrong);
	return tabled->work(line, where);
}

static int all_run(const struct tabled *tabled, const struct tab *tab)
{
	const struct tab_line *line;
	int status = STATUS_DONE;
	size_t i;

	for (i = 0; i < tab->nr; i++) {
		line = &tab->lines[tabled->is_backwards ? tab->nr - 1 - i : i];
		if (tabled->skips_noauto && !line->wrong && tab_has_option(line, "noauto"))
			continue;
		status_add(&status, line_run(tabled, line));
	}
	return status;
}

static int name_run(const struct tabled *tabled, const struct tab *tab, const char *name)
{
	const struct tab_line *line = tab_find(tab, name);

	if (!line)
		return failed(name, "no line of %s has this name", tabled->path);
	return line_run(tabled, line);
}

static int names_run(const struct tabled *tabled, const struct tab *tab, char **names)
{
	int status = STATUS_DONE;

	for (; *names; names++)
		status_add(&status, name_run(tabled, tab, *names));
	return status;
}

static int table_open(struct tab *tab, const char *path)
{
	FILE *in = fopen(path, "re");
	bool is_well = false;

	*tab = (struct tab) { 0 };
	if (in)
		is_well = tab_read(tab, in);
	if (!is_well)
		failed(path, "%s", strerror(errno));
	if (in)
		fclose(in);
	return is_well ? STATUS_DONE : STATUS_FAILED;
}

int tabled_run(const struct tabled *tabled, char **names)
{
	struct tab tab;
	int status = table_open(&tab, tabled->path);

	if (!status && tabled->is_all)
		status = all_run(tabled, &tab);
	else if (!status)
		status = names_run(tabled, &tab, names);
	tab_free(&tab);
	return status;
}
