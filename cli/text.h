/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Text as it is written in a table line, and text as a terminal may show it.
 * PURE: nothing but the C library's memory and streams.
 */
#ifndef TEXT_H
#define TEXT_H

#include <stddef.h>
#include <stdio.h>

/* \ooo, as in /proc/mounts and in a table line, back into bytes, in place. */
char *octal_unescape(char *text);

/*
 * Cut the next word off *@line, as the kernel prints a table: words end at
 * white space.  The word is unescaped in place.  NULL at the end of the line.
 */
char *table_word_next(char **line);

/* Bytes of the UTF-8 sequence that @text starts with, 0 if it is none. */
size_t utf8_len(const char *text);

/*
 * A copy of @text with control characters and whatever is not UTF-8 as \xHH,
 * so that it is one line that a terminal may have.  Backslashes stay, because
 * device names have such ones of their own; JSON is what can be turned back.
 * NULL when memory is short.
 */
char *text_visible(const char *text);

/* text_visible() to a stream */
void text_print(FILE *out, const char *text);

/* Columns that visible text takes, one for each character. */
size_t text_width(const char *text);

#endif /* TEXT_H */
