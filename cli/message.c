// SPDX-License-Identifier: GPL-2.0-only
#include <errno.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "cli.h"
#include "floop_target.h"
#include "message.h"
#include "text.h"

__printf(2, 0)
static void line_print(const char *thing, const char *reason, va_list args)
{
	char *text = NULL;

	fflush(stdout);
	fputs("fastloop: ", stderr);
	text_print(stderr, thing);
	if (vasprintf(&text, reason, args) < 0)
		text = NULL;
	fputs(": ", stderr);
	text_print(stderr, text ? text : "out of memory");
	fputc('\n', stderr);
	free(text);
}

void remark(const char *thing, const char *reason, ...)
{
	va_list args;

	va_start(args, reason);
	line_print(thing, reason, args);
	va_end(args);
}

int failed(const char *thing, const char *reason, ...)
{
	va_list args;

	va_start(args, reason);
	line_print(thing, reason, args);
	va_end(args);
	return STATUS_FAILED;
}

int misused(const char *thing, const char *reason, ...)
{
	va_list args;

	va_start(args, reason);
	line_print(thing, reason, args);
	va_end(args);
	return STATUS_USAGE;
}

int refused(const char *thing, const char *token, const char *sentence)
{
	if (!strcmp(token, FLOOP_NO_REASON))
		return failed(thing, "%s", sentence);
	remark(thing, "%s (%s)", sentence, token);
	return STATUS_REFUSED;
}

int output_finish(int status)
{
	static bool is_reported;

	errno = 0;
	if ((!fflush(stdout) && !ferror(stdout)) || is_reported)
		return status;
	is_reported = true;
	failed("standard output", "%s", strerror(errno ? errno : EIO));
	return status ? status : STATUS_FAILED;
}
