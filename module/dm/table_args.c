// SPDX-License-Identifier: GPL-2.0-only
/*
 * The target's table line, parsed and printed.  PURE.
 *
 * What the words mean is written in uapi/floop_target.h.  Sentences name the
 * word at fault and what is expected instead; they go into ti->error, before
 * which dm prints the target's name.
 */
#include "table_args.h"

#define ESCAPE			'\\'
#define DELETE			0x7f
#define NO_BREAK_SPACE		0xa0	/* Latin-1's, white space to the kernel */

/* A file ends before 2^63 bytes (loff_t). */
#define OFFSET_MAX_BYTES	(U64_MAX >> 1)

/* What can be wrong with a number */
struct number_rule {
	u64 max;
	const char *empty;
	const char *has_sign;
	const char *not_decimal;
	const char *too_large;
};

static const struct number_rule offset_rule = {
	.max = OFFSET_MAX_BYTES,
	.empty = "offset is empty: expected a decimal number of bytes",
	.has_sign = "offset has a sign: expected a plain decimal number of bytes",
	.not_decimal = "offset is not decimal: expected a number of bytes, digits only",
	.too_large = "offset is too large: expected fewer than 2^63 bytes",
};

static const struct number_rule count_rule = {
	.max = U64_MAX,
	.empty = "option count is empty: expected the number of options that follow",
	.has_sign = "option count has a sign: expected a plain decimal number",
	.not_decimal = "option count is not decimal: expected the number of options before them, as in \"1 map:auto\"",
	.too_large = "option count is too large: expected the number of options that follow",
};

enum { OPT_MAP, OPT_IO, OPT_DISCARD, OPT_SECTOR, OPT_PIN, NR_OPTS };

#define OPT_VALUES_MAX		5

/* One option; its values in the order of their enum, NULL has no word */
struct opt_rule {
	const char *key;
	const char *values[OPT_VALUES_MAX];
	const char *twice;
	const char *bad_value;
};

static const struct opt_rule opt_rules[NR_OPTS] = {
	[OPT_MAP] = {
		.key = "map",
		.values = {
			[FLOOP_MAP_AUTO] = "auto",
			[FLOOP_MAP_REQUIRE] = "require",
			[FLOOP_MAP_NEVER] = "never",
		},
		.twice = "option map is given twice: expected it once",
		.bad_value = "option map has an unknown value: expected map:auto, map:require or map:never",
	},
	[OPT_IO] = {
		.key = "io",
		.values = {
			[FLOOP_IO_AUTO] = "auto",
			[FLOOP_IO_DIRECT] = "direct",
			[FLOOP_IO_BUFFERED] = "buffered",
		},
		.twice = "option io is given twice: expected it once",
		.bad_value = "option io has an unknown value: expected io:auto, io:direct or io:buffered",
	},
	[OPT_DISCARD] = {
		.key = "discard",
		.values = {
			[FLOOP_DISCARD_PUNCH] = "punch",
			[FLOOP_DISCARD_PASS] = "pass",
			[FLOOP_DISCARD_IGNORE] = "ignore",
		},
		.twice = "option discard is given twice: expected it once",
		.bad_value = "option discard has an unknown value: expected discard:punch, discard:pass or discard:ignore",
	},
	[OPT_SECTOR] = {
		.key = "sector",
		.values = {
			[FLOOP_SECTOR_512] = "512",
			[FLOOP_SECTOR_1024] = "1024",
			[FLOOP_SECTOR_2048] = "2048",
			[FLOOP_SECTOR_4096] = "4096",
		},
		.twice = "option sector is given twice: expected it once",
		.bad_value = "option sector has an unknown value: expected 512, 1024, 2048 or 4096 bytes",
	},
	[OPT_PIN] = {
		.key = "pin",
		.values = {
			[true] = "map",
		},
		.twice = "option pin is given twice: expected it once",
		.bad_value = "option pin has an unknown value: expected pin:map",
	},
};

/* Options as read so far; 0 is each one's default */
struct opts {
	unsigned int value[NR_OPTS];
	bool given[NR_OPTS];
};

/* A buffer that counts what did not fit, like snprintf */
struct printer {
	char *buf;
	size_t size;
	size_t len;
};

static const char *number_parse(u64 *value, const char *word,
				const struct number_rule *rule)
{
	u64 sum = 0;

	if (!*word)
		return rule->empty;
	if (*word == '-' || *word == '+')
		return rule->has_sign;
	if (word[strspn(word, "0123456789")])
		return rule->not_decimal;
	for (; *word; word++) {
		unsigned int digit = *word - '0';

		if (sum > U64_MAX / 10 || sum * 10 > rule->max - digit)
			return rule->too_large;
		sum = sum * 10 + digit;
	}
	*value = sum;
	return NULL;
}

/* The rule for the option @word, and where its value begins */
static const struct opt_rule *opt_find(const char *word, const char **value)
{
	size_t len = strcspn(word, ":");
	unsigned int i;

	*value = word[len] ? word + len + 1 : NULL;
	for (i = 0; i < NR_OPTS; i++)
		if (strlen(opt_rules[i].key) == len &&
		    !memcmp(opt_rules[i].key, word, len))
			return &opt_rules[i];
	return NULL;
}

static const char *opt_parse(struct opts *opts, const char *word)
{
	const char *value;
	const struct opt_rule *rule = opt_find(word, &value);
	unsigned int opt, i;

	if (!rule)
		return "unknown option: expected map:, io:, discard:, sector: or pin:";
	if (!value)
		return "option has no value: expected key:value, as in \"map:auto\"";
	opt = rule - opt_rules;
	if (opts->given[opt])
		return rule->twice;
	for (i = 0; i < OPT_VALUES_MAX; i++) {
		if (!rule->values[i] || strcmp(rule->values[i], value))
			continue;
		opts->value[opt] = i;
		opts->given[opt] = true;
		return NULL;
	}
	return rule->bad_value;
}

/* @argv[0] is the count, the other @argc - 1 words are the options. */
static const char *opts_parse(struct opts *opts, unsigned int argc, char **argv)
{
	const char *error;
	unsigned int i;
	u64 count;

	error = number_parse(&count, argv[0], &count_rule);
	if (error)
		return error;
	if (count > argc - 1)
		return "too few options: expected as many as the option count says";
	if (count < argc - 1)
		return "too many options: expected as many as the option count says";
	for (i = 1; i < argc; i++) {
		error = opt_parse(opts, argv[i]);
		if (error)
			return error;
	}
	return NULL;
}

static const char *opts_check(const struct opts *opts)
{
	if (!opts->value[OPT_PIN])
		return NULL;
	if (opts->value[OPT_MAP] == FLOOP_MAP_NEVER)
		return "options pin:map and map:never exclude each other: expected one of them";
	if (opts->value[OPT_DISCARD] == FLOOP_DISCARD_PUNCH)
		return "options pin:map and discard:punch exclude each other: expected one of them";
	return NULL;
}

static void print_char(struct printer *to, char c)
{
	if (to->len + 1 < to->size)
		to->buf[to->len] = c;
	to->len++;
}

static void print_octal(struct printer *to, unsigned char c)
{
	print_char(to, ESCAPE);
	print_char(to, '0' + (c >> 6));
	print_char(to, '0' + (c >> 3 & 7));
	print_char(to, '0' + (c & 7));
}

static void print_word(struct printer *to, const char *word)
{
	while (*word)
		print_char(to, *word++);
}

static size_t print_end(struct printer *to)
{
	if (to->size)
		to->buf[min(to->len, to->size - 1)] = '\0';
	return to->len;
}

static bool char_needs_escape(unsigned char c)
{
	return c == ESCAPE || c <= ' ' || c == DELETE || c == NO_BREAK_SPACE;
}

/* Of a byte that a path may have. */
static bool is_octal(const char *word)
{
	if (!strncmp(word, "000", 3))
		return false;
	return word[0] >= '0' && word[0] <= '3' && word[1] >= '0' && word[1] <= '7' &&
	       word[2] >= '0' && word[2] <= '7';
}

/*
 * In place.  A backslash that no byte's number follows is itself, so that most
 * paths with backslashes can be written as they are.
 */
static void path_unescape(char *path)
{
	const char *in = path;
	char byte;

	while (*in) {
		byte = *in++;
		if (byte == ESCAPE && is_octal(in)) {
			byte = (in[0] - '0') << 6 | (in[1] - '0') << 3 | (in[2] - '0');
			in += 3;
		}
		*path++ = byte;
	}
	*path = '\0';
}

/*
 * Parse the @argc words after the target's name.  NULL when all is well, else
 * a static sentence.  @args is written only then; its path points into @argv.
 * Any context.
 */
const char *floop_table_args_parse(struct floop_table_args *args,
				   unsigned int argc, char **argv)
{
	struct opts opts = { };
	const char *error;
	u64 offset;

	if (argc < 1)
		return "path is missing: expected <path> <offset in bytes> [<#opts> <opt>...]";
	if (argc < 2)
		return "offset is missing: expected <path> <offset in bytes> [<#opts> <opt>...]";
	if (!*argv[0])
		return "path is empty: expected the path of the backing file";
	error = number_parse(&offset, argv[1], &offset_rule);
	if (!error && argc > 2)
		error = opts_parse(&opts, argc - 2, argv + 2);
	if (!error)
		error = opts_check(&opts);
	if (error)
		return error;

	path_unescape(argv[0]);
	args->path = argv[0];
	args->offset = offset;
	args->map = opts.value[OPT_MAP];
	args->io = opts.value[OPT_IO];
	args->discard = opts.value[OPT_DISCARD];
	args->sector = opts.value[OPT_SECTOR];
	args->pin = opts.value[OPT_PIN];
	return NULL;
}

/*
 * Print @path as a word of a table line.  Returns the length wanted, without
 * the NUL; terminates if @size > 0.  Any context.
 */
size_t floop_table_path_escape(char *buf, size_t size, const char *path)
{
	struct printer to = { .buf = buf, .size = size };

	for (; *path; path++) {
		if (char_needs_escape(*path))
			print_octal(&to, *path);
		else
			print_char(&to, *path);
	}
	return print_end(&to);
}

/*
 * Print option count and options, each after a blank, those that have their
 * default left out: nothing if all have.  Returns the length wanted, without
 * the NUL; terminates if @size > 0.  Any context.
 */
size_t floop_table_opts_print(char *buf, size_t size,
			      const struct floop_table_args *args)
{
	const unsigned int values[NR_OPTS] = {
		[OPT_MAP] = args->map,
		[OPT_IO] = args->io,
		[OPT_DISCARD] = args->discard,
		[OPT_SECTOR] = args->sector,
		[OPT_PIN] = args->pin,
	};
	struct printer to = { .buf = buf, .size = size };
	unsigned int i, nr = 0;

	for (i = 0; i < NR_OPTS; i++)
		nr += values[i] != 0;
	if (nr) {
		print_char(&to, ' ');
		print_char(&to, '0' + nr);
	}
	for (i = 0; i < NR_OPTS; i++) {
		if (!values[i])
			continue;
		print_char(&to, ' ');
		print_word(&to, opt_rules[i].key);
		print_char(&to, ':');
		print_word(&to, opt_rules[i].values[values[i]]);
	}
	return print_end(&to);
}
