/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef UNSHARE_H
#define UNSHARE_H

#include "device.h"

/*
 * Blocks of its own for the file of @device, whose mode is that of now, and the map
 * again if it wants one.  Returns an exit status.
 */
int device_unshare(const struct device *device);

#endif /* UNSHARE_H */
