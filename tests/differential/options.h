/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef OPTIONS_H
#define OPTIONS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

#include "op.h"

struct options {
	uint64_t seed, nr_ops, nr_threads;
	uint64_t block_size;	/* 0: the device's */
	uint64_t max_bytes;
	uint64_t hook_every;
	uint64_t offset;	/* where in a file the device begins */
	unsigned int mix[NR_OP_KINDS];
	bool disjoint, init, discard_zeroes, trace;
	const char *hook, *save, *verify;
	const char *device;
};

extern struct options options;

/* Exits on --help, and with 2 on wrong usage. */
void options_parse(int argc, char **argv);

/* What depends on the device, which is open now. */
void options_settle(void);

/* The command that does the same again. */
void options_print_replay(FILE *out);

#endif
