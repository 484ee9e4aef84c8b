/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef OP_H
#define OP_H

#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <sys/uio.h>

#include "model.h"

/* An index of op_types; a new one goes there as well. */
enum op_kind {
	OP_READ,
	OP_WRITE,
	OP_FUA,
	OP_FLUSH,
	OP_ZEROES,
	OP_DISCARD,
	NR_OP_KINDS,
};

enum op_effect {
	EFFECT_READS,		/* its buffers are judged */
	EFFECT_WRITES,		/* its buffers are filled before */
	EFFECT_ZEROES,
	EFFECT_FORGETS,		/* as it was, or zeroes */
	EFFECT_NONE,
};

#define OP_SEGMENTS	8
/* Room for the gaps that give segments their alignments. */
#define OP_GAPS		(OP_SEGMENTS * 4096)

struct op {
	enum op_kind kind;
	unsigned int thread;
	unsigned long number;		/* in its thread */
	struct range range;
	struct span span;
	struct iovec segments[OP_SEGMENTS];
	int nr_segments;
};

struct op_type {
	const char *name;
	unsigned int share;		/* of the default mix */
	enum op_effect effect;
	/* 0 or a negative errno */
	int (*submit)(const struct op *op);
};

extern const struct op_type op_types[NR_OP_KINDS];

/* What a thread draws its operations from; each has its own. */
struct op_source {
	uint64_t random;
	unsigned int thread;
	unsigned long nr_drawn;
	struct range range;		/* where it works, whole blocks */
	uint64_t hot;			/* first of the blocks where all meet often */
	unsigned char *buf;
};

void op_source_init(struct op_source *source, unsigned int thread);
void op_source_deinit(struct op_source *source);
void op_draw(struct op_source *source, struct op *op);

/* One segment, over @buf */
void op_make(struct op *op, enum op_kind kind, struct range range, unsigned char *buf);

/* The buffers' sectors, one after the other; begins with op_first_sector(). */
struct op_sector {
	const struct op *op;
	int segment;
	size_t done;			/* bytes of the segment */
	uint64_t nr;
	unsigned char *buf;
};

struct op_sector op_first_sector(const struct op *op);
bool op_next_sector(struct op_sector *sector);

void op_fill(const struct op *op, uint32_t content);
void op_print(FILE *out, const struct op *op);

#endif
