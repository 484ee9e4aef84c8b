// SPDX-License-Identifier: GPL-2.0-only
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "swaps.h"
#include "text.h"

void swaps_each(int (*each)(const char *path, void *arg), void *arg)
{
	FILE *file = fopen("/proc/swaps", "re");
	char *line = NULL;
	size_t size = 0;

	if (!file)
		return;
	while (getline(&line, &size, file) > 0) {
		line[strcspn(line, " \t\n")] = '\0';
		if (each(octal_unescape(line), arg))
			break;
	}
	free(line);
	fclose(file);
}
