/* SPDX-License-Identifier: GPL-2.0-only */
/* The removal of a device, with the devices of its partitions, and with what is opened above it. */
#ifndef REMOVAL_H
#define REMOVAL_H

#include "device.h"

/*
 * All of it is gone when this returns STATUS_DONE.  If somebody keeps the device
 * or a partition busy, says who; all is left as it was then.
 */
int device_remove(const struct device *device);
/* The same of one that was just unmounted, which a helper (FUSE) may still have open. */
int device_remove_unmounted(const struct device *device);
/* The same, where whoever holds it has so many seconds to let it go. */
int device_remove_within(const struct device *device, unsigned int seconds);

/* What is busy goes away when its last user closes it. */
int device_remove_deferred(const struct device *device);

#endif /* REMOVAL_H */
