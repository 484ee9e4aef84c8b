// SPDX-License-Identifier: GPL-2.0-only
/*
 * Claims about module/dm/table_args.c and module/core/option_words.c: every sentence, and
 * round trips.
 */
#include "test.h"

#include "dm_split.h"
#include "table_args.h"
#include "floop_target.h"

#define WORDS_MAX	12

/* Parse @line as device-mapper would hand it over; @args->path is in @line. */
static const char *parse(struct floop_table_args *args, char *line)
{
	char *words[WORDS_MAX];
	unsigned int nr = dm_split(line, words, WORDS_MAX);

	return floop_table_args_parse(args, nr, words);
}

static const char *parse_copy(struct floop_table_args *args, const char *line)
{
	static char copy[512];

	snprintf(copy, sizeof(copy), "%s", line);
	return parse(args, copy);
}

static bool same(const struct floop_table_args *a, const struct floop_table_args *b)
{
	return !strcmp(a->path, b->path) && a->offset == b->offset &&
	       a->options.map == b->options.map && a->options.io == b->options.io && a->options.discard == b->options.discard &&
	       a->options.sector == b->options.sector && a->options.pin == b->options.pin;
}

static void path_and_offset_are_enough(void)
{
	struct floop_table_args args;

	EXPECT(!parse_copy(&args, "/images/a.img 1048576"));
	EXPECT(!strcmp(args.path, "/images/a.img"));
	EXPECT(args.offset == 1048576);
	EXPECT(args.options.map == FLOOP_MAP_AUTO && args.options.io == FLOOP_IO_AUTO);
	EXPECT(args.options.discard == FLOOP_DISCARD_DEFAULT);
	EXPECT(floop_options_sector_bytes(&args.options) == 0);
	EXPECT(!args.options.pin);
}

static void options_come_in_any_order(void)
{
	struct floop_table_args args;

	EXPECT(!parse_copy(&args, "/a 0 3 discard:ignore map:never io:buffered"));
	EXPECT(args.options.map == FLOOP_MAP_NEVER && args.options.io == FLOOP_IO_BUFFERED);
	EXPECT(args.options.discard == FLOOP_DISCARD_IGNORE);
	EXPECT(!parse_copy(&args, "/a 0 2 io:direct discard:punch"));
	EXPECT(args.options.map == FLOOP_MAP_AUTO && args.options.io == FLOOP_IO_DIRECT);
	EXPECT(args.options.discard == FLOOP_DISCARD_PUNCH);
	EXPECT(!parse_copy(&args, "/a 0 2 map:require discard:pass"));
	EXPECT(args.options.map == FLOOP_MAP_REQUIRE && args.options.discard == FLOOP_DISCARD_PASS);
	EXPECT(!parse_copy(&args, "/a 0 2 sector:512 map:never"));
	EXPECT(floop_options_sector_bytes(&args.options) == 512 && args.options.map == FLOOP_MAP_NEVER);
	EXPECT(!parse_copy(&args, "/a 0 1 sector:4096"));
	EXPECT(floop_options_sector_bytes(&args.options) == 4096);
	EXPECT(!parse_copy(&args, "/a 0 3 pin:map map:require discard:ignore"));
	EXPECT(args.options.pin && args.options.map == FLOOP_MAP_REQUIRE);
	EXPECT(!parse_copy(&args, "/a 0 2 discard:pass pin:map"));
	EXPECT(args.options.pin && args.options.map == FLOOP_MAP_AUTO && args.options.discard == FLOOP_DISCARD_PASS);
	EXPECT(!parse_copy(&args, "/a 0 2 map:auto io:auto"));
	EXPECT(args.options.map == FLOOP_MAP_AUTO && args.options.io == FLOOP_IO_AUTO);
}

static void no_options_may_be_counted(void)
{
	struct floop_table_args args;

	EXPECT(!parse_copy(&args, "/a 0 0"));
	EXPECT(args.options.map == FLOOP_MAP_AUTO);
}

static void keys_are_those_of_the_contract(void)
{
	struct floop_table_args args;

	EXPECT(!parse_copy(&args, "/a 0 5 " FLOOP_OPT_MAP ":require " FLOOP_OPT_IO ":direct "
			   FLOOP_OPT_DISCARD ":pass " FLOOP_OPT_SECTOR ":1024 "
			   FLOOP_OPT_PIN ":map"));
	EXPECT(args.options.map == FLOOP_MAP_REQUIRE && args.options.io == FLOOP_IO_DIRECT);
	EXPECT(args.options.discard == FLOOP_DISCARD_PASS && args.options.sector == FLOOP_SECTOR_1024);
	EXPECT(args.options.pin);
}

static void offsets_up_to_the_largest_file_are_taken(void)
{
	struct floop_table_args args;

	EXPECT(!parse_copy(&args, "/a 9223372036854775807"));
	EXPECT(args.offset == 9223372036854775807ULL);
	EXPECT(!parse_copy(&args, "/a 000000000000000000000000000512"));
	EXPECT(args.offset == 512);
}

#define USAGE		"expected <path> <offset in bytes> [<#opts> <opt>...]"
#define NO_SIGN		"offset has a sign: expected a plain decimal number of bytes"
#define NO_DECIMAL	"offset is not decimal: expected a number of bytes, digits only"
#define TOO_LARGE	"offset is too large: expected fewer than 2^63 bytes"
#define COUNT_SIGN	"option count has a sign: expected a plain decimal number"
#define COUNT_DECIMAL	"option count is not decimal: expected the number of options before them, as in \"1 map:auto\""
#define COUNT_LARGE	"option count is too large: expected the number of options that follow"
#define TOO_FEW		"too few options: expected as many as the option count says"
#define TOO_MANY	"too many options: expected as many as the option count says"
#define UNKNOWN_OPT	"unknown option: expected map:, io:, discard:, sector: or pin:"
#define NO_VALUE	"option has no value: expected key:value, as in \"map:auto\""
#define BAD_MAP		"option map has an unknown value: expected map:auto, map:require or map:never"
#define BAD_IO		"option io has an unknown value: expected io:auto, io:direct or io:buffered"
#define BAD_DISCARD	"option discard has an unknown value: expected discard:punch, discard:pass or discard:ignore"
#define BAD_SECTOR	"option sector has an unknown value: expected 512, 1024, 2048 or 4096 bytes"
#define BAD_PIN		"option pin has an unknown value: expected pin:map"
#define PIN_NEVER	"options pin:map and map:never exclude each other: expected one of them"
#define PIN_PUNCH	"options pin:map and discard:punch exclude each other: expected one of them"

static const struct {
	const char *line;
	const char *sentence;
} refusals[] = {
	{ "", "path is missing: " USAGE },
	{ "/a", "offset is missing: " USAGE },
	{ "/a -1", NO_SIGN },
	{ "/a +1", NO_SIGN },
	{ "/a -", NO_SIGN },
	{ "/a 0x10", NO_DECIMAL },
	{ "/a 1M", NO_DECIMAL },
	{ "/a 1.5", NO_DECIMAL },
	{ "/a \\ 1", NO_DECIMAL },
	{ "/a 1\\\n", NO_DECIMAL },
	{ "/a map:auto", NO_DECIMAL },
	{ "/a 9223372036854775808", TOO_LARGE },
	{ "/a 18446744073709551615", TOO_LARGE },
	{ "/a 18446744073709551616", TOO_LARGE },
	{ "/a 18446744073709551620", TOO_LARGE },	/* wraps round to 4 */
	{ "/a 99999999999999999999999", TOO_LARGE },
	{ "/a 0 -1", COUNT_SIGN },
	{ "/a 0 +1 map:auto", COUNT_SIGN },
	{ "/a 0 map:auto", COUNT_DECIMAL },
	{ "/a 0 1x map:auto", COUNT_DECIMAL },
	{ "/a 0 18446744073709551616 map:auto", COUNT_LARGE },
	{ "/a 0 18446744073709551621 map:auto", COUNT_LARGE },
	{ "/a 0 18446744073709551615 map:auto", TOO_FEW },
	{ "/a 0 4294967297 map:auto", TOO_FEW },
	{ "/a 0 1", TOO_FEW },
	{ "/a 0 2 map:auto", TOO_FEW },
	{ "/a 0 0 map:auto", TOO_MANY },
	{ "/a 0 1 map:auto io:auto", TOO_MANY },
	{ "/a 0 1 cache:none", UNKNOWN_OPT },
	{ "/a 0 1 maps:auto", UNKNOWN_OPT },
	{ "/a 0 1 ma:auto", UNKNOWN_OPT },
	{ "/a 0 1 :auto", UNKNOWN_OPT },
	{ "/a 0 1 MAP:auto", UNKNOWN_OPT },
	{ "/a 0 1 map", NO_VALUE },
	{ "/a 0 1 map:", BAD_MAP },
	{ "/a 0 1 map:automatic", BAD_MAP },
	{ "/a 0 1 map:aut", BAD_MAP },
	{ "/a 0 1 map:auto:auto", BAD_MAP },
	{ "/a 0 1 map:direct", BAD_MAP },
	{ "/a 0 1 io:require", BAD_IO },
	{ "/a 0 1 io:", BAD_IO },
	{ "/a 0 1 discard:auto", BAD_DISCARD },
	{ "/a 0 1 discard:", BAD_DISCARD },
	{ "/a 0 1 sector:", BAD_SECTOR },
	{ "/a 0 1 sector:8192", BAD_SECTOR },
	{ "/a 0 1 sector:5120", BAD_SECTOR },
	{ "/a 0 1 pin", NO_VALUE },
	{ "/a 0 1 pin:", BAD_PIN },
	{ "/a 0 1 pin:never", BAD_PIN },
	{ "/a 0 2 pin:map pin:map", "option pin is given twice: expected it once" },
	{ "/a 0 2 pin:map map:never", PIN_NEVER },
	{ "/a 0 2 map:never pin:map", PIN_NEVER },
	{ "/a 0 2 discard:punch pin:map", PIN_PUNCH },
	{ "/a 0 2 pin:map discard:punch", PIN_PUNCH },
	{ "/a 0 2 sector:512 sector:512", "option sector is given twice: expected it once" },
	{ "/a 0 2 map:auto map:never", "option map is given twice: expected it once" },
	{ "/a 0 3 io:auto map:auto io:auto", "option io is given twice: expected it once" },
	{ "/a 0 2 discard:pass discard:pass", "option discard is given twice: expected it once" },
};

static void every_refusal_has_its_sentence(void)
{
	struct floop_table_args args;
	const char *sentence;
	size_t i;

	for (i = 0; i < sizeof(refusals) / sizeof(refusals[0]); i++) {
		sentence = parse_copy(&args, refusals[i].line);
		if (sentence && !strcmp(sentence, refusals[i].sentence))
			continue;
		test_note("\"%s\" gives \"%s\"", refusals[i].line, sentence ? sentence : "no error");
		EXPECT(!"the right sentence");
	}
}

/* dm never hands over empty words, but other callers may. */
static void empty_words_are_refused(void)
{
	char path[] = "/a", zero[] = "0", empty[] = "";
	char *no_path[] = { empty, zero };
	char *no_offset[] = { path, empty };
	char *no_count[] = { path, zero, empty };
	struct floop_table_args args;

	EXPECT(!strcmp(floop_table_args_parse(&args, 2, no_path),
		       "path is empty: expected the path of the backing file"));
	EXPECT(!strcmp(floop_table_args_parse(&args, 2, no_offset),
		       "offset is empty: expected a decimal number of bytes"));
	EXPECT(!strcmp(floop_table_args_parse(&args, 3, no_count),
		       "option count is empty: expected the number of options that follow"));
}

static void a_refusal_leaves_the_arguments_alone(void)
{
	struct floop_table_args args, before;

	memset(&args, 0x5a, sizeof(args));
	before = args;
	EXPECT(parse_copy(&args, "/a 512 2 map:never io:never"));
	EXPECT(!memcmp(&args, &before, sizeof(args)));
}

/* What libdevmapper and dm make of the escaped @path must be @path. */
static bool path_comes_back(const char *path)
{
	char line[2048], doubled[4096];
	struct floop_table_args args;
	size_t len = floop_table_path_escape(line, sizeof(line), path);

	EXPECT(len == strlen(line));
	snprintf(line + len, sizeof(line) - len, " 4096");
	dm_double_backslashes(doubled, line);
	return !parse(&args, doubled) && !strcmp(args.path, path) && args.offset == 4096;
}

static void every_byte_of_a_path_comes_back(void)
{
	char path[4] = "";
	int first, second;

	for (first = 1; first < 256; first++) {
		snprintf(path, sizeof(path), "%c", first);
		EXPECT(path_comes_back(path));
		for (second = 1; second < 256; second++) {
			snprintf(path, sizeof(path), "%c%c", first, second);
			EXPECT(path_comes_back(path));
		}
	}
}

static void random_paths_come_back(void)
{
	static const char nasty[] = "\\\\\\ \t\n\v\f\r\xa0" "a/%:'\"\x7f\xff\x80";
	unsigned long long seed = test_seed(), random = seed;
	char path[64];
	unsigned int i, j, len;

	for (i = 0; i < 20000 && !test_failed(); i++) {
		len = 1 + test_random(&random) % (sizeof(path) - 1);
		for (j = 0; j < len; j++)
			path[j] = nasty[test_random(&random) % (sizeof(nasty) - 1)];
		path[len] = '\0';
		EXPECT(path_comes_back(path));
	}
	if (test_failed())
		test_note("replay with FLOOP_TEST_SEED=%llu", seed);
}

/* A word that dm left as it is, so an ioctl of one's own doubled them. */
static void other_backslashes_are_themselves(void)
{
	struct floop_table_args args;
	char path[] = "/a\\b\\09\\400\\04\\", offset[] = "0";
	char *words[] = { path, offset };

	EXPECT(!floop_table_args_parse(&args, 2, words));
	EXPECT(!strcmp(args.path, "/a\\b\\09\\400\\04\\"));
}

static void only_blanks_and_backslashes_are_escaped(void)
{
	char line[64];

	EXPECT(floop_table_path_escape(line, sizeof(line), "/plain-Path_1.img") == 17);
	EXPECT(!strcmp(line, "/plain-Path_1.img"));
	EXPECT(floop_table_path_escape(line, sizeof(line), "/a b\\c\td") == 17);
	EXPECT(!strcmp(line, "/a\\040b\\134c\\011d"));
	EXPECT(floop_table_path_escape(line, sizeof(line), "/\xa0\xc3\xa4\x85") == 8);
	EXPECT(!strcmp(line, "/\\240\xc3\xa4\x85"));
}

static void printing_stays_in_its_buffer(void)
{
	const struct floop_table_args args = { .options.map = FLOOP_MAP_NEVER };
	char whole[64], *exact;
	size_t size, len;

	len = floop_table_opts_print(whole, sizeof(whole), &args);
	for (size = 0; size <= len + 1; size++) {
		exact = malloc(size ? size : 1);	/* ASan watches its end */
		EXPECT(floop_table_opts_print(exact, size, &args) == len);
		EXPECT(!size || strlen(exact) == (size <= len ? size - 1 : len));
		EXPECT(!size || !strncmp(exact, whole, size - 1));
		EXPECT(floop_table_path_escape(exact, size, "/a b") == 7);
		EXPECT(!size || strlen(exact) == (size <= 7 ? size - 1 : 7));
		free(exact);
	}
}

static void golden_options_are_printed(void)
{
	struct floop_table_args args = { .path = "/a" };
	char words[128];

	EXPECT(floop_table_opts_print(words, sizeof(words), &args) == 0);
	EXPECT(!strcmp(words, ""));
	args.options.map = FLOOP_MAP_REQUIRE;
	args.options.discard = FLOOP_DISCARD_PASS;
	EXPECT(floop_table_opts_print(words, sizeof(words), &args) == strlen(words));
	EXPECT(!strcmp(words, " 2 map:require discard:pass"));
	args.options.io = FLOOP_IO_BUFFERED;
	floop_table_opts_print(words, sizeof(words), &args);
	EXPECT(!strcmp(words, " 3 map:require io:buffered discard:pass"));
	args.options.pin = true;
	floop_table_opts_print(words, sizeof(words), &args);
	EXPECT(!strcmp(words, " 4 map:require io:buffered discard:pass pin:map"));
}

static bool contradicts(const struct floop_table_args *args)
{
	return args->options.pin && (args->options.map == FLOOP_MAP_NEVER || args->options.discard == FLOOP_DISCARD_PUNCH);
}

static void all_options_come_back(void)
{
	struct floop_table_args args = { .path = "/a", .offset = 77 }, again;
	char line[128];
	int i;

	for (i = 0; i < 3 * 3 * 4 * 5 * 2; i++) {
		args.options.map = i % 3;
		args.options.io = i / 3 % 3;
		args.options.discard = i / 9 % 4;
		args.options.sector = i / 36 % 5;
		args.options.pin = i / 180;
		if (contradicts(&args))
			continue;
		snprintf(line, sizeof(line), "/a 77");
		floop_table_opts_print(line + 5, sizeof(line) - 5, &args);
		EXPECT(!parse(&again, line));
		EXPECT(same(&args, &again));
	}
}

/* As an ioctl has them: without their number, and as many blanks as anybody likes. */
static const char *parse_options(struct floop_options *options, const char *words)
{
	char line[256];

	snprintf(line, sizeof(line), "%s", words);
	return floop_options_parse_line(options, line);
}

static void options_of_a_line_are_the_same(void)
{
	struct floop_options options = { .pin = true };

	EXPECT(!parse_options(&options, ""));
	EXPECT(!options.pin && !floop_options_count(&options));
	EXPECT(!parse_options(&options, "   "));
	EXPECT(!floop_options_count(&options));
	EXPECT(!parse_options(&options, " map:require  discard:pass "));
	EXPECT(options.map == FLOOP_MAP_REQUIRE && options.discard == FLOOP_DISCARD_PASS);
	EXPECT(floop_options_count(&options) == 2);
	EXPECT(!parse_options(&options, "sector:4096"));
	EXPECT(floop_options_sector_bytes(&options) == 4096 && options.map == FLOOP_MAP_AUTO);
	EXPECT(!strcmp(parse_options(&options, "1 map:never"), UNKNOWN_OPT));
	EXPECT(!strcmp(parse_options(&options, "map:never\tio:auto"), BAD_MAP));
	EXPECT(!strcmp(parse_options(&options, "map:never pin:map"), PIN_NEVER));
	EXPECT(!strcmp(parse_options(&options, "map:never map:auto"),
		       "option map is given twice: expected it once"));
	EXPECT(floop_options_sector_bytes(&options) == 4096);
}

static void options_of_a_line_are_printed(void)
{
	struct floop_options options = { };
	char words[64], exact[sizeof("io:direct pin:map")];

	EXPECT(floop_options_print(words, sizeof(words), &options) == 0 && !*words);
	options.pin = true;
	options.io = FLOOP_IO_DIRECT;
	EXPECT(floop_options_print(exact, sizeof(exact), &options) == sizeof(exact) - 1);
	EXPECT(!strcmp(exact, "io:direct pin:map"));
	EXPECT(floop_options_print(words, 4, &options) == sizeof(exact) - 1);
	EXPECT(!strcmp(words, "io:"));
}

static const struct test tests[] = {
	CLAIM(path_and_offset_are_enough),
	CLAIM(options_come_in_any_order),
	CLAIM(no_options_may_be_counted),
	CLAIM(keys_are_those_of_the_contract),
	CLAIM(offsets_up_to_the_largest_file_are_taken),
	CLAIM(every_refusal_has_its_sentence),
	CLAIM(empty_words_are_refused),
	CLAIM(a_refusal_leaves_the_arguments_alone),
	CLAIM(every_byte_of_a_path_comes_back),
	CLAIM(random_paths_come_back),
	CLAIM(only_blanks_and_backslashes_are_escaped),
	CLAIM(other_backslashes_are_themselves),
	CLAIM(printing_stays_in_its_buffer),
	CLAIM(golden_options_are_printed),
	CLAIM(all_options_come_back),
	CLAIM(options_of_a_line_are_the_same),
	CLAIM(options_of_a_line_are_printed),
};

TEST_MAIN(tests)
