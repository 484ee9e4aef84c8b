/* SPDX-License-Identifier: GPL-2.0-only */
/* The removal of a device. */
#ifndef REMOVAL_H
#define REMOVAL_H

#include "device.h"

/*
 * It is gone when this returns STATUS_DONE.  If somebody keeps it busy, says who;
 * it is left as it was then.
 */
int device_remove(const struct device *device);

/* What is busy goes away when its last user closes it. */
int device_remove_deferred(const struct device *device);

#endif /* REMOVAL_H */
