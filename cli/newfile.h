/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * A file that is there when it is complete, and not before: without a name until then,
 * where the file system can do that (vfat and NFS can not).
 */
#ifndef NEWFILE_H
#define NEWFILE_H

#include <limits.h>
#include <stdbool.h>
#include <sys/stat.h>

#include "backing.h"

struct newfile {
	const char *path;	/* as the user wrote it */
	const char *base;	/* its last part */
	int dir;
	int fd;
	bool has_name;
	struct file_id dir_id;
};

/*
 * Open the folder, in which there must not be such a file.  Returns an exit status, and
 * newfile_close() is due after STATUS_DONE only.
 */
int newfile_open(struct newfile *file, const char *path);

/* An empty file, for nobody but root yet.  Returns an exit status. */
int newfile_create(struct newfile *file);

/*
 * Owner and mode as in @like; on disk, and there by its name.  Returns an exit status;
 * unless done, it is gone.
 */
int newfile_complete(struct newfile *file, const struct stat *like);

/* Without a word, memory, or a name left behind.  No newfile_complete() any more. */
void newfile_forget(const struct newfile *file);

void newfile_close(struct newfile *file);

#endif /* NEWFILE_H */
