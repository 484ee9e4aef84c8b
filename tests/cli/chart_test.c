// SPDX-License-Identifier: GPL-2.0-only
/* A file may be called anything, and its picture has to stay a picture. */
#include "test.h"

#include "chart.h"

static char *escaped(const char *text)
{
	static char buffer[256];
	FILE *out = fmemopen(buffer, sizeof(buffer), "w");

	xml_print(out, text);
	fclose(out);
	return buffer;
}

static void test_escapes(void)
{
	CHECK_TEXT(escaped("disk.img"), "disk.img");
	CHECK_TEXT(escaped("<a href=\"x\">&'"), "&lt;a href=&quot;x&quot;&gt;&amp;&#39;");
	CHECK_TEXT(escaped("äß€"), "äß€");
	CHECK_TEXT(escaped("a\nb\x1b\xff"), "a\\x0ab\\x1b\\xff");
	CHECK_TEXT(escaped("a\xef\xbf\xbf" "b\xef\xbf\xbe"), "a?b?");
	CHECK_TEXT(escaped("\xef\xbf\xbd"), "\xef\xbf\xbd");
}

static char *drawn(const struct chart_bar *bars, size_t nr)
{
	const struct chart_group group = { "load <1>", bars, nr };
	const struct chart chart = { "a&b", "note", &group, 1 };
	char *text = NULL;
	size_t size;
	FILE *out = open_memstream(&text, &size);

	chart_print(out, &chart);
	fclose(out);
	return text;
}

static size_t count(const char *text, const char *wanted)
{
	size_t nr = 0;

	while ((text = strstr(text, wanted))) {
		nr++;
		text += strlen(wanted);
	}
	return nr;
}

static void test_bars(void)
{
	const struct chart_bar bars[] = {
		{ "fastloop", 1000, 900, 1250 }, { "losetup", 500, 500, 500 }, { "file", 0, 0, 0 },
	};
	char *text = drawn(bars, 3);

	CHECK(count(text, "<rect x=") == 3 && count(text, "<line ") == 3);
	/* The longest of all, which is a round's, is 500 wide. */
	CHECK(count(text, " width=\"400.0\"") == 1 && count(text, " width=\"200.0\"") == 1);
	CHECK(count(text, " width=\"0.0\"") == 1);
	CHECK(count(text, ">a&amp;b<") == 1 && count(text, ">load &lt;1&gt;<") == 1);
	CHECK(count(text, ">1000<") == 1);
	CHECK(!strcmp(text + strlen(text) - 7, "</svg>\n"));
	free(text);
}

/* Nothing was measured: no bar, and no division by nothing */
static void test_empty(void)
{
	const struct chart_bar bars[] = { { "file", 0, 0, 0 } };
	char *text = drawn(bars, 1);

	CHECK(!count(text, "nan") && !count(text, "inf"));
	free(text);
	text = drawn(bars, 0);
	CHECK(!count(text, "<rect x=") && !count(text, "nan"));
	free(text);
}

int main(void)
{
	test_escapes();
	test_bars();
	test_empty();
	return 0;
}
