// SPDX-License-Identifier: GPL-2.0-only
/*
 * Operations: which there are, and which one is next. A thread's sequence comes
 * from the seed and the thread's number alone, whatever the device answers.
 * Small ones are more frequent than large ones, and every fourth goes to a few
 * blocks where it is likely to meet another.
 */
#include "op.h"

#include <stdlib.h>

#include "content.h"
#include "device.h"
#include "die.h"
#include "options.h"

#define HOT_BLOCKS	64

const struct op_type op_types[NR_OP_KINDS] = {
	[OP_READ]	= { "read", 40, EFFECT_READS, device_read },
	[OP_WRITE]	= { "write", 45, EFFECT_WRITES, device_write },
	[OP_FUA]	= { "fua", 5, EFFECT_WRITES, device_write_fua },
	[OP_FLUSH]	= { "flush", 5, EFFECT_NONE, device_flush },
	[OP_ZEROES]	= { "zeroes", 5, EFFECT_ZEROES, device_zero },
	[OP_DISCARD]	= { "discard", 0, EFFECT_FORGETS, device_discard },
};

/* --- drawing */

static uint64_t below(struct op_source *source, uint64_t end)
{
	source->random += 0x9e3779b97f4a7c15ull;
	return mix64(source->random) % end;
}

static uint64_t block_sectors(void)
{
	return options.block_size >> SECTOR_SHIFT;
}

static uint64_t least(uint64_t a, uint64_t b)
{
	return a < b ? a : b;
}

static enum op_kind draw_kind(struct op_source *source)
{
	unsigned int sum = 0, kind, at;

	for (kind = 0; kind < NR_OP_KINDS; kind++)
		sum += options.mix[kind];
	at = below(source, sum);
	for (kind = 0; at >= options.mix[kind]; kind++)
		at -= options.mix[kind];
	return kind;
}

/* In blocks. The lesser of two orders of magnitude, so that small ones prevail. */
static uint64_t draw_length(struct op_source *source, uint64_t max)
{
	unsigned int orders = 64 - __builtin_clzll(max);
	uint64_t a = below(source, orders), b = below(source, orders);

	return 1 + below(source, 1ull << least(a, b));
}

static struct range draw_range(struct op_source *source)
{
	uint64_t blocks = source->range.nr / block_sectors();
	uint64_t max = least(blocks, options.max_bytes / options.block_size);
	uint64_t nr = draw_length(source, max), first;
	bool hot = !below(source, 4);

	if (hot)
		first = least(source->hot + below(source, HOT_BLOCKS), blocks - nr);
	else
		first = below(source, blocks - nr + 1);
	return (struct range){ source->range.first + first * block_sectors(),
			       nr * block_sectors() };
}

/*
 * One segment or several, of whole blocks, with gaps between them that give
 * each its own alignment, a multiple of what a device may demand.
 */
static void draw_segments(struct op_source *source, struct op *op)
{
	uint64_t left = op->range.nr / block_sectors();
	unsigned int nr = below(source, 2) ? 1 : 1 + below(source, least(left, OP_SEGMENTS)), i;
	unsigned char *buf = source->buf;

	for (i = 0; i < nr; i++) {
		uint64_t blocks = i == nr - 1 ? left : 1 + below(source, left - (nr - 1 - i));

		buf += below(source, 8) * SECTOR_SIZE;
		op->segments[i].iov_base = buf;
		op->segments[i].iov_len = blocks * options.block_size;
		buf += blocks * options.block_size;
		left -= blocks;
	}
	op->nr_segments = nr;
}

void op_draw(struct op_source *source, struct op *op)
{
	op->kind = draw_kind(source);
	op->thread = source->thread;
	op->number = source->nr_drawn++;
	op->range = draw_range(source);
	draw_segments(source, op);
	if (op_types[op->kind].effect == EFFECT_NONE)
		op->range.nr = 0;
}

/* --- sources */

static struct range range_of(unsigned int thread)
{
	uint64_t blocks = model_nr_sectors() / block_sectors();
	uint64_t nr = options.disjoint ? blocks / options.nr_threads : blocks;

	return (struct range){ options.disjoint ? thread * nr * block_sectors() : 0,
			       nr * block_sectors() };
}

void op_source_init(struct op_source *source, unsigned int thread)
{
	uint64_t blocks;

	source->thread = thread;
	source->nr_drawn = 0;
	source->random = mix64(options.seed + mix64(thread + 1));
	source->range = range_of(thread);
	blocks = source->range.nr / block_sectors();
	if (!blocks)
		die("%s: too small for %u threads", options.device,
		    (unsigned int)options.nr_threads);
	source->hot = mix64(options.seed) % blocks;
	if (posix_memalign((void **)&source->buf, 4096, options.max_bytes + OP_GAPS))
		die("no memory");
}

void op_source_deinit(struct op_source *source)
{
	free(source->buf);
}

/* --- operations */

void op_make(struct op *op, enum op_kind kind, struct range range, unsigned char *buf)
{
	*op = (struct op){ .kind = kind, .range = range, .nr_segments = 1 };
	op->segments[0].iov_base = buf;
	op->segments[0].iov_len = range.nr << SECTOR_SHIFT;
}

struct op_sector op_first_sector(const struct op *op)
{
	return (struct op_sector){ .op = op, .nr = op->range.first,
				   .buf = op->segments[0].iov_base };
}

bool op_next_sector(struct op_sector *sector)
{
	const struct iovec *segment = &sector->op->segments[sector->segment];

	sector->nr++;
	sector->done += SECTOR_SIZE;
	sector->buf += SECTOR_SIZE;
	if (sector->done < segment->iov_len)
		return true;
	if (++sector->segment == sector->op->nr_segments)
		return false;
	sector->buf = segment[1].iov_base;
	sector->done = 0;
	return true;
}

void op_fill(const struct op *op, uint32_t content)
{
	struct op_sector sector = op_first_sector(op);

	do {
		content_fill(sector.buf, sector.nr, content);
	} while (op_next_sector(&sector));
}

void op_print(FILE *out, const struct op *op)
{
	int i;

	fprintf(out, "thread %u operation %lu: %s", op->thread, op->number,
		op_types[op->kind].name);
	if (op->range.nr)
		fprintf(out, " sectors %llu+%llu", (unsigned long long)op->range.first,
			(unsigned long long)op->range.nr);
	for (i = 0; i < op->nr_segments && op->nr_segments > 1 && op->range.nr; i++)
		fprintf(out, "%s%zu", i ? "," : " in segments of ",
			op->segments[i].iov_len >> SECTOR_SHIFT);
}
