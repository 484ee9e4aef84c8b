/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The table of what is to be attached, fastlooptab(5).  PURE: nothing but the C
 * library's memory and streams.
 */
#ifndef TAB_H
#define TAB_H

#include <stdbool.h>
#include <stddef.h>
#include <stdio.h>

#define TAB_PATH "/etc/fastlooptab"

struct tab_line {
	unsigned int nr;	/* from 1 on */
	char *name;		/* those that are missing are NULL */
	char *file;
	char *options;		/* with commas between them; "" without any */
	const char *wrong;	/* a sentence, NULL if nothing is */
};

/* Those lines that are neither blank nor comments */
struct tab {
	struct tab_line *lines;
	size_t nr;
};

/*
 * False, with errno, when it can not be read, or memory is short.  To be freed in any
 * case.
 */
bool tab_read(struct tab *tab, FILE *in);
void tab_free(struct tab *tab);

/* The first line of this name, or NULL */
const struct tab_line *tab_find(const struct tab *tab, const char *name);

/* Cut the next one off *@options, which are changed; NULL behind the last. */
char *tab_option_next(char **options);

/* The value of "@key=value" if @option is that, else NULL */
const char *tab_option_value(const char *option, const char *key);

bool tab_has_option(const struct tab_line *line, const char *option);

/* Is it one that says when to attach, and not how? */
bool tab_option_is_of_boot(const char *option);

#endif /* TAB_H */
