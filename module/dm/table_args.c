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

/* @argv[0] is the count, the other @argc - 1 words are the options. */
static const char *opts_parse(struct floop_options *options, unsigned int argc, char **argv)
{
	const char *error;
	u64 count;

	error = number_parse(&count, argv[0], &count_rule);
	if (error)
		return error;
	if (count > argc - 1)
		return "too few options: expected as many as the option count says";
	if (count < argc - 1)
		return "too many options: expected as many as the option count says";
	return floop_options_parse(options, argc - 1, argv + 1);
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
	struct floop_options options = { };
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
		error = opts_parse(&options, argc - 2, argv + 2);
	if (error)
		return error;

	path_unescape(argv[0]);
	args->path = argv[0];
	args->offset = offset;
	args->options = options;
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
	unsigned int nr = floop_options_count(&args->options);
	struct printer to = { .buf = buf, .size = size };
	size_t begin;

	if (nr) {
		print_char(&to, ' ');
		print_char(&to, '0' + nr);
		print_char(&to, ' ');
	}
	print_end(&to);
	begin = min(to.len, size);
	return to.len + floop_options_print(begin ? buf + begin : buf, size - begin,
					    &args->options);
}
