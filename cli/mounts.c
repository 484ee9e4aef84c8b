// SPDX-License-Identifier: GPL-2.0-only
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/sysmacros.h>
#include <unistd.h>

#include "mounts.h"
#include "text.h"

/* ID PARENT MAJOR:MINOR ROOT POINT OPTIONS [TAG]... - TYPE SOURCE OPTIONS */
static bool line_parse(char *line, struct mount *mount)
{
	unsigned long long id;
	unsigned int major, minor;
	char *rest, *root, *point, *type, *source;
	int used = 0;

	if (sscanf(line, "%llu %*u %u:%u %n", &id, &major, &minor, &used) != 3 || !used)
		return false;
	rest = line + used;
	source = strstr(rest, " - ");
	root = strsep(&rest, " ");
	point = strsep(&rest, " ");
	if (!source || !rest)
		return false;
	source += 3;
	type = strsep(&source, " ");
	if (!source)
		return false;
	mount->id = id;
	mount->dev = makedev(major, minor);
	mount->root = octal_unescape(root);
	mount->point = octal_unescape(point);
	mount->type = type;
	mount->source = octal_unescape(strsep(&source, " \n"));
	mount->options = source ? source : "";
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

bool is_node_of(const char *path, dev_t dev)
{
	struct stat st;

	return *path == '/' && !stat(path, &st) && S_ISBLK(st.st_mode) && st.st_rdev == dev;
}

bool mount_is_of(const struct mount *mount, dev_t dev)
{
	return mount->dev == dev ||
	       (!strcmp(mount->type, "btrfs") && is_node_of(mount->source, dev));
}

bool mounts_are_ours(int pid)
{
	char path[64], own[64] = "", other[64] = "";

	snprintf(path, sizeof(path), "/proc/%d/ns/mnt", pid);
	return readlink("/proc/self/ns/mnt", own, sizeof(own) - 1) <= 0 ||
	       readlink(path, other, sizeof(other) - 1) <= 0 || !strcmp(own, other);
}
