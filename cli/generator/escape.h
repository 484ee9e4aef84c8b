/* SPDX-License-Identifier: GPL-2.0-only */
/* Text in the names of systemd's units and in their files.  PURE. */
#ifndef ESCAPE_H
#define ESCAPE_H

#include <stdbool.h>
#include <stdio.h>

#define UNIT_NAME_SIZE 256	/* as much as systemd takes, and a zero */

/*
 * "PREFIX" NAME "SUFFIX", NAME escaped as systemd-escape(1) does, or with --path if it
 * begins with a slash.  False if that is too long.
 */
bool unit_name_print(char unit[UNIT_NAME_SIZE], const char *prefix, const char *name,
		     const char *suffix);

/*
 * The unit that the value of an x-systemd option means: one's name, or a path, which is a
 * device below /dev and else a mount point.  False if it is none.
 */
bool unit_name_from_option(char unit[UNIT_NAME_SIZE], const char *value);

/*
 * A path as the value of RequiresMountsFor=.  A unit's file has no way to write a line's
 * end, or what is not UTF-8: such a path ends before that, at a folder, which is as good,
 * because it is about the mount points on the way.
 */
void path_print(FILE *out, const char *path);

#endif /* ESCAPE_H */
