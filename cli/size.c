// SPDX-License-Identifier: GPL-2.0-only
#include <ctype.h>
#include <stddef.h>
#include <stdio.h>
#include <string.h>
#include <strings.h>

#include "size.h"

static const char not_a_size[] =
	"not a number of bytes; write digits, and K, M, G or T behind them";
static const char too_large[] = "larger than any file";

/* How far to shift for the suffix, or -1 if there is no such suffix. */
static int suffix_shift(const char *suffix)
{
	static const char letters[] = "KMGT";
	const char *letter;

	if (!*suffix)
		return 0;
	letter = strchr(letters, toupper((unsigned char)*suffix));
	if (!letter || (suffix[1] && strcasecmp(suffix + 1, "iB")))
		return -1;
	return 10 * (int)(letter - letters + 1);
}

const char *size_parse(const char *text, uint64_t *bytes)
{
	uint64_t value = 0;
	int shift;

	if (!isdigit((unsigned char)*text))
		return not_a_size;
	for (; isdigit((unsigned char)*text); text++) {
		if (value > INT64_MAX / 10)
			return too_large;
		value = value * 10 + (uint64_t)(*text - '0');
	}
	shift = suffix_shift(text);
	if (shift < 0)
		return not_a_size;
	if (value > (uint64_t)INT64_MAX >> shift)
		return too_large;
	*bytes = value << shift;
	return NULL;
}

/* In tenths of the unit, so that what rounds up to 1024 of one is 1 of the next */
const char *size_print(char text[SIZE_TEXT], uint64_t bytes)
{
	static const char letters[] = "BKMGTPE";
	unsigned int unit = 0;
	uint64_t tenths, rest;

	while (unit < 6 && bytes >> 10 * (unit + 1))
		unit++;
	rest = unit ? bytes & ((1ULL << 10 * unit) - 1) : 0;
	tenths = (bytes >> 10 * unit) * 10;
	if (unit)
		tenths += ((rest >> 10 * (unit - 1)) * 10 + 512) >> 10;
	if (tenths >= 10240 && unit < 6) {
		tenths = 10;
		unit++;
	}
	if (tenths % 10)
		snprintf(text, SIZE_TEXT, "%u.%u%c", (unsigned int)(tenths / 10),
			 (unsigned int)(tenths % 10), letters[unit]);
	else
		snprintf(text, SIZE_TEXT, "%u%c", (unsigned int)(tenths / 10), letters[unit]);
	return text;
}
