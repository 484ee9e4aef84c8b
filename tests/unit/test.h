/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The frame of the unit tests.  A test is a function named by its claim; the
 * table at the end of each file lists them.  Prints "ok CLAIM" or "not ok
 * CLAIM: FILE:LINE EXPRESSION" (the first expectation that failed) or "skip
 * CLAIM: REASON", and ends with "N passed, N failed, N skipped".  With arguments, only claims that
 * contain one of them are tried.
 */
#ifndef TEST_H
#define TEST_H

#include <stdarg.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

struct test {
	const char *name;
	void (*run)(void);
};

#define CLAIM(function)	{ #function, function }

/* The test goes on after a failure; loops ask test_failed(). */
#define EXPECT(expr) \
	do { \
		if (!(expr)) \
			test_fail(__FILE__, __LINE__, #expr); \
	} while (0)

#define TEST_MAIN(tests) \
	int main(int argc, char **argv) \
	{ \
		return test_main(tests, sizeof(tests) / sizeof((tests)[0]), argc, argv); \
	}

static char test_failure[512];
static const char *test_skip_reason;

static inline bool test_failed(void)
{
	return test_failure[0];
}

static inline void test_fail(const char *file, int line, const char *expr)
{
	const char *slash = strrchr(file, '/');

	if (!test_failed())
		snprintf(test_failure, sizeof(test_failure), "%s:%d %s",
			 slash ? slash + 1 : file, line, expr);
}

static inline void test_skip(const char *reason)
{
	test_skip_reason = reason;
}

/* A figure or a seed worth to be seen, on a line of its own */
__attribute__((format(printf, 1, 2)))
static inline void test_note(const char *format, ...)
{
	va_list args;

	printf("# ");
	va_start(args, format);
	vprintf(format, args);
	va_end(args);
	printf("\n");
}

/* FLOOP_TEST_SEED=N replays a run; test_note() says which seed it was. */
static inline unsigned long long test_seed(void)
{
	const char *text = getenv("FLOOP_TEST_SEED");
	unsigned long long seed = 0;
	FILE *random;

	if (text)
		return strtoull(text, NULL, 0);
	random = fopen("/dev/urandom", "r");
	if (!random || fread(&seed, sizeof(seed), 1, random) != 1)
		seed = 1;
	if (random)
		fclose(random);
	return seed;
}

/* splitmix64: small, and the same everywhere */
static inline unsigned long long test_random(unsigned long long *state)
{
	unsigned long long z = *state += 0x9e3779b97f4a7c15ULL;

	z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9ULL;
	z = (z ^ (z >> 27)) * 0x94d049bb133111ebULL;
	return z ^ (z >> 31);
}

static inline bool test_wanted(const char *name, int argc, char **argv)
{
	int i;

	for (i = 1; i < argc; i++)
		if (strstr(name, argv[i]))
			return true;
	return argc < 2;
}

static inline const char *test_claim(const char *function)
{
	static char claim[128];
	size_t i;

	for (i = 0; function[i] && i + 1 < sizeof(claim); i++)
		claim[i] = function[i] == '_' ? '-' : function[i];
	claim[i] = '\0';
	return claim;
}

static inline int test_main(const struct test *tests, size_t nr, int argc, char **argv)
{
	unsigned int passed = 0, failed = 0, skipped = 0;
	size_t i;

	setvbuf(stdout, NULL, _IOLBF, 0);
	for (i = 0; i < nr; i++) {
		const char *claim = test_claim(tests[i].name);

		if (!test_wanted(claim, argc, argv))
			continue;
		test_failure[0] = '\0';
		test_skip_reason = NULL;
		tests[i].run();
		if (test_failed())
			printf("not ok %s: %s\n", claim, test_failure);
		else if (test_skip_reason)
			printf("skip %s: %s\n", claim, test_skip_reason);
		else
			printf("ok %s\n", claim);
		failed += test_failed();
		skipped += !test_failed() && test_skip_reason;
		passed += !test_failed() && !test_skip_reason;
	}
	printf("%u passed, %u failed, %u skipped\n", passed, failed, skipped);
	return failed ? 1 : 0;
}

#endif /* TEST_H */
