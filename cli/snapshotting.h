/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * That a snapshot of a device's file is being made.  It is as long as one of the processes
 * that make it lives, however they end.  What says so is a lock on a file of root's: one on
 * the image itself anybody could hold who may read it.
 */
#ifndef SNAPSHOTTING_H
#define SNAPSHOTTING_H

#include "device.h"

/*
 * A descriptor, which a fork shares; -EWOULDBLOCK: one is being made, or another errno.
 * Whoever does what must not happen meanwhile has it for as long, too.
 */
int snapshotting_begin(const struct device *device);
/* Of the last process that has it */
void snapshotting_end(const struct device *device, int lock);

#endif /* SNAPSHOTTING_H */
