/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * How the kernel splits a table line into words, written anew from what
 * drivers/md/dm-table.c does: blanks separate, a backslash takes the next
 * byte as it is, a backslash at the very end stands for itself.  And what
 * libdevmapper does before: it doubles each backslash.
 */
#ifndef DM_SPLIT_H
#define DM_SPLIT_H

#include <stdbool.h>
#include <stddef.h>

/* The kernel's isspace(): its table is Latin-1. */
static inline bool dm_is_space(char c)
{
	unsigned char byte = c;

	return (byte >= 9 && byte <= 13) || byte == 32 || byte == 160;
}

/* Unquote one word in place; returns what follows it. */
static inline char *dm_split_word(char *in)
{
	char *out = in;

	for (; *in && !dm_is_space(*in); in++) {
		if (in[0] == '\\' && in[1])
			in++;
		*out++ = *in;
	}
	if (*in)
		in++;
	*out = '\0';
	return in;
}

/* Split @line in place into at most @max words; returns how many there are. */
static inline unsigned int dm_split(char *line, char **words, unsigned int max)
{
	unsigned int nr = 0;

	for (;;) {
		while (dm_is_space(*line))
			line++;
		if (!*line || nr == max)
			return nr;
		words[nr++] = line;
		line = dm_split_word(line);
	}
}

/* @to has room for twice @from. */
static inline void dm_double_backslashes(char *to, const char *from)
{
	for (; *from; from++) {
		if (*from == '\\')
			*to++ = '\\';
		*to++ = *from;
	}
	*to = '\0';
}

#endif /* DM_SPLIT_H */
