// SPDX-License-Identifier: GPL-2.0-only
/*
 * What records hold: each sector tells by its content which sector of which
 * record it is, so that an old one, another's, or half of one is noticed.
 */
#include <string.h>

#include "random.h"
#include "record.h"

struct sector {
	uint32_t n;
	uint32_t index;
	uint64_t noise[RECORD_SECTOR / 8 - 1];
};

uint64_t record_seed(uint64_t seed, const char *writer)
{
	for (; *writer; writer++) {
		struct random r = { seed + (unsigned char)*writer };

		seed = random_next(&r);
	}
	return seed;
}

static struct random random_of(uint64_t seed, uint64_t n, uint64_t index)
{
	struct random r = { seed ^ n << 16 ^ index };

	r.state = random_next(&r);
	return r;
}

/* Small ones as often as large ones. */
size_t record_len(uint64_t seed, unsigned int n)
{
	struct random r = random_of(seed, n, UINT16_MAX);

	size_t max = RECORD_MAX >> random_below(&r, 6);

	return sizeof(uint32_t) + random_below(&r, max - sizeof(uint32_t));
}

static void sector_fill(struct sector *s, uint64_t seed, unsigned int n, unsigned int index)
{
	struct random r = random_of(seed, n, index);
	unsigned int i;

	s->n = n;
	s->index = index;
	for (i = 0; i < RECORD_SECTOR / 8 - 1; i++)
		s->noise[i] = random_next(&r);
}

static size_t part_of(size_t len)
{
	return len < RECORD_SECTOR ? len : RECORD_SECTOR;
}

void record_fill(void *buf, size_t len, uint64_t seed, unsigned int n)
{
	unsigned int index;
	struct sector s;
	char *to = buf;

	for (index = 0; len; index++) {
		size_t part = part_of(len);

		sector_fill(&s, seed, n, index);
		memcpy(to, &s, part);
		to += part;
		len -= part;
	}
}

unsigned int record_number(const void *buf)
{
	uint32_t n;

	memcpy(&n, buf, sizeof(n));
	return n;
}

bool record_is(const void *buf, size_t len, uint64_t seed, unsigned int n,
	       unsigned int index)
{
	const char *from = buf;
	struct sector s;

	for (; len; index++) {
		size_t part = part_of(len);

		sector_fill(&s, seed, n, index);
		if (memcmp(from, &s, part))
			return false;
		from += part;
		len -= part;
	}
	return true;
}
