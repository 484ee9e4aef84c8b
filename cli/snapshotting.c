// SPDX-License-Identifier: GPL-2.0-only
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include "snapshotting.h"

#define PATH_SIZE	128

/* By the file: others may be attached of it. */
static void path_print(const struct device *device, char path[PATH_SIZE])
{
	const char *dev = device_info(device, "dev"), *ino = device_info(device, "ino");

	snprintf(path, PATH_SIZE, "/run/fastloop-snapshot-%s-%s.lock", dev ? dev : "",
		 ino ? ino : "");
}

/* Whoever had it before may have removed it after it was opened. */
static bool is_at(const char *path, int lock)
{
	struct stat ours, there;

	return !fstat(lock, &ours) && !lstat(path, &there) && ours.st_dev == there.st_dev &&
	       ours.st_ino == there.st_ino;
}

static int lock_take(const char *path)
{
	int lock = open(path, O_CREAT | O_RDWR | O_CLOEXEC | O_NOFOLLOW, 0600), err = 0;

	if (lock < 0)
		return -errno;
	if (flock(lock, LOCK_EX | LOCK_NB))
		err = -errno;
	else if (!is_at(path, lock))
		err = -ESTALE;
	if (err)
		close(lock);
	return err ? err : lock;
}

int snapshotting_begin(const struct device *device)
{
	char path[PATH_SIZE];
	int lock;

	path_print(device, path);
	do
		lock = lock_take(path);
	while (lock == -ESTALE);
	return lock;
}

/* Removed while it is held, so that nobody can have locked it since. */
void snapshotting_end(const struct device *device, int lock)
{
	char path[PATH_SIZE];

	path_print(device, path);
	unlink(path);
	close(lock);
}
