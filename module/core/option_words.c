// SPDX-License-Identifier: GPL-2.0-only
/*
 * What whoever attaches chooses, as words "key:value", parsed and printed.  PURE.
 *
 * Sentences name the word at fault and what is expected instead.
 */
#include "option_words.h"

enum { OPT_MAP, OPT_IO, OPT_DISCARD, OPT_SECTOR, OPT_PIN, NR_OPTS };

#define VALUES_MAX		5

/* One option; its values in the order of their enum, NULL has no word */
struct opt_rule {
	const char *key;
	const char *values[VALUES_MAX];
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

/* As read so far; 0 is each one's default */
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
	for (i = 0; i < VALUES_MAX; i++) {
		if (!rule->values[i] || strcmp(rule->values[i], value))
			continue;
		opts->value[opt] = i;
		opts->given[opt] = true;
		return NULL;
	}
	return rule->bad_value;
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

/* All were read. */
static const char *opts_take(struct floop_options *options, const struct opts *opts)
{
	const char *error = opts_check(opts);

	if (error)
		return error;
	options->map = opts->value[OPT_MAP];
	options->io = opts->value[OPT_IO];
	options->discard = opts->value[OPT_DISCARD];
	options->sector = opts->value[OPT_SECTOR];
	options->pin = opts->value[OPT_PIN];
	return NULL;
}

const char *floop_options_parse(struct floop_options *options, unsigned int nr, char **words)
{
	struct opts opts = { };
	const char *error;
	unsigned int i;

	for (i = 0; i < nr; i++) {
		error = opt_parse(&opts, words[i]);
		if (error)
			return error;
	}
	return opts_take(options, &opts);
}
EXPORT_SYMBOL_GPL(floop_options_parse);

/* The next word of @line, which begins behind it afterwards; NULL: none is left. */
static char *next_word(char **line)
{
	char *word = *line + strspn(*line, " ");
	size_t len = strcspn(word, " ");

	*line = word[len] ? word + len + 1 : word + len;
	word[len] = '\0';
	return len ? word : NULL;
}

const char *floop_options_parse_line(struct floop_options *options, char *line)
{
	struct opts opts = { };
	const char *error;
	char *word;

	while ((word = next_word(&line))) {
		error = opt_parse(&opts, word);
		if (error)
			return error;
	}
	return opts_take(options, &opts);
}
EXPORT_SYMBOL_GPL(floop_options_parse_line);

static void values_of(const struct floop_options *options, unsigned int values[NR_OPTS])
{
	values[OPT_MAP] = options->map;
	values[OPT_IO] = options->io;
	values[OPT_DISCARD] = options->discard;
	values[OPT_SECTOR] = options->sector;
	values[OPT_PIN] = options->pin;
}

unsigned int floop_options_count(const struct floop_options *options)
{
	unsigned int values[NR_OPTS], i, nr = 0;

	values_of(options, values);
	for (i = 0; i < NR_OPTS; i++)
		nr += values[i] != 0;
	return nr;
}
EXPORT_SYMBOL_GPL(floop_options_count);

static void print_char(struct printer *to, char c)
{
	if (to->len + 1 < to->size)
		to->buf[to->len] = c;
	to->len++;
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

size_t floop_options_print(char *buf, size_t size, const struct floop_options *options)
{
	struct printer to = { .buf = buf, .size = size };
	unsigned int values[NR_OPTS], i;

	values_of(options, values);
	for (i = 0; i < NR_OPTS; i++) {
		if (!values[i])
			continue;
		if (to.len)
			print_char(&to, ' ');
		print_word(&to, opt_rules[i].key);
		print_char(&to, ':');
		print_word(&to, opt_rules[i].values[values[i]]);
	}
	return print_end(&to);
}
EXPORT_SYMBOL_GPL(floop_options_print);
