// SPDX-License-Identifier: GPL-2.0-only
/* How the program ends before its time, from whichever thread. */
#include "die.h"

#include <errno.h>
#include <pthread.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static pthread_mutex_t claimed = PTHREAD_MUTEX_INITIALIZER;
static void (*wait_first)(void);

void die_set_wait(void (*wait)(void))
{
	wait_first = wait;
}

/* Never given back: exit() is for one thread. */
void die_claim(void)
{
	pthread_mutex_lock(&claimed);
}

static void __attribute__((noreturn, format(printf, 3, 0)))
end(int status, const char *why, const char *what, va_list args)
{
	die_claim();
	fflush(stdout);
	fputs("differential: ", stderr);
	vfprintf(stderr, what, args);
	if (why)
		fprintf(stderr, ": %s", why);
	fputc('\n', stderr);
	if (wait_first)
		wait_first();
	exit(status);
}

void die(const char *what, ...)
{
	va_list args;

	va_start(args, what);
	end(1, NULL, what, args);
}

void die_usage(const char *what, ...)
{
	va_list args;

	va_start(args, what);
	end(2, NULL, what, args);
}

void die_errno(const char *what, ...)
{
	const char *why = strerror(errno);
	va_list args;

	va_start(args, what);
	end(1, why, what, args);
}
