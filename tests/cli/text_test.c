// SPDX-License-Identifier: GPL-2.0-only
/*
 * What the kernel escapes, the tool turns back: with the kernel's own code, for
 * every byte a path may have, alone and beside every other.
 */
#include "test.h"

#include "table_args.h"
#include "text.h"

static void round_trip(const char *path)
{
	char line[256], *rest = line;
	size_t len = floop_table_path_escape(line, sizeof(line), path);

	CHECK(len < sizeof(line));
	snprintf(line + len, sizeof(line) - len, " 4096 1 map:require");
	CHECK_TEXT(table_word_next(&rest), path);
	CHECK_TEXT(table_word_next(&rest), "4096");
	CHECK_TEXT(table_word_next(&rest), "1");
	CHECK_TEXT(table_word_next(&rest), "map:require");
	CHECK(!table_word_next(&rest));
}

static void every_pair_of_bytes(void)
{
	char path[] = "/a??";
	int first, second;

	for (first = 1; first < 256; first++)
		for (second = 1; second < 256; second++) {
			path[2] = (char)first;
			path[3] = (char)second;
			round_trip(path);
		}
}

static void words(void)
{
	char line[] = "  one \t two\\040three\\134  \\";
	char empty[] = " \n ", *rest = line;

	CHECK_TEXT(table_word_next(&rest), "one");
	CHECK_TEXT(table_word_next(&rest), "two three\\");
	CHECK_TEXT(table_word_next(&rest), "\\");
	CHECK(!table_word_next(&rest));
	rest = empty;
	CHECK(!table_word_next(&rest));
}

static void visible(const char *text, const char *wanted)
{
	char *got = text_visible(text);

	CHECK(got);
	CHECK_TEXT(got, wanted);
	free(got);
}

static void visible_text(void)
{
	visible("", "");
	visible("plain \\ % \" '", "plain \\ % \" '");
	visible("a\nb\tc\x7f\x1b", "a\\x0ab\\x09c\\x7f\\x1b");
	visible("\xc3\xa0\xe2\x82\xac\xf0\x9f\x98\x80", "\xc3\xa0\xe2\x82\xac\xf0\x9f\x98\x80");
	visible("\xc2\x9b", "\\xc2\\x9b");		/* a control character */
	visible("\xe2\x80\xa8", "\\xe2\\x80\\xa8");	/* ends a line for some */
	visible("\xc0\xaf", "\\xc0\\xaf");		/* longer than need be */
	visible("\xed\xa0\x80", "\\xed\\xa0\\x80");	/* a surrogate */
	visible("\xf4\x90\x80\x80", "\\xf4\\x90\\x80\\x80");
	visible("\xe2\x82", "\\xe2\\x82");		/* cut off */
	visible("\xff", "\\xff");
}

static void widths(void)
{
	CHECK(text_width("") == 0);
	CHECK(text_width("abc") == 3);
	CHECK(text_width("\xc3\xa0\xe2\x82\xac") == 2);
}

int main(void)
{
	every_pair_of_bytes();
	words();
	visible_text();
	widths();
	return 0;
}
