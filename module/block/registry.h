/* SPDX-License-Identifier: GPL-2.0-only */
/* All disks, by their numbers: see registry.c. */
#ifndef FLOOP_REGISTRY_H
#define FLOOP_REGISTRY_H

struct floop_disk;

/*
 * The number that @disk has from now on: @number, or the first free one if that is negative;
 * -EEXIST, or another negative errno.  It can not be seen yet.  May sleep, as all here.
 */
int floop_registry_add(struct floop_disk *disk, int number);
void floop_registry_show(struct floop_disk *disk);
void floop_registry_remove(struct floop_disk *disk);

/*
 * @name is that of @disk from now on, until it is dropped, if no other disk has it: else
 * -EEXIST, with a sentence that says which.  An empty one is no name.
 */
int floop_registry_take_name(struct floop_disk *disk, const char *name);
void floop_registry_drop_name(struct floop_disk *disk);

/* The ioctls of /dev/loop-control. */
int floop_registry_get_free(void);
int floop_registry_delete(int number);

/* Nobody can use a disk any more, nor make one. */
void floop_registry_destroy_all(void);

#endif /* FLOOP_REGISTRY_H */
