// SPDX-License-Identifier: GPL-2.0-only
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "cli.h"
#include "message.h"
#include "newfile.h"

#define MODE_AT_FIRST	0600
#define MODE_KEPT	0777	/* no set-user-ID */

/* --- the folder */

static int dir_open(struct newfile *file)
{
	size_t len = (size_t)(file->base - file->path);
	char folder[PATH_MAX] = ".";

	if (len >= sizeof(folder))
		return failed(file->path, "%s", strerror(ENAMETOOLONG));
	if (len)	/* with the slash, so that the root is not empty */
		snprintf(folder, sizeof(folder), "%.*s", (int)len, file->path);
	file->dir = open(folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	if (file->dir < 0)
		return failed(folder, "%s", strerror(errno));
	return STATUS_DONE;
}

static int exists(const struct newfile *file)
{
	return failed(file->path, "exists already, and is not written over; choose another name, or remove it");
}

static int dir_look(struct newfile *file)
{
	struct stat st;

	if (!fstatat(file->dir, file->base, &st, AT_SYMLINK_NOFOLLOW))
		return exists(file);
	if (errno != ENOENT || !file_id_read(file->dir, "", &file->dir_id))
		return failed(file->path, "%s", strerror(errno));
	return STATUS_DONE;
}

int newfile_open(struct newfile *file, const char *path)
{
	const char *slash = strrchr(path, '/');
	int status;

	*file = (struct newfile) { .path = path, .base = slash ? slash + 1 : path, .fd = -1 };
	if (!*file->base)
		return failed(path, "names a folder, not a file");
	status = dir_open(file);
	if (status)
		return status;
	status = dir_look(file);
	if (status)
		close(file->dir);
	return status;
}

void newfile_close(struct newfile *file)
{
	newfile_forget(file);
	if (file->fd >= 0)
		close(file->fd);
	close(file->dir);
}

/* --- the file */

int newfile_create(struct newfile *file)
{
	file->fd = openat(file->dir, ".", O_TMPFILE | O_RDWR | O_CLOEXEC, MODE_AT_FIRST);
	if (file->fd < 0 && (errno == EOPNOTSUPP || errno == EISDIR || errno == ENOENT ||
			     errno == EINVAL)) {
		file->fd = openat(file->dir, file->base, O_CREAT | O_EXCL | O_RDWR | O_CLOEXEC,
				  MODE_AT_FIRST);
		file->has_name = file->fd >= 0;
	}
	if (file->fd < 0)
		return errno == EEXIST ? exists(file) : failed(file->path, "%s", strerror(errno));
	return STATUS_DONE;
}

/* Some file systems have but one owner, and modes of their own. */
static void rights_set(const struct newfile *file, const struct stat *like)
{
	if (fchown(file->fd, like->st_uid, like->st_gid) ||
	    fchmod(file->fd, like->st_mode & MODE_KEPT))
		remark(file->path, "does not get the owner and mode of the file: %s",
		       strerror(errno));
}

static int name_give(struct newfile *file)
{
	char path[32];

	if (file->has_name)
		return STATUS_DONE;
	snprintf(path, sizeof(path), "/proc/self/fd/%d", file->fd);
	if (linkat(AT_FDCWD, path, file->dir, file->base, AT_SYMLINK_FOLLOW))
		return errno == EEXIST ? exists(file) : failed(file->path, "%s", strerror(errno));
	file->has_name = true;
	return STATUS_DONE;
}

int newfile_complete(struct newfile *file, const struct stat *like)
{
	int status;

	rights_set(file, like);
	if (fsync(file->fd))
		return failed(file->path, "%s", strerror(errno));
	status = name_give(file);
	if (!status && fsync(file->dir))
		status = failed(file->path, "%s", strerror(errno));
	if (!status)
		file->has_name = false;	/* it is the user's now */
	return status;
}

void newfile_forget(const struct newfile *file)
{
	if (file->has_name)
		unlinkat(file->dir, file->base, 0);
}
