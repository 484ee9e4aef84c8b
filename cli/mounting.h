/* SPDX-License-Identifier: GPL-2.0-only */
/* Mounting and unmounting, as mount(8) and umount(8) do.  The only door to libmount. */
#ifndef MOUNTING_H
#define MOUNTING_H

#include <stdbool.h>

struct mounting {
	const char *file;	/* as it is called in messages */
	const char *source;
	const char *dir;
	const char *type;	/* NULL: found out */
	const char *options;	/* "noatime,...", or NULL */
	bool is_read_only;
};

/*
 * Return an exit status and have said what is wrong, with the file or the folder.
 * May run helpers (mount.ntfs).
 */
int file_system_mount(const struct mounting *mounting);
int file_system_unmount(const char *dir);

#endif /* MOUNTING_H */
