// SPDX-License-Identifier: GPL-2.0-only
/* The table: what a line may be, that a bad one is told from the others, and by what. */
#include <stdbool.h>

#include "test.h"

#include "tab.h"

static struct tab read_bytes(const char *bytes, size_t len)
{
	struct tab tab;
	FILE *in = fmemopen((void *)bytes, len, "r");

	CHECK(in);
	CHECK(tab_read(&tab, in));
	fclose(in);
	return tab;
}

static struct tab read_text(const char *text)
{
	return read_bytes(text, strlen(text));
}

static void line_is(const char *text, const char *name, const char *file, const char *options)
{
	struct tab tab = read_text(text);

	CHECK(tab.nr == 1);
	CHECK(!tab.lines[0].wrong);
	CHECK_TEXT(tab.lines[0].name, name);
	CHECK_TEXT(tab.lines[0].file, file);
	CHECK_TEXT(tab.lines[0].options, options);
	tab_free(&tab);
}

static void good_lines(void)
{
	line_is("a /b c\n", "a", "/b", "c");
	line_is("a /b", "a", "/b", "");
	line_is("a /b -", "a", "/b", "");
	line_is(" \t a\t \t/b  noauto,map=require \r\n", "a", "/b", "noauto,map=require");
	line_is("a\\040b /c\\011\\134d\\012 e", "a b", "/c\t\\d\n", "e");
	line_is("\\043a /b", "#a", "/b", "");
	line_is("a#b /c#", "a#b", "/c#", "");
	line_is("\xc3\xa0\xff /\xff", "\xc3\xa0\xff", "/\xff", "");
	line_is("a /..b/c../...", "a", "/..b/c../...", "");
}

static void no_lines(void)
{
	static const char *const texts[] = { "\n", "# a /b\n", " \t\n\n \t# a\n#", "   ", "\r\n" };
	struct tab tab;
	size_t i;

	for (i = 0; i < sizeof(texts) / sizeof(texts[0]); i++) {
		tab = read_text(texts[i]);
		CHECK(tab.nr == 0);
		tab_free(&tab);
	}
}

static void wrong_is(const char *text, const char *part)
{
	struct tab tab = read_text(text);

	CHECK(tab.nr == 1);
	CHECK(tab.lines[0].wrong);
	CHECK(strstr(tab.lines[0].wrong, part));
	tab_free(&tab);
}

static void bad_lines(void)
{
	wrong_is("a\n", "the file is missing");
	wrong_is("a b", "begin with a slash");
	wrong_is("a -", "begin with a slash");
	wrong_is("a /b/../c", "'..'");
	wrong_is("a /b/..", "'..'");
	wrong_is("a /../b", "'..'");
	wrong_is("a /b c d", "more than NAME FILE OPTIONS");
	wrong_is("a /b c # d", "more than NAME FILE OPTIONS");
	wrong_is("a/b /c", "slash");
	wrong_is("a\\134b /c", "backslash");
	wrong_is("control /c", "taken");
	wrong_is("\\000 /c", "zero");
	wrong_is("a /b\\000c", "zero");
	wrong_is("a /b \\000", "zero");
	wrong_is(". /c", "folder");
}

static void bad_among_good(void)
{
	struct tab tab = read_text("# first\n\na /a\nb\nc /c\na /d\nb /e");

	CHECK(tab.nr == 5);
	CHECK(tab.lines[0].nr == 3 && !tab.lines[0].wrong);
	CHECK(tab.lines[1].nr == 4 && tab.lines[1].wrong);
	CHECK(tab.lines[2].nr == 5 && !tab.lines[2].wrong);
	CHECK(tab.lines[3].nr == 6 && strstr(tab.lines[3].wrong, "the same name"));
	CHECK(tab.lines[4].nr == 7 && strstr(tab.lines[4].wrong, "the same name"));
	CHECK(tab_find(&tab, "a") == &tab.lines[0]);
	CHECK(tab_find(&tab, "c") == &tab.lines[2]);
	CHECK(!tab_find(&tab, "d"));
	tab_free(&tab);
}

static void bytes_of_any_kind(void)
{
	static const char zero[] = "a /b\0c\nd /e\n", only[] = "\0";
	struct tab tab = read_bytes(zero, sizeof(zero) - 1);

	CHECK(tab.nr == 2);
	CHECK(strstr(tab.lines[0].wrong, "zero"));
	CHECK(!tab.lines[1].wrong);
	tab_free(&tab);
	tab = read_bytes(only, sizeof(only));
	CHECK(tab.nr == 1 && tab.lines[0].wrong);
	tab_free(&tab);
}

static void limits(void)
{
	static char text[2 << 20];
	struct tab tab;

	/* a name of 127, and of 128 */
	snprintf(text, sizeof(text), "%0127d /a\n%0128d /b\n", 0, 0);
	tab = read_text(text);
	CHECK(tab.nr == 2 && !tab.lines[0].wrong && strstr(tab.lines[1].wrong, "too long"));
	tab_free(&tab);
	/* and a line of a megabyte */
	memset(text, 'x', sizeof(text) - 1);
	memcpy(text, "a /b ", 5);
	tab = read_text(text);
	CHECK(tab.nr == 1 && !tab.lines[0].wrong);
	CHECK(strlen(tab.lines[0].options) == sizeof(text) - 1 - 5);
	tab_free(&tab);
}

static void can_not_be_read(void)
{
	FILE *in = fopen("/", "r");
	struct tab tab;

	CHECK(in);
	CHECK(!tab_read(&tab, in));
	tab_free(&tab);
	fclose(in);
}

static void options(void)
{
	char text[] = ",a,,b=c,", *rest = text;
	const struct tab_line line = { .options = text };

	CHECK(tab_has_option(&line, "a"));
	CHECK(!tab_has_option(&line, "b"));
	CHECK(!tab_has_option(&line, "aa"));
	CHECK_TEXT(tab_option_next(&rest), "a");
	CHECK_TEXT(tab_option_next(&rest), "b=c");
	CHECK(!tab_option_next(&rest));
	CHECK_TEXT(tab_option_value("b=c=d", "b"), "c=d");
	CHECK_TEXT(tab_option_value("b=", "b"), "");
	CHECK(!tab_option_value("b", "b"));
	CHECK(!tab_option_value("bb=c", "b"));
	CHECK(tab_option_is_of_boot("noauto"));
	CHECK(tab_option_is_of_boot("x-systemd.after=a.service"));
	CHECK(!tab_option_is_of_boot("x-systemd.after"));
	CHECK(!tab_option_is_of_boot("x-systemd.after="));
	CHECK(!tab_option_is_of_boot("noauto=1"));
	CHECK(!tab_option_is_of_boot("x-systemd.other=a"));
	CHECK(!tab_option_is_of_boot("map=auto"));
}

int main(void)
{
	good_lines();
	no_lines();
	bad_lines();
	bad_among_good();
	bytes_of_any_kind();
	limits();
	can_not_be_read();
	options();
	return 0;
}
