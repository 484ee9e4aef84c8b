// SPDX-License-Identifier: GPL-2.0-only
#include <ctype.h>
#include <dirent.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/sysmacros.h>
#include <unistd.h>

#include "processes.h"

#define COMMAND_SIZE 64

void process_command(int pid, char *command, size_t size)
{
	char path[64];
	FILE *file;

	snprintf(command, size, "?");
	snprintf(path, sizeof(path), "/proc/%d/comm", pid);
	file = fopen(path, "re");
	if (!file)
		return;
	if (fgets(command, (int)size, file))
		command[strcspn(command, "\n")] = '\0';
	fclose(file);
}

void processes_each(int (*each)(int pid, void *arg), void *arg)
{
	DIR *proc = opendir("/proc");
	struct dirent *entry;

	if (!proc)
		return;
	while ((entry = readdir(proc)))
		if (isdigit((unsigned char)entry->d_name[0]) && each(atoi(entry->d_name), arg))
			break;
	closedir(proc);
}

bool open_file_is_writable(const struct open_file *file)
{
	unsigned int flags = 0;
	char path[64], *line = NULL;
	size_t size = 0;
	FILE *info;

	snprintf(path, sizeof(path), "/proc/%d/fdinfo/%.16s", file->pid, file->fd);
	info = fopen(path, "re");
	if (!info)
		return false;
	while (getline(&line, &size, info) > 0)
		if (sscanf(line, "flags: %o", &flags) == 1)
			break;
	free(line);
	fclose(info);
	return !(flags & O_PATH) && (flags & O_ACCMODE) != O_RDONLY;
}

struct file_walk {
	int (*each)(const struct open_file *file, void *arg);
	void *arg;
};

/* What never changes of a file is known without its server, which may be gone. */
static bool file_look(int dir, const char *fd, struct stat *st)
{
	struct statx stx;

	if (statx(dir, fd, AT_STATX_DONT_SYNC, STATX_TYPE | STATX_INO, &stx))
		return false;
	*st = (struct stat) {
		.st_dev = makedev(stx.stx_dev_major, stx.stx_dev_minor), .st_ino = stx.stx_ino,
		.st_mode = stx.stx_mode, .st_rdev = makedev(stx.stx_rdev_major, stx.stx_rdev_minor),
	};
	return true;
}

static int fds_walk(DIR *dir, struct open_file *file, const struct file_walk *walk)
{
	struct dirent *entry;
	int stop = 0;

	while (!stop && (entry = readdir(dir))) {
		file->fd = entry->d_name;
		if (isdigit((unsigned char)entry->d_name[0]) &&
		    file_look(dirfd(dir), entry->d_name, &file->stat))
			stop = walk->each(file, walk->arg);
	}
	return stop;
}

static int process_walk(int pid, void *arg)
{
	char path[64], command[COMMAND_SIZE];
	struct open_file file = { .pid = pid, .command = command };
	DIR *dir;
	int stop;

	if (pid == getpid())
		return 0;
	snprintf(path, sizeof(path), "/proc/%d/fd", pid);
	dir = opendir(path);
	if (!dir)
		return 0;
	process_command(pid, command, sizeof(command));
	stop = fds_walk(dir, &file, arg);
	closedir(dir);
	return stop;
}

void open_files_each(int (*each)(const struct open_file *file, void *arg), void *arg)
{
	struct file_walk walk = { each, arg };

	processes_each(process_walk, &walk);
}
