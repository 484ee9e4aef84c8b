/* SPDX-License-Identifier: GPL-2.0-only */
/* The lines of the table that a command line names, one after the other. */
#ifndef TABLED_H
#define TABLED_H

#include <stdbool.h>

#include "options.h"
#include "tab.h"

struct tabled {
	const char *path;	/* of the table */
	bool is_all;		/* or else the names on the command line */
	bool is_backwards;
	bool skips_noauto;	/* unless they are named */
	/* Returns an exit status.  @where: "TABLE:LINE", for messages */
	int (*work)(const struct tab_line *line, const char *where);
};

#define TABLED_OPERANDS "NAME... | --all"

/*
 * Set it to what holds when nothing is said, and write the rows of what can be said to
 * @row.  Returns the row behind them.
 */
struct option_row *tabled_option_rows(struct option_row *row, struct tabled *tabled,
				      const char *all);

/*
 * Work on all of them, whatever becomes of the others.  @names are those that follow
 * the options, NULL behind the last.  Returns an exit status.
 */
int tabled_run(const struct tabled *tabled, char **names);

#endif /* TABLED_H */
