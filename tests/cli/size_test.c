// SPDX-License-Identifier: GPL-2.0-only
/* Numbers of bytes: what is taken, that nothing wraps around, and how they are shown. */
#include <stdint.h>

#include "test.h"

#include "size.h"

static const struct {
	const char *text;
	uint64_t bytes;
} good[] = {
	{ "0", 0 },
	{ "1", 1 },
	{ "007", 7 },
	{ "4096", 4096 },
	{ "4K", 4096 },
	{ "4k", 4096 },
	{ "4KiB", 4096 },
	{ "4kib", 4096 },
	{ "3M", 3 << 20 },
	{ "2G", 2ULL << 30 },
	{ "1T", 1ULL << 40 },
	{ "9223372036854775807", INT64_MAX },
	{ "8388607T", 8388607ULL << 40 },
	{ "9007199254740991K", 9007199254740991ULL << 10 },
};

static const char *const bad[] = {
	"", " ", "K", "-1", "+1", "1 ", " 1", "1.5", "0x10", "1KB", "1Ki", "1KiBx", "1P", "1KK",
	"1k1", "9223372036854775808", "18446744073709551616", "99999999999999999999999999",
	"8388608T", "9007199254740992K", "1\xc2\xa0",
};

static const struct {
	uint64_t bytes;
	const char *text;
} shown[] = {
	{ 0, "0B" },
	{ 1, "1B" },
	{ 1023, "1023B" },
	{ 1024, "1K" },
	{ 1536, "1.5K" },
	{ 1075, "1K" },
	{ 1076, "1.1K" },
	{ 2047, "2K" },
	{ (1 << 20) - 1, "1M" },
	{ (1 << 20) - 52429, "972.8K" },
	{ 5ULL << 30, "5G" },
	{ (5ULL << 30) + (7ULL << 27), "5.9G" },
	{ 3ULL << 40, "3T" },
	{ 9ULL << 50, "9P" },
	{ INT64_MAX, "8E" },
	{ UINT64_MAX, "16E" },
};

int main(void)
{
	char text[SIZE_TEXT];
	uint64_t bytes;
	size_t i;

	for (i = 0; i < sizeof(good) / sizeof(good[0]); i++) {
		bytes = 99;
		CHECK(!size_parse(good[i].text, &bytes));
		CHECK(bytes == good[i].bytes);
	}
	for (i = 0; i < sizeof(bad) / sizeof(bad[0]); i++)
		CHECK(size_parse(bad[i], &bytes));
	for (i = 0; i < sizeof(shown) / sizeof(shown[0]); i++)
		CHECK_TEXT(size_print(text, shown[i].bytes), shown[i].text);
	return 0;
}
