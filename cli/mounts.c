// SPDX-License-Identifier: GPL-2.0-only
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/sysmacros.h>

#include "mounts.h"

static bool is_octal(const char *text)
{
	return text[0] >= '0' && text[0] <= '3' && text[1] >= '0' && text[1] <= '7' &&
	       text[2] >= '0' && text[2] <= '7';
}

char *octal_unescape(char *text)
{
	char *in = text, *out = text;

	while (*in) {
		if (*in == '\\' && is_octal(in + 1)) {
			*out++ = (char)((in[1] - '0') << 6 | (in[2] - '0') << 3 | (in[3] - '0'));
			in += 4;
		} else {
			*out++ = *in++;
		}
	}
	*out = '\0';
	return text;
}

/* ID PARENT MAJOR:MINOR ROOT POINT OPTIONS [TAG]... - TYPE SOURCE OPTIONS */
static bool line_parse(char *line, struct mount *mount)
{
	unsigned long long id;
	unsigned int major, minor;
	char *rest, *point, *source;
	int used = 0;

	if (sscanf(line, "%llu %*u %u:%u %*s %n", &id, &major, &minor, &used) != 3 || !used)
		return false;
	rest = line + used;
	source = strstr(rest, " - ");
	point = strsep(&rest, " ");
	if (!source || !rest)
		return false;
	source += 3;
	strsep(&source, " ");
	if (!source)
		return false;
	mount->id = id;
	mount->dev = makedev(major, minor);
	mount->point = octal_unescape(point);
	mount->source = octal_unescape(strsep(&source, " \n"));
	return true;
}

void mounts_each(const char *mountinfo, int (*each)(const struct mount *mount, void *arg),
		 void *arg)
{
	FILE *file = fopen(mountinfo, "re");
	struct mount mount;
	char *line = NULL;
	size_t size = 0;

	if (!file)
		return;
	while (getline(&line, &size, file) > 0)
		if (line_parse(line, &mount) && each(&mount, arg))
			break;
	free(line);
	fclose(file);
}
