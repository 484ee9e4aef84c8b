/* SPDX-License-Identifier: GPL-2.0-only */
/* Keeping every other writer out of a file: see exclusion.c. */
#ifndef FLOOP_EXCLUSION_H
#define FLOOP_EXCLUSION_H

#include <linux/fs.h>

/*
 * Keep writers out.  @file is ours and was opened for writing unless
 * @read_only.  May sleep.  0 or -ETXTBSY while somebody else may write.
 */
int floop_exclude(struct file *file, bool read_only);

/* Undo it, before fput().  Any context. */
void floop_unexclude(struct file *file, bool read_only);

/* Whether somebody else may write at this moment.  Any context. */
bool floop_has_writers(const struct file *file, bool read_only);

#endif /* FLOOP_EXCLUSION_H */
