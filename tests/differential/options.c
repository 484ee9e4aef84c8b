// SPDX-License-Identifier: GPL-2.0-only
/* The command line, one table for parsing, --help and the replay's line. */
#include "options.h"

#include <errno.h>
#include <getopt.h>
#include <stdlib.h>
#include <string.h>
#include <sys/random.h>

#include "content.h"
#include "device.h"
#include "die.h"

struct options options = {
	.nr_ops = 50000,
	.nr_threads = 4,
	.max_bytes = 1 << 20,
	.hook_every = 1000,
};

enum option_type { NUMBER, FLAG, TEXT, MIX, NO_FLAG };

static bool is_seed_given;

/* In the order of --help; a replay has those that are marked so. */
static const struct entry {
	const char *name, *arg, *help;
	enum option_type type;
	void *value;
	bool is_replayed;
} entries[] = {
	{ "seed", "N", "where the operations come from (random)", NUMBER, &options.seed, true },
	{ "ops", "N", "operations, of all threads together (50000)", NUMBER,
	  &options.nr_ops, true },
	{ "threads", "N", "(4)", NUMBER, &options.nr_threads, true },
	{ "disjoint", NULL, "each thread in a range of its own", FLAG, &options.disjoint, true },
	{ "overlap", NULL, "all threads everywhere (default)", NO_FLAG, &options.disjoint, false },
	{ "block-size", "BYTES", "of what operations are multiples (the device's)", NUMBER,
	  &options.block_size, true },
	{ "max-bytes", "BYTES", "of the largest operation (1M)", NUMBER,
	  &options.max_bytes, true },
	{ "mix", "NAME=SHARE,...", "which operations, and how often", MIX, options.mix, true },
	{ "discard-zeroes", NULL, "what was discarded is zeroes; else that, or as it was", FLAG,
	  &options.discard_zeroes, true },
	{ "init", NULL, "write everything once, instead of reading it", FLAG,
	  &options.init, true },
	{ "hook", "COMMAND", "run by /bin/sh beside the operations, $OP has the count", TEXT,
	  &options.hook, true },
	{ "hook-every", "N", "operations, at least, from one to the next (1000)", NUMBER,
	  &options.hook_every, true },
	{ "save", "STATE", "at the end, write down what has to be there", TEXT,
	  &options.save, true },
	{ "verify", "STATE", "only compare a file or device with that", TEXT,
	  &options.verify, true },
	{ "offset", "BYTES", "with --verify: the device began here in the file", NUMBER,
	  &options.offset, true },
	{ "trace", NULL, "print each operation when it begins", FLAG, &options.trace, false },
	{ "help", NULL, "this", FLAG, NULL, false },
};

#define NR_ENTRIES	(sizeof(entries) / sizeof(entries[0]))

/* --- printing */

static void print_mix(FILE *out)
{
	unsigned int kind;

	for (kind = 0; kind < NR_OP_KINDS; kind++)
		fprintf(out, "%s%s=%u", kind ? "," : "", op_types[kind].name,
			options.mix[kind]);
}

static void print_quoted(FILE *out, const char *text)
{
	fputc('\'', out);
	for (; *text; text++)
		if (*text == '\'')
			fputs("'\\''", out);
		else
			fputc(*text, out);
	fputc('\'', out);
}

static void print_entry(FILE *out, const struct entry *entry)
{
	const char *text = entry->type == TEXT ? *(const char **)entry->value : NULL;

	if (entry->type == TEXT ? !text : entry->type == FLAG && !*(bool *)entry->value)
		return;
	fprintf(out, " --%s", entry->name);
	if (entry->type == FLAG)
		return;
	fputc(' ', out);
	if (entry->type == TEXT)
		print_quoted(out, text);
	else if (entry->type == MIX)
		print_mix(out);
	else
		fprintf(out, "%llu", (unsigned long long)*(uint64_t *)entry->value);
}

/* Of a --verify nothing else matters. */
static bool is_in_replay(const struct entry *entry)
{
	if (options.verify)
		return entry->value == &options.verify || entry->value == &options.offset;
	if (entry->value == &options.offset)
		return false;
	if (entry->value == &options.hook_every && !options.hook)
		return false;
	return entry->is_replayed;
}

void options_print_replay(FILE *out)
{
	size_t i;

	fputs("differential", out);
	for (i = 0; i < NR_ENTRIES; i++)
		if (is_in_replay(&entries[i]))
			print_entry(out, &entries[i]);
	fputc(' ', out);
	print_quoted(out, options.device);
	fputc('\n', out);
}

static void help(void)
{
	size_t i;

	printf("usage: differential [OPTION]... DEVICE|FILE\n\n");
	for (i = 0; i < NR_ENTRIES; i++) {
		char option[40];

		snprintf(option, sizeof(option), "--%s %s", entries[i].name,
			 entries[i].arg ? entries[i].arg : "");
		printf("  %-22s %s\n", option, entries[i].help);
	}
	printf("\nThe mix is ");
	print_mix(stdout);
	printf(" unless another is given.\n"
	       "Exit status: 0 all right, 1 something was not, 2 wrong usage.\n");
	exit(0);
}

/* --- parsing */

/* With K, M or G behind it */
static uint64_t number(const char *name, const char *text)
{
	static const char units[] = "KMG";
	const char *unit;
	char *end;
	uint64_t value;

	errno = 0;
	value = strtoull(text, &end, 0);
	unit = *end ? strchr(units, *end) : NULL;
	if (unit && !end[1] && end != text && value >> 30 == 0) {
		value <<= 10 * (unit - units + 1);
		end++;
	}
	if (errno || *end || end == text || *text < '0' || *text > '9')
		die_usage("--%s: '%s' is no number", name, text);
	return value;
}

static void parse_share(char *word)
{
	char *value = strchr(word, '=');
	unsigned int kind;

	if (!value)
		die_usage("--mix: '%s' is not NAME=SHARE", word);
	*value++ = 0;
	for (kind = 0; kind < NR_OP_KINDS; kind++)
		if (!strcmp(word, op_types[kind].name))
			break;
	if (kind == NR_OP_KINDS)
		die_usage("--mix: there is no operation '%s'", word);
	options.mix[kind] = number("mix", value);
}

/* What is not named does not happen. */
static void parse_mix(const char *text)
{
	char *words = strdup(text), *rest = words, *word;
	unsigned int kind, sum = 0;

	if (!words)
		die("no memory");
	memset(options.mix, 0, sizeof(options.mix));
	while ((word = strsep(&rest, ",")))
		parse_share(word);
	for (kind = 0; kind < NR_OP_KINDS; kind++) {
		if (options.mix[kind] > 1000000)
			die_usage("--mix: '%s' is too much of something", text);
		sum += options.mix[kind];
	}
	if (!sum)
		die_usage("--mix: '%s' is nothing to do", text);
	free(words);
}

static void parse_entry(const struct entry *entry, const char *text)
{
	if (!entry->value)
		help();
	if (entry->value == &options.seed)
		is_seed_given = true;
	switch (entry->type) {
	case NUMBER:
		*(uint64_t *)entry->value = number(entry->name, text);
		break;
	case FLAG:
	case NO_FLAG:
		*(bool *)entry->value = entry->type == FLAG;
		break;
	case TEXT:
		*(const char **)entry->value = text;
		break;
	case MIX:
		parse_mix(text);
		break;
	}
}

static void set_defaults(void)
{
	uint64_t salt;
	unsigned int seed, kind;

	for (kind = 0; kind < NR_OP_KINDS; kind++)
		options.mix[kind] = op_types[kind].share;
	if (getrandom(&seed, sizeof(seed), 0) != sizeof(seed) ||
	    getrandom(&salt, sizeof(salt), 0) != sizeof(salt))
		die_errno("getrandom");
	options.seed = seed;
	content_set_salt(salt);
}

static void check(void)
{
	if (!options.nr_threads || options.nr_threads > 1024)
		die_usage("--threads: not between 1 and 1024");
	if (options.nr_ops >= CONTENT_MAX - CONTENT_OPS - options.nr_threads)
		die_usage("--ops: more than %u", CONTENT_MAX - CONTENT_OPS - 1024);
	if (!options.hook_every)
		die_usage("--hook-every: 0 is never");
	if (options.offset && !options.verify)
		die_usage("--offset: only with --verify");
	if (options.verify && (is_seed_given || options.save || options.hook || options.init))
		die_usage("--verify: does nothing but compare");
}

void options_parse(int argc, char **argv)
{
	struct option longs[NR_ENTRIES + 1] = {};
	size_t i;
	int index, found;

	for (i = 0; i < NR_ENTRIES; i++) {
		longs[i].name = entries[i].name;
		longs[i].has_arg = entries[i].arg ? required_argument : no_argument;
	}
	set_defaults();
	opterr = 0;
	while ((found = getopt_long(argc, argv, ":", longs, &index)) != -1) {
		if (found)
			die_usage("%s: %s", argv[optind - 1], found == ':' ?
				  "needs an argument" : "no such option, see --help");
		parse_entry(&entries[index], optarg);
	}
	if (optind != argc - 1)
		die_usage("needs one device or file, see --help");
	options.device = argv[optind];
	check();
}

void options_settle(void)
{
	uint64_t least = device_block_size();

	if (!options.block_size)
		options.block_size = least;
	if (options.block_size % least)
		die_usage("--block-size: not a multiple of the device's %llu",
			  (unsigned long long)least);
	if (options.max_bytes < options.block_size)
		die_usage("--max-bytes: less than a block of %llu",
			  (unsigned long long)options.block_size);
	if (device_bytes() / options.nr_threads < options.block_size)
		die_usage("%s: too small for so many threads", options.device);
}
