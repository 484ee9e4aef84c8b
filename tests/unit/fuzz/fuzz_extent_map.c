// SPDX-License-Identifier: GPL-2.0-only
/*
 * libFuzzer: bytes as operations on an extent map with small leaves, beside
 * its model.  The first byte is the cap, then each operation is a byte and its
 * parameters; bytes that are missing are 0.
 */
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>

#define CHECK(expr)	do { if (!(expr)) abort(); } while (0)
#include "../map_model.h"

#define NR_SECTORS	600U
#define BATCH_MAX	24U

struct input {
	const uint8_t *data;
	size_t size;
};

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static unsigned int take(struct input *input)
{
	if (!input->size)
		return 0;
	input->size--;
	return *input->data++;
}

static u64 take_sector(struct input *input)
{
	return (take(input) << 8 | take(input)) % NR_SECTORS;
}

/* A byte: state, length, and whether it continues what lies beside it */
static struct floop_extent take_extent(struct input *input, u64 sector)
{
	unsigned int byte = take(input);
	struct floop_extent extent = {
		.sector = sector,
		.nr_sectors = min(1 + (byte >> 4), NR_SECTORS - sector),
		.state = byte % 3,
	};

	if (extent.state == FLOOP_EXTENT_MAPPED)
		extent.lower = byte & 8 ? 10000 + sector : take(input) * 100ULL;
	return extent;
}

static void op_set(struct model *model, struct input *input)
{
	struct floop_extent batch[BATCH_MAX];
	u64 sector = take_sector(input);
	unsigned int i, nr = 1 + take(input) % BATCH_MAX;

	for (i = 0; i < nr && sector < NR_SECTORS; i++) {
		batch[i] = take_extent(input, sector);
		sector += batch[i].nr_sectors;
	}
	model_set(model, batch, i);
}

/* Sectors as scattered as can be, many for few bytes */
static void op_scatter(struct model *model, struct input *input)
{
	u64 sector = take_sector(input);
	unsigned int nr = take(input) % BATCH_MAX;
	struct floop_extent extent = { .nr_sectors = 1, .state = FLOOP_EXTENT_MAPPED };

	for (; nr && sector < NR_SECTORS; nr--, sector += 2) {
		extent.sector = sector;
		extent.lower = NR_SECTORS - sector;
		model_set(model, &extent, 1);
	}
}

static void op_forget(struct model *model, struct input *input)
{
	u64 sector = take_sector(input);

	model_forget(model, sector, take_sector(input));
}

static void op_fail_alloc(struct model *model, struct input *input)
{
	model->may_forget = true;
	pure_fail_alloc(1 + take(input) % 16);
}

static void do_op(struct model *model, struct input *input)
{
	switch (take(input) % 5) {
	case 0:
		return op_set(model, input);
	case 1:
		return op_scatter(model, input);
	case 2:
		return op_forget(model, input);
	case 3:
		return op_fail_alloc(model, input);
	default:
		return pure_quiesce();
	}
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct input input = { data, size };
	unsigned int cap = take(&input);
	struct model model;

	model_init(&model, NR_SECTORS, cap ? cap * 32 : 1U << 20);
	model.may_forget = cap;
	while (input.size)
		do_op(&model, &input);
	pure_fail_alloc(0);
	model_compare(&model);
	model_compare_usage(&model, 100, 300);
	model_deinit(&model);
	return 0;
}
