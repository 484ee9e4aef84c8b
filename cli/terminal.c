// SPDX-License-Identifier: GPL-2.0-only
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include "terminal.h"

#define WIDTH_USUAL 80

size_t terminal_width(void)
{
	struct winsize window = { 0 };

	if (ioctl(STDOUT_FILENO, TIOCGWINSZ, &window) || !window.ws_col)
		return WIDTH_USUAL;
	return window.ws_col;
}

bool terminal_has_colour(void)
{
	const char *unwanted = getenv("NO_COLOR"), *kind = getenv("TERM");

	if (!isatty(STDOUT_FILENO) || (unwanted && *unwanted))
		return false;
	return kind && *kind && strcmp(kind, "dumb") != 0;
}
