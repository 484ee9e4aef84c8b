// SPDX-License-Identifier: GPL-2.0-only
#include <stdbool.h>
#include <stdint.h>
#include <stdlib.h>

#include "text.h"

#define ESCAPE_LEN 4	/* \xHH */

static bool is_octal(const char *text)
{
	return text[0] >= '0' && text[0] <= '3' && text[1] >= '0' && text[1] <= '7' &&
	       text[2] >= '0' && text[2] <= '7';
}

char *octal_unescape(char *text)
{
	char *in = text, *out = text;

	while (*in) {
		if (*in == '\\' && is_octal(in + 1)) {
			*out++ = (char)((in[1] - '0') << 6 | (in[2] - '0') << 3 | (in[3] - '0'));
			in += 4;
		} else {
			*out++ = *in++;
		}
	}
	*out = '\0';
	return text;
}

/*
 * The kernel's isspace() without 0xa0, which is also the last byte of "à": the
 * kernel writes that one as \240, and never between words.
 */
static bool is_table_space(char c)
{
	return (c >= '\t' && c <= '\r') || c == ' ';
}

char *table_word_next(char **line)
{
	char *in = *line;
	char *word;

	while (*in && is_table_space(*in))
		in++;
	if (!*in)
		return NULL;
	word = in;
	while (*in && !is_table_space(*in))
		in++;
	*line = *in ? in + 1 : in;
	*in = '\0';
	return octal_unescape(word);
}

/*
 * The least code point that a sequence of this many bytes may stand for; a
 * smaller one has a shorter form and is no UTF-8.
 */
static const uint32_t utf8_least[] = { 0, 0, 0x80, 0x800, 0x10000 };

static size_t utf8_claimed_len(unsigned char first)
{
	if (first < 0x80)
		return 1;
	if (first >= 0xc2 && first < 0xe0)
		return 2;
	if (first >= 0xe0 && first < 0xf0)
		return 3;
	return first >= 0xf0 && first < 0xf5 ? 4 : 0;
}

static uint32_t utf8_decode(const unsigned char *bytes, size_t len)
{
	uint32_t code = len == 1 ? bytes[0] : bytes[0] & (0x7f >> len);
	size_t i;

	for (i = 1; i < len; i++) {
		if ((bytes[i] & 0xc0) != 0x80)
			return UINT32_MAX;
		code = code << 6 | (bytes[i] & 0x3f);
	}
	return code;
}

static bool is_surrogate(uint32_t code)
{
	return code >= 0xd800 && code < 0xe000;
}

/* Sets *@code; returns the sequence's length, or 0 if it is no UTF-8. */
static size_t utf8_read(const char *text, uint32_t *code)
{
	const unsigned char *bytes = (const unsigned char *)text;
	size_t len = utf8_claimed_len(bytes[0]);

	if (!len)
		return 0;
	*code = utf8_decode(bytes, len);
	if (*code > 0x10ffff || *code < utf8_least[len] || is_surrogate(*code))
		return 0;
	return len;
}

size_t utf8_len(const char *text)
{
	uint32_t code;

	return *text ? utf8_read(text, &code) : 0;
}

static bool is_control(uint32_t code)
{
	return code < 0x20 || (code >= 0x7f && code < 0xa0) ||
	       code == 0x2028 || code == 0x2029;
}

/* Bytes to show as they are at @text, or 0 if one byte has to be escaped. */
static size_t visible_len(const char *text)
{
	uint32_t code;
	size_t len = utf8_read(text, &code);

	return !len || is_control(code) ? 0 : len;
}

static char *escape_put(char *out, unsigned char byte)
{
	static const char digits[] = "0123456789abcdef";

	*out++ = '\\';
	*out++ = 'x';
	*out++ = digits[byte >> 4];
	*out++ = digits[byte & 15];
	return out;
}

char *text_visible(const char *text)
{
	char *copy, *out;
	size_t size = 1, len;
	const char *in;

	for (in = text; *in; in++)
		size += ESCAPE_LEN;
	copy = out = malloc(size);
	if (!copy)
		return NULL;
	for (in = text; *in; in += len ? len : 1) {
		len = visible_len(in);
		if (!len)
			out = escape_put(out, *in);
		for (size_t i = 0; i < len; i++)
			*out++ = in[i];
	}
	*out = '\0';
	return copy;
}

void text_print(FILE *out, const char *text)
{
	char *visible = text_visible(text);

	fputs(visible ? visible : "?", out);
	free(visible);
}

size_t text_width(const char *text)
{
	size_t width = 0;

	for (; *text; text++)
		width += (*text & 0xc0) != 0x80;
	return width;
}
