/* SPDX-License-Identifier: GPL-2.0-only */
/* Where to cut: see plan.c. */
#ifndef CRASH_PLAN_H
#define CRASH_PLAN_H

#include "log.h"

/* Print at most @nr_points places to cut, in the order of the log. */
void plan_print(const struct log *log, unsigned int nr_points, uint64_t seed);

#endif /* CRASH_PLAN_H */
