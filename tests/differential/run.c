// SPDX-License-Identifier: GPL-2.0-only
/* The threads, and the looks at everything before and after. */
#include "run.h"

#include <errno.h>
#include <pthread.h>
#include <stdlib.h>
#include <unistd.h>

#include "content.h"
#include "device.h"
#include "die.h"
#include "hook.h"
#include "judge.h"
#include "options.h"

#define PASS_SECTORS	((1u << 20) >> SECTOR_SHIFT)

struct worker {
	pthread_t thread;
	unsigned int number;
	unsigned long nr_done[NR_OP_KINDS];
};

static void submit(const struct op *op)
{
	int error = op_types[op->kind].submit(op);

	if (error)
		judge_error(op, error);
}

/* --- one operation */

static void trace(const struct op *op)
{
	if (!options.trace)
		return;
	flockfile(stdout);
	printf("%llu: ", (unsigned long long)op->span.start);
	op_print(stdout, op);
	putchar('\n');
	fflush(stdout);		/* before what may never end */
	funlockfile(stdout);
}

static void poison(const struct op *op)
{
	int i;

	for (i = 0; i < op->nr_segments; i++)
		content_poison(op->segments[i].iov_base, op->segments[i].iov_len);
}

static void submit_read(struct op *op)
{
	poison(op);
	submit(op);
	op->span.end = model_op_end(op->thread);
	judge_read(op, options.device);
}

static void submit_change(struct op *op, uint32_t content, bool weak)
{
	struct candidate change = {
		.span = { op->span.start, NOT_ENDED }, .content = content, .weak = weak,
	};

	model_change_begin(op->range, &change);
	submit(op);
	change.span.end = model_op_end(op->thread);
	model_change_end(op->range, &change);
}

static void perform(struct op *op)
{
	uint32_t content = content_of_op(op->thread, op->number);
	enum op_effect effect = op_types[op->kind].effect;

	if (effect == EFFECT_WRITES)
		op_fill(op, content);
	op->span = (struct span){ .start = model_op_begin(op->thread) };
	trace(op);
	switch (effect) {
	case EFFECT_READS:
		submit_read(op);
		break;
	case EFFECT_WRITES:
		submit_change(op, content, false);
		break;
	case EFFECT_ZEROES:
		submit_change(op, CONTENT_ZEROES, false);
		break;
	case EFFECT_FORGETS:
		submit_change(op, CONTENT_ZEROES, !options.discard_zeroes);
		break;
	case EFFECT_NONE:
		submit(op);
		break;
	}
	model_op_done(op->thread);
}

/* --- threads */

static unsigned long nr_ops_of(unsigned int thread)
{
	return options.nr_ops / options.nr_threads +
	       (thread < options.nr_ops % options.nr_threads);
}

static void *worker_main(void *arg)
{
	struct worker *worker = arg;
	unsigned long left = nr_ops_of(worker->number);
	struct op_source source;
	struct op op;

	op_source_init(&source, worker->number);
	while (left--) {
		hook_count();
		op_draw(&source, &op);
		perform(&op);
		worker->nr_done[op.kind]++;
	}
	op_source_deinit(&source);
	return NULL;
}

static void print_counts(const struct worker *workers, unsigned long nr_hooks)
{
	unsigned int kind, i;

	printf("%llu operations:", (unsigned long long)options.nr_ops);
	for (kind = 0; kind < NR_OP_KINDS; kind++) {
		unsigned long nr = 0;

		for (i = 0; i < options.nr_threads; i++)
			nr += workers[i].nr_done[kind];
		printf(" %lu %s", nr, op_types[kind].name);
	}
	if (options.hook)
		printf(", %lu hooks", nr_hooks);
	putchar('\n');
}

static void run_threads(void)
{
	struct worker *workers = calloc(options.nr_threads, sizeof(*workers));
	unsigned int i;

	if (!workers)
		die("no memory");
	hook_start();
	for (i = 0; i < options.nr_threads; i++) {
		workers[i].number = i;
		if (pthread_create(&workers[i].thread, NULL, worker_main, &workers[i]))
			die("no thread");
	}
	for (i = 0; i < options.nr_threads; i++)
		pthread_join(workers[i].thread, NULL);
	print_counts(workers, hook_stop());
	free(workers);
}

/* --- everything, in order */

static unsigned char *pass_buffer(void)
{
	void *buf;

	if (posix_memalign(&buf, 4096, PASS_SECTORS << SECTOR_SHIFT))
		die("no memory");
	return buf;
}

/* The one after @range, shorter at the end; false if there is none. */
static bool next_part(struct range *range, uint64_t nr_sectors)
{
	range->first += range->nr;
	range->nr = nr_sectors - range->first;
	if (range->nr > PASS_SECTORS)
		range->nr = PASS_SECTORS;
	return range->nr;
}

static unsigned char *read_initial(uint64_t nr_sectors)
{
	struct range range = {};
	unsigned char *initial;
	struct op op;

	if (posix_memalign((void **)&initial, 4096, nr_sectors << SECTOR_SHIFT))
		die("no memory to keep the content: --init needs less");
	while (next_part(&range, nr_sectors)) {
		op_make(&op, OP_READ, range, initial + (range.first << SECTOR_SHIFT));
		submit(&op);
	}
	return initial;
}

static void write_initial(uint64_t nr_sectors)
{
	unsigned char *buf = pass_buffer();
	struct range range = {};
	struct op op;

	while (next_part(&range, nr_sectors)) {
		op_make(&op, OP_WRITE, range, buf);
		op_fill(&op, CONTENT_FILL);
		submit(&op);
	}
	free(buf);
}

static void create_model(void)
{
	uint64_t nr_sectors = device_bytes() / options.block_size *
			      (options.block_size >> SECTOR_SHIFT);

	if (nr_sectors >= CONTENT_SECTORS)
		die("%s: larger than %llu sectors", options.device, CONTENT_SECTORS);
	content_set_run(options.nr_threads, options.nr_ops, nr_sectors);
	if (options.init)
		write_initial(nr_sectors);
	model_create(nr_sectors, options.nr_threads,
		     options.init ? NULL : read_initial(nr_sectors));
}

/* As thread 0, which does nothing else now. */
static void read_all(int (*get)(const struct op *op, void *arg), void *arg, const char *where)
{
	unsigned char *buf = pass_buffer();
	struct range range = {};
	struct op op;
	int error;

	while (next_part(&range, model_nr_sectors())) {
		op_make(&op, OP_READ, range, buf);
		poison(&op);
		op.span.start = model_op_begin(0);
		error = get(&op, arg);
		if (error)
			judge_error(&op, error);
		op.span.end = model_op_end(0);
		judge_read(&op, where);
		model_op_done(0);
	}
	free(buf);
}

static int get_from_device(const struct op *op, void *unused)
{
	(void)unused;
	return device_read(op);
}

void run_all(void)
{
	create_model();
	run_threads();
	read_all(get_from_device, NULL, options.device);
}

struct source {
	int fd;
	unsigned long long offset;
};

static int get_from_source(const struct op *op, void *arg)
{
	const struct source *source = arg;
	size_t size = op->segments[0].iov_len;
	ssize_t done = pread(source->fd, op->segments[0].iov_base, size,
			     source->offset + (op->range.first << SECTOR_SHIFT));

	if (done < 0)
		return -errno;
	return done == (ssize_t)size ? 0 : -ENODATA;
}

void run_verify(int fd, const char *where, unsigned long long offset)
{
	struct source source = { fd, offset };

	read_all(get_from_source, &source, where);
}
