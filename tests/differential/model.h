/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef MODEL_H
#define MODEL_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

/* In sectors. */
struct range {
	uint64_t first, nr;
};

/* From before it was submitted until after it had completed, by the clock. */
struct span {
	uint64_t start, end;
};

#define NOT_ENDED	UINT64_MAX

/*
 * A change that a sector's content may come from. A weak one (a discard) may
 * show or not, so what was there before stays allowed as well.
 */
struct candidate {
	struct span span;
	uint32_t content;
	bool weak;
};

/* nr_sectors of a device; what each held is at initial, unless that is NULL. */
void model_create(uint64_t nr_sectors, unsigned int nr_threads, unsigned char *initial);
void model_destroy(void);
uint64_t model_nr_sectors(void);
const unsigned char *model_initial(uint64_t sector);

/* Each thread does one operation at a time, between these two. */
uint64_t model_op_begin(unsigned int thread);
uint64_t model_op_end(unsigned int thread);

/* Before the change is submitted, and after it has completed. */
void model_change_begin(struct range range, const struct candidate *change);
void model_change_end(struct range range, const struct candidate *change);

/* Whether a read may have seen this; to be called before the reader's op_done. */
bool model_allows(uint64_t sector, struct span read, const unsigned char *buf);
void model_op_done(unsigned int thread);

/* One line for each candidate that the read may have seen. */
void model_describe(FILE *out, uint64_t sector, struct span read);

/* The contents allowed now, for a state file; at most room, returns how many. */
size_t model_contents(uint64_t sector, uint32_t *contents, size_t room);
void model_set_contents(uint64_t sector, const uint32_t *contents, size_t nr);

#endif
