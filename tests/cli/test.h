/* SPDX-License-Identifier: GPL-2.0-only */
/* What the unit tests of the tool are written with. */
#ifndef CLI_TEST_H
#define CLI_TEST_H

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define CHECK(what) do {						\
	if (!(what)) {							\
		printf("%s:%d: not true: %s\n", __FILE__, __LINE__, #what); \
		exit(1);						\
	}								\
} while (0)

#define CHECK_TEXT(got, wanted) do {					\
	const char *got_text = (got), *wanted_text = (wanted);		\
									\
	if (strcmp(got_text, wanted_text)) {				\
		printf("%s:%d: '%s' instead of '%s'\n", __FILE__, __LINE__, \
		       got_text, wanted_text);				\
		exit(1);						\
	}								\
} while (0)

#endif /* CLI_TEST_H */
