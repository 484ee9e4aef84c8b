// SPDX-License-Identifier: GPL-2.0-only
/* Names and paths as systemd reads them; with any name, too long ones included. */
#include "test.h"

#include "generator/escape.h"

static void name_is(const char *name, const char *wanted)
{
	char unit[UNIT_NAME_SIZE];

	CHECK(unit_name_print(unit, "", name, ""));
	CHECK_TEXT(unit, wanted);
}

static void names(void)
{
	char unit[UNIT_NAME_SIZE];

	name_is("data", "data");
	name_is("a-b c", "a\\x2db\\x20c");
	name_is("AZaz09:_.", "AZaz09:_.");
	name_is(".a.b", "\\x2ea.b");
	name_is("%$\\@", "\\x25\\x24\\x5c\\x40");
	name_is("\xc3\xa0\xff", "\\xc3\\xa0\\xff");
	name_is("/", "-");
	name_is("/./", "-");
	name_is("/a/b", "a-b");
	name_is("//a/.//b-c/", "a-b\\x2dc");
	name_is("/.a/.b", "\\x2ea-.b");
	CHECK(unit_name_print(unit, "fastloop@", "a b", ".service"));
	CHECK_TEXT(unit, "fastloop@a\\x20b.service");
}

static void long_names(void)
{
	char unit[UNIT_NAME_SIZE], name[1024];

	snprintf(name, sizeof(name), "%0253d", 0);
	CHECK(unit_name_print(unit, "a", name, "b"));
	CHECK(strlen(unit) == UNIT_NAME_SIZE - 1);
	CHECK(!unit_name_print(unit, "a", name, "bc"));
	memset(name, ' ', sizeof(name) - 1);
	name[sizeof(name) - 1] = '\0';
	CHECK(!unit_name_print(unit, "a", name, "b"));
	name[0] = '/';
	CHECK(!unit_name_print(unit, "a", name, "b"));
}

static void option_is(const char *value, const char *wanted)
{
	char unit[UNIT_NAME_SIZE];

	CHECK(unit_name_from_option(unit, value));
	CHECK_TEXT(unit, wanted);
}

static void options(void)
{
	static const char *const bad[] = {
		"", "a", ".service", "a.servic", "a b.service", "a\nb.service", "a%b.service",
		"a\".mount", "\xc3\xa0.mount", "a.mount/",
	};
	char unit[UNIT_NAME_SIZE];
	size_t i;

	option_is("a.service", "a.service");
	option_is("a@b\\x2dc.d.mount", "a@b\\x2dc.d.mount");
	option_is("/srv/a b", "srv-a\\x20b.mount");
	option_is("/dev/sda", "dev-sda.device");
	option_is("/devices", "devices.mount");
	for (i = 0; i < sizeof(bad) / sizeof(bad[0]); i++)
		CHECK(!unit_name_from_option(unit, bad[i]));
}

static void path_is(const char *path, const char *wanted)
{
	char text[256] = "";
	FILE *out = fmemopen(text, sizeof(text), "w");

	CHECK(out);
	path_print(out, path);
	fclose(out);
	CHECK_TEXT(text, wanted);
}

static void paths(void)
{
	path_is("/srv/a.img", "/srv/a.img");
	path_is("/a b/\"'\\%", "/a\\ b/\\\"\\'\\\\%%");
	path_is("/\xc3\xa0/b", "/\xc3\xa0/b");
	path_is("/srv/a\nb/c", "/srv");
	path_is("/srv/a/\xff", "/srv/a");
	path_is("/\xff", "/");
	path_is("/a\tb", "/");
}

int main(void)
{
	names();
	long_names();
	options();
	paths();
	return 0;
}
