// SPDX-License-Identifier: GPL-2.0-only
#include <stdbool.h>
#include <string.h>

#include "floop_target.h"
#include "message.h"
#include "refusal.h"
#include "sysfs.h"

/* "<token|-> <sentence>"; false when the kernel has nothing to say */
static bool refusal_read(char *line, size_t size, char **sentence)
{
	if (!line_read(FLOOP_REFUSAL_PATH, line, size))
		return false;
	*sentence = strchr(line, ' ');
	if (!*sentence || !(*sentence)[1])
		return false;
	*(*sentence)++ = '\0';
	return true;
}

int refusal_report(const char *thing, const char *words)
{
	char line[4096], *sentence;

	if (refusal_read(line, sizeof(line), &sentence))
		return refused(thing, line, sentence);
	return failed(thing, "%s", words);
}
