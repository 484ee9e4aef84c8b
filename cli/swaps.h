/* SPDX-License-Identifier: GPL-2.0-only */
/* Swap space in use, from /proc/swaps. */
#ifndef SWAPS_H
#define SWAPS_H

/* @path: of a block device's node or of a file.  @each returns true to stop. */
void swaps_each(int (*each)(const char *path, void *arg), void *arg);

#endif /* SWAPS_H */
