// SPDX-License-Identifier: GPL-2.0-only
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "names.h"
#include "tab.h"
#include "text.h"

/* --- options */

/* With a "=" at its end: it has a value. */
static const char *const boot_options[] = {
	"defaults", "noauto", "nofail", "_netdev",
	"x-systemd.after=", "x-systemd.before=", "x-systemd.device-timeout=",
	"x-systemd.requires=", "x-systemd.requires-mounts-for=", "x-systemd.required-by=",
	"x-systemd.wanted-by=", "x-systemd.wants=",
};

char *tab_option_next(char **options)
{
	char *option;

	do
		option = strsep(options, ",");
	while (option && !*option);
	return option;
}

const char *tab_option_value(const char *option, const char *key)
{
	size_t len = strlen(key);

	return !strncmp(option, key, len) && option[len] == '=' ? option + len + 1 : NULL;
}

bool tab_has_option(const struct tab_line *line, const char *option)
{
	size_t wanted = strlen(option), len;
	const char *word;

	for (word = line->options; *word; word += len + (word[len] == ',')) {
		len = strcspn(word, ",");
		if (len == wanted && !strncmp(word, option, len))
			return true;
	}
	return false;
}

static bool is_boot_option(const char *option, const char *known)
{
	size_t len = strlen(known);

	if (known[len - 1] == '=')
		return !strncmp(option, known, len) && option[len];
	return !strcmp(option, known);
}

bool tab_option_is_of_boot(const char *option)
{
	size_t i;

	for (i = 0; i < sizeof(boot_options) / sizeof(boot_options[0]); i++)
		if (is_boot_option(option, boot_options[i]))
			return true;
	return false;
}

/* --- lines */

static bool has_part(const char *path, const char *part)
{
	size_t wanted = strlen(part), len;

	for (; *path; path += len + (path[len] == '/')) {
		len = strcspn(path, "/");
		if (len == wanted && !strncmp(path, part, len))
			return true;
	}
	return false;
}

/* It is read before there is a folder that a path could start in. */
static const char *file_wrong(const char *file)
{
	if (*file != '/')
		return "the file's path has to begin with a slash";
	if (has_part(file, ".."))
		return "the file's path has '..' in it; write it without";
	return NULL;
}

static const char *line_wrong(const struct tab *tab, const struct tab_line *line)
{
	if (!line->file)
		return "the file is missing; a line is NAME FILE OPTIONS";
	if (tab_find(tab, line->name))
		return "a line before it has the same name; give it another one";
	if (name_wrong(line->name))
		return name_wrong(line->name);
	return file_wrong(line->file);
}

static char *word_copy(char **rest)
{
	const char *word = table_word_next(rest);

	return word ? strdup(word) : NULL;
}

static bool is_none(const char *options)
{
	return !options || !strcmp(options, "-");
}

/* False when memory is short. */
static bool line_split(const struct tab *tab, struct tab_line *line, char *text)
{
	char *rest = text;

	errno = 0;
	line->name = word_copy(&rest);
	line->file = word_copy(&rest);
	line->options = word_copy(&rest);
	if (is_none(line->options)) {
		free(line->options);
		line->options = strdup("");
	}
	line->wrong = line_wrong(tab, line);
	if (!line->wrong && table_word_next(&rest))
		line->wrong = "more than NAME FILE OPTIONS; write a blank as \\040";
	return !errno;
}

static bool line_is_empty(const char *text)
{
	text += strspn(text, " \t\n\v\f\r");
	return !*text || *text == '#';
}

static bool line_add(struct tab *tab, unsigned int nr, char *text, size_t len)
{
	struct tab_line *lines, line = { .nr = nr };
	bool is_whole = strlen(text) == len && !strstr(text, "\\000"), is_well;

	if (is_whole && line_is_empty(text))
		return true;
	lines = realloc(tab->lines, (tab->nr + 1) * sizeof(*lines));
	if (!lines)
		return false;
	tab->lines = lines;
	is_well = line_split(tab, &line, text);
	if (!is_whole)
		line.wrong = "a byte in it is zero; this is no text";
	lines[tab->nr++] = line;
	return is_well;
}

bool tab_read(struct tab *tab, FILE *in)
{
	bool is_well = true;
	char *text = NULL;
	unsigned int nr = 0;
	size_t size = 0;
	ssize_t len;

	*tab = (struct tab) { 0 };
	while (is_well && (errno = 0, len = getline(&text, &size, in)) >= 0)
		is_well = line_add(tab, ++nr, text, (size_t)len);
	free(text);
	return is_well && !ferror(in) && feof(in);
}

void tab_free(struct tab *tab)
{
	size_t i;

	for (i = 0; i < tab->nr; i++) {
		free(tab->lines[i].name);
		free(tab->lines[i].file);
		free(tab->lines[i].options);
	}
	free(tab->lines);
	*tab = (struct tab) { 0 };
}

const struct tab_line *tab_find(const struct tab *tab, const char *name)
{
	size_t i;

	for (i = 0; i < tab->nr; i++)
		if (tab->lines[i].name && !strcmp(tab->lines[i].name, name))
			return &tab->lines[i];
	return NULL;
}
