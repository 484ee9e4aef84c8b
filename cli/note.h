/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * What udev is told of a disk of the kernel's loop driver, which knows no name: a file of
 * each attachment that its rule reads (60-fastloop.rules), /run/fastloop/loop0.17 for the
 * disk loop0 with the identity 17.
 */
#ifndef NOTE_H
#define NOTE_H

#include <stdbool.h>

/* There can be one: the kernel numbers its attachments (5.15). */
bool note_is_possible(const char *identity);

/* Those of what the disk was attached to before go.  @name is mangled.  0 or a negative errno. */
int note_write(const char *node, const char *identity, const char *name);
void note_remove(const char *node, const char *identity);

#endif /* NOTE_H */
