/* SPDX-License-Identifier: GPL-2.0-only */
/* The last words of a tool: what was tried, and the system's reason if any. */
#ifndef CRASH_DIE_H
#define CRASH_DIE_H

#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static inline void __attribute__((noreturn, format(printf, 1, 2)))
die(const char *what, ...)
{
	int error = errno;
	va_list args;

	va_start(args, what);
	vfprintf(stderr, what, args);
	va_end(args);
	fprintf(stderr, error ? ": %s\n" : "\n", strerror(error));
	exit(1);
}

#endif /* CRASH_DIE_H */
