// SPDX-License-Identifier: GPL-2.0-only
#include <ctype.h>
#include <stddef.h>
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
