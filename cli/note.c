// SPDX-License-Identifier: GPL-2.0-only
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "note.h"

#define FOLDER "/run/fastloop"

static void note_path(const char *node, const char *identity, char path[PATH_MAX])
{
	snprintf(path, PATH_MAX, FOLDER "/%s.%s", strrchr(node, '/') + 1, identity);
}

bool note_is_possible(const char *identity)
{
	return strcmp(identity, "0") != 0;
}

/* Of attachments that somebody else ended */
static void stale_remove(const char *node)
{
	const char *disk = strrchr(node, '/') + 1;
	size_t len = strlen(disk);
	DIR *dir = opendir(FOLDER);
	struct dirent *entry;

	while (dir && (entry = readdir(dir)))
		if (!strncmp(entry->d_name, disk, len) && entry->d_name[len] == '.')
			unlinkat(dirfd(dir), entry->d_name, 0);
	if (dir)
		closedir(dir);
}

static int text_write(const char *path, const char *identity, const char *name)
{
	int fd = open(path, O_CREAT | O_EXCL | O_WRONLY | O_CLOEXEC, 0644), err = 0;

	if (fd < 0)
		return -errno;
	if (dprintf(fd, "FASTLOOP_NAME=%s\nFASTLOOP_SEQ=%s\n", name, identity) < 0)
		err = -errno;
	close(fd);
	return err;
}

/* In one step, so that udev reads all of it or nothing. */
int note_write(const char *node, const char *identity, const char *name)
{
	char path[PATH_MAX], temporary[64];
	int err;

	if (mkdir(FOLDER, 0755) && errno != EEXIST)
		return -errno;
	stale_remove(node);
	note_path(node, identity, path);
	snprintf(temporary, sizeof(temporary), FOLDER "/.~%d", getpid());
	unlink(temporary);
	err = text_write(temporary, identity, name);
	if (!err && rename(temporary, path))
		err = -errno;
	if (err)
		unlink(temporary);
	return err;
}

void note_remove(const char *node, const char *identity)
{
	char path[PATH_MAX];

	note_path(node, identity, path);
	unlink(path);
}
