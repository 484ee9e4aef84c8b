/* SPDX-License-Identifier: GPL-2.0-only */
/* Numbers that a seed repeats: the same ones on each machine, in each run. */
#ifndef CRASH_RANDOM_H
#define CRASH_RANDOM_H

#include <stdint.h>

struct random {
	uint64_t state;
};

/* splitmix64 */
static inline uint64_t random_next(struct random *r)
{
	uint64_t z = r->state += 0x9e3779b97f4a7c15;

	z = (z ^ z >> 30) * 0xbf58476d1ce4e5b9;
	z = (z ^ z >> 27) * 0x94d049bb133111eb;
	return z ^ z >> 31;
}

/* 0 to @limit - 1; good enough where @limit is small. */
static inline uint64_t random_below(struct random *r, uint64_t limit)
{
	return random_next(r) % limit;
}

#endif /* CRASH_RANDOM_H */
