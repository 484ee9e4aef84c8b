/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The target's table line, parsed and printed.  PURE: compiles unchanged in
 * userspace.
 */
#ifndef FLOOP_TABLE_ARGS_H
#define FLOOP_TABLE_ARGS_H

#include "option_words.h"
#include "pure.h"

struct floop_table_args {
	const char *path;		/* points into argv */
	u64 offset;			/* bytes */
	struct floop_options options;
};

/*
 * Parse the words after the target's name.  NULL when all is well, else a
 * sentence fragment (a static string) that says what is wrong and what is
 * expected; @args is then left alone.  An option given twice, an option count
 * that does not match, an unknown key, an unknown value, options that contradict
 * each other, a signed, empty, non-decimal or overflowing number: each is refused
 * with its own sentence.
 */
const char *floop_table_args_parse(struct floop_table_args *args,
				   unsigned int argc, char **argv);

/*
 * Print @path into @buf as a word of a table line: white space, control
 * characters, backslashes and the byte 0xa0 (white space to the kernel) as
 * \ooo.  Like snprintf: returns the length wanted, always terminates if
 * @size > 0.
 */
size_t floop_table_path_escape(char *buf, size_t size, const char *path);

/*
 * Print the words after the offset, with a leading blank, or nothing when all
 * options have their defaults: " 2 map:require discard:pass".  Like snprintf.
 */
size_t floop_table_opts_print(char *buf, size_t size,
			      const struct floop_table_args *args);

#endif /* FLOOP_TABLE_ARGS_H */
