/* SPDX-License-Identifier: GPL-2.0-only */
/* What sysfs says of a disk with a file: see attributes.c. */
#ifndef FLOOP_ATTRIBUTES_H
#define FLOOP_ATTRIBUTES_H

struct floop_disk;

/* What is attached is seen from here on.  May sleep. */
void floop_attributes_show(struct floop_disk *disk);

/* No more; nobody is looking, or changing, when this returns.  May sleep, and long. */
void floop_attributes_hide(struct floop_disk *disk);

#endif /* FLOOP_ATTRIBUTES_H */
