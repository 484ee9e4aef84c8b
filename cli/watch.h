/* SPDX-License-Identifier: GPL-2.0-only */
/* status --watch: a line for each interval, until SIGINT or the device's end. */
#ifndef WATCH_H
#define WATCH_H

#include <stdbool.h>
#include <stdint.h>

#include "device.h"

struct watch_options {
	uint64_t interval_ms;
	uint64_t count;		/* lines; 0: no end */
	bool is_json;
	bool has_percentiles;
};

/* Returns an exit status. */
int device_watch(const struct device *device, const struct watch_options *options);

#endif /* WATCH_H */
