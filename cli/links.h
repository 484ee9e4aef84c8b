/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * /dev/fastloop/NAME: a path that stays the same, whichever disk the kernel had free.
 * udev makes it by its rule (60-fastloop.rules); where it does not, or not yet, we do.
 * Names are as the kernel has them, mangled.
 */
#ifndef LINKS_H
#define LINKS_H

#include <stdbool.h>
#include <stddef.h>

void link_path(const char *name, char *path, size_t size);

/* It is there, and leads to the device that has this name, or to that partition of it. */
bool link_is_true(const char *name);
/* It leads to this node, or to one of its partitions. */
bool link_is_of(const char *name, const char *node);

/*
 * Make the link, and wait until udev has done with it what it wants to do, for five
 * seconds at most; with an @identity, for this attachment to the disk.  0 or a negative
 * errno, -EEXIST if it is another device's.
 */
int link_make(const char *name, const char *node, const char *identity);

/* The same for a disk of whose name udev does not know; what led to it before goes. */
int link_make_alone(const char *name, const char *node, const char *identity);

/* The same for a disk that may have a note (note.h), and for its partitions */
int link_make_noted(const char *name, const char *node, const char *identity);
/* Have udev take away what it made by a note that is gone: 0 */
int link_drop_noted(const char *name, const char *node, const char *identity);

/*
 * Take the link away, if it is still one to @node, there or not; a path elsewhere is left
 * alone.
 */
void link_remove(const char *path, const char *node);

/* Wait until udev has done with the link of an attachment that has ended, as long. */
void link_forget(const char *name, const char *node, const char *identity);

#endif /* LINKS_H */
