/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * What whoever attaches chooses, as words "key:value".  PURE: compiles unchanged in
 * userspace.  The words and their meaning are in uapi/floop_target.h.
 */
#ifndef FLOOP_OPTION_WORDS_H
#define FLOOP_OPTION_WORDS_H

#include "policy.h"
#include "pure.h"

/* The size doubles with each. */
enum floop_sector_size { FLOOP_SECTOR_DEFAULT, FLOOP_SECTOR_512, FLOOP_SECTOR_1024,
			 FLOOP_SECTOR_2048, FLOOP_SECTOR_4096 };

/* All zero: each has its default. */
struct floop_options {
	enum floop_map_mode map;
	enum floop_io_mode io;
	enum floop_discard_mode discard;
	enum floop_sector_size sector;
	bool pin;
};

/* How large a sector has to be, 0 if nobody said. */
static inline unsigned int floop_options_sector_bytes(const struct floop_options *options)
{
	return options->sector ? 256U << options->sector : 0;
}

/*
 * Parse one word each.  NULL when all is well, else a sentence fragment (a static string)
 * that says what is wrong and what is expected; @options is then left alone.  An option
 * given twice, an unknown key, an unknown value, options that contradict each other: each
 * is refused with its own sentence.  Any context.
 */
const char *floop_options_parse(struct floop_options *options, unsigned int nr, char **words);

/* The same of one line, with blanks between the words, which is cut up on the way. */
const char *floop_options_parse_line(struct floop_options *options, char *line);

/* How many of them do not have their default. */
unsigned int floop_options_count(const struct floop_options *options);

/*
 * Print those, with a blank between two: "map:require discard:pass".  Like snprintf:
 * returns the length wanted, always terminates if @size > 0.  Any context.
 */
size_t floop_options_print(char *buf, size_t size, const struct floop_options *options);

#endif /* FLOOP_OPTION_WORDS_H */
