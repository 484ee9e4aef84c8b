/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Device-mapper's own statistics of one device, for as long as somebody watches:
 * nobody else pays for them.
 */
#ifndef COUNTING_H
#define COUNTING_H

#include <stdbool.h>

#include "latencies.h"

struct counting {
	const char *name;	/* of the device */
	unsigned int region;	/* as device-mapper calls it */
	bool is_on;
};

/*
 * Counts from now on, and ends those that were left by a program that was killed.
 * Return 0 or a negative errno.
 */
int counting_begin(struct counting *counting, const char *name);
bool counting_read(const struct counting *counting, struct latencies *latencies);
void counting_end(struct counting *counting);

#endif /* COUNTING_H */
