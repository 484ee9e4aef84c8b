/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * What other processes have open, from /proc, as far as it may be read: the
 * kernel's own opens and those of a process in between two looks are not there.
 */
#ifndef PROCESSES_H
#define PROCESSES_H

#include <stdbool.h>
#include <stdio.h>
#include <sys/stat.h>

struct open_file {
	int pid;
	const char *command;
	const char *fd;		/* a number, as text */
	struct stat stat;
};

/* This process's own files are left out.  @each returns true to stop. */
void open_files_each(int (*each)(const struct open_file *file, void *arg), void *arg);

bool open_file_is_writable(const struct open_file *file);

/* @each is called with a process's number; returns true to stop. */
void processes_each(int (*each)(int pid, void *arg), void *arg);

/* The process's command, "?" when it is gone.  @size includes the end. */
void process_command(int pid, char *command, size_t size);

#endif /* PROCESSES_H */
