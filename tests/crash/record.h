/* SPDX-License-Identifier: GPL-2.0-only */
/* What records hold: see record.c. */
#ifndef CRASH_RECORD_H
#define CRASH_RECORD_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define RECORD_SECTOR	512
#define RECORD_MAX	(16 * 1024)	/* bytes */

/* A number for each writer, so that no two write the same. */
uint64_t record_seed(uint64_t seed, const char *writer);

/* Bytes of record @n: up to RECORD_MAX, enough for its number. */
size_t record_len(uint64_t seed, unsigned int n);

/* The first @len bytes of record @n. */
void record_fill(void *buf, size_t len, uint64_t seed, unsigned int n);

/* The number that a record's first bytes claim for it. */
unsigned int record_number(const void *buf);

/* Whether @buf holds @len bytes of record @n, beginning at its sector @index. */
bool record_is(const void *buf, size_t len, uint64_t seed, unsigned int n,
	       unsigned int index);

#endif /* CRASH_RECORD_H */
