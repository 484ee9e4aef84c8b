/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef CONTENT_H
#define CONTENT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

#define SECTOR_SHIFT	9
#define SECTOR_SIZE	(1u << SECTOR_SHIFT)

/*
 * What a sector holds: one of these, or what an operation wrote; each
 * operation's number in the run is CONTENT_OPS + its number in its thread *
 * threads + thread.
 */
enum {
	CONTENT_INITIAL,	/* what was there before the run */
	CONTENT_ZEROES,
	CONTENT_FILL,		/* what --init wrote */
	CONTENT_OPS,
};

#define CONTENT_MAX	(1u << 30)
#define CONTENT_SECTORS	(1ull << 28)

/* Content of different runs differs, also when their seeds do not. */
void content_set_salt(uint64_t salt);
uint64_t content_salt(void);

/* How large the run is: to tell an operation's thread, and ours from anything else. */
void content_set_run(unsigned int nr_threads, uint64_t nr_ops, uint64_t nr_sectors);
uint32_t content_of_op(unsigned int thread, unsigned long number);

/* @content is not CONTENT_INITIAL */
void content_fill(unsigned char *buf, uint64_t sector, uint32_t content);

/* What a buffer holds before it is read into, so that nothing can not pass for an answer. */
void content_poison(void *buf, size_t size);

/* A name for it, in a buffer that is good until the next call. */
const char *content_name(uint32_t content);

/* In words what a sector holds, run of bytes by run of bytes. */
void content_describe(FILE *out, const unsigned char *buf, uint64_t sector,
		      const unsigned char *initial);

/* A bijection that looks random. */
uint64_t mix64(uint64_t x);

#endif
