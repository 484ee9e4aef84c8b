// SPDX-License-Identifier: GPL-2.0-only
/*
 * The rule of model.c, case by case, on one sector: who overlaps whom is written
 * down here, where with real threads it is luck.
 */
#include "../unit/test.h"

#include "content.h"
#include "model.h"

#define NR_THREADS	5

static const struct range sector = { 0, 1 };

static void begin(void)
{
	model_create(1, NR_THREADS, calloc(1, SECTOR_SIZE));
	memset((unsigned char *)model_initial(0), 'i', SECTOR_SIZE);
}

static struct candidate write_begin(unsigned int thread, bool weak)
{
	struct candidate change = {
		.span = { model_op_begin(thread), NOT_ENDED },
		.content = weak ? CONTENT_ZEROES : CONTENT_OPS + thread, .weak = weak,
	};

	model_change_begin(sector, &change);
	return change;
}

static void write_end(unsigned int thread, struct candidate *change)
{
	change->span.end = model_op_end(thread);
	model_change_end(sector, change);
	model_op_done(thread);
}

static void write_all(unsigned int thread, bool weak)
{
	struct candidate change = write_begin(thread, weak);

	write_end(thread, &change);
}

static void fill(unsigned char *buf, uint32_t content)
{
	if (content == CONTENT_INITIAL)
		memcpy(buf, model_initial(0), SECTOR_SIZE);
	else
		content_fill(buf, 0, content);
}

/* A read that began at @start and ends now may see @first, and @second in its second half. */
static bool may_see_halves(uint64_t start, uint32_t first, uint32_t second)
{
	struct span span = { start, model_op_end(NR_THREADS - 1) };
	unsigned char buf[SECTOR_SIZE], other[SECTOR_SIZE];

	fill(buf, first);
	fill(other, second);
	memcpy(buf + SECTOR_SIZE / 2, other + SECTOR_SIZE / 2, SECTOR_SIZE / 2);
	return model_allows(0, span, buf);
}

static uint64_t read_begin(void)
{
	return model_op_begin(NR_THREADS - 1);
}

static bool may_see(uint32_t content)
{
	return may_see_halves(read_begin(), content, content);
}

static uint32_t of(unsigned int thread)
{
	return CONTENT_OPS + thread;
}

static void first_is_what_was_there(void)
{
	begin();
	EXPECT(may_see(CONTENT_INITIAL));
	EXPECT(!may_see(CONTENT_ZEROES));
	EXPECT(!may_see(of(0)));
	model_destroy();
}

static void a_write_replaces(void)
{
	begin();
	write_all(0, false);
	EXPECT(may_see(of(0)));
	EXPECT(!may_see(CONTENT_INITIAL));
	write_all(1, false);
	EXPECT(may_see(of(1)));
	EXPECT(!may_see(of(0)));
	model_destroy();
}

static void writes_that_overlap_may_both_win(void)
{
	struct candidate a, b;

	begin();
	a = write_begin(0, false);
	b = write_begin(1, false);
	write_end(0, &a);
	write_end(1, &b);
	EXPECT(!may_see(CONTENT_INITIAL));
	EXPECT(may_see_halves(read_begin(), of(0), of(1)));
	EXPECT(may_see_halves(read_begin(), of(1), of(0)));
	EXPECT(!may_see_halves(read_begin(), of(1), CONTENT_INITIAL));
	EXPECT(may_see(of(1)));
	model_destroy();
}

static void what_one_read_saw_the_next_sees(void)
{
	struct candidate a, b;

	begin();
	a = write_begin(0, false);
	b = write_begin(1, false);
	write_end(0, &a);
	write_end(1, &b);
	EXPECT(may_see(of(0)));
	EXPECT(!may_see(of(1)));
	EXPECT(!may_see_halves(read_begin(), of(0), of(1)));
	model_destroy();
}

/* The other read looked before, or meanwhile. */
static void a_read_binds_none_that_it_overlaps(void)
{
	struct candidate a, b;
	uint64_t start;

	begin();
	a = write_begin(0, false);
	b = write_begin(1, false);
	start = model_op_begin(2);
	write_end(0, &a);
	write_end(1, &b);
	EXPECT(may_see(of(0)));
	EXPECT(may_see_halves(start, of(1), of(1)));
	model_destroy();
}

static void a_write_under_way_may_show(void)
{
	struct candidate a;

	begin();
	write_all(0, false);
	a = write_begin(1, false);
	EXPECT(may_see(of(0)));
	EXPECT(may_see(of(1)));
	EXPECT(may_see(of(0)));
	EXPECT(may_see_halves(read_begin(), of(1), of(0)));
	EXPECT(!may_see(CONTENT_INITIAL));
	write_end(1, &a);
	EXPECT(!may_see(of(0)));
	model_destroy();
}

static void a_slow_read_may_see_what_was_replaced_meanwhile(void)
{
	uint64_t start;

	begin();
	write_all(0, false);
	start = model_op_begin(2);
	write_all(1, false);
	write_all(3, false);
	EXPECT(may_see_halves(start, of(0), of(0)));
	EXPECT(may_see_halves(start, of(1), of(1)));
	EXPECT(may_see_halves(start, of(0), of(3)));
	EXPECT(!may_see_halves(start, CONTENT_INITIAL, CONTENT_INITIAL));
	model_op_done(2);
	write_all(0, false);
	EXPECT(!may_see(of(1)));
	model_destroy();
}

static void a_read_can_not_see_the_future(void)
{
	unsigned char buf[SECTOR_SIZE];
	struct span span;

	begin();
	span.start = model_op_begin(2);
	span.end = model_op_end(2);
	write_all(0, false);
	fill(buf, of(0));
	EXPECT(!model_allows(0, span, buf));
	fill(buf, CONTENT_INITIAL);
	EXPECT(model_allows(0, span, buf));
	model_destroy();
}

static void a_discard_may_show_until_a_write(void)
{
	begin();
	write_all(0, false);
	write_all(1, true);
	EXPECT(may_see(of(0)));
	EXPECT(may_see(CONTENT_ZEROES));
	EXPECT(may_see(of(0)));
	EXPECT(!may_see(CONTENT_INITIAL));
	write_all(2, false);
	EXPECT(!may_see(of(0)));
	EXPECT(!may_see(CONTENT_ZEROES));
	model_destroy();
}

/* Or a run would become slower and slower. */
static void what_nobody_can_see_is_forgotten(void)
{
	uint32_t contents[8];
	int i;

	begin();
	for (i = 0; i < 100; i++)
		write_all(i % 2, i % 3 == 0);
	EXPECT(model_contents(0, contents, 8) <= 3);
	for (i = 0; i < 100; i++)
		write_all(0, true);
	EXPECT(model_contents(0, contents, 8) <= 3);
	write_all(0, false);
	EXPECT(model_contents(0, contents, 8) == 1);
	EXPECT(contents[0] == of(0));
	model_destroy();
}

static const struct test tests[] = {
	CLAIM(first_is_what_was_there),
	CLAIM(a_write_replaces),
	CLAIM(writes_that_overlap_may_both_win),
	CLAIM(what_one_read_saw_the_next_sees),
	CLAIM(a_read_binds_none_that_it_overlaps),
	CLAIM(a_write_under_way_may_show),
	CLAIM(a_slow_read_may_see_what_was_replaced_meanwhile),
	CLAIM(a_read_can_not_see_the_future),
	CLAIM(a_discard_may_show_until_a_write),
	CLAIM(what_nobody_can_see_is_forgotten),
};

TEST_MAIN(tests)
