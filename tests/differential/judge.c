// SPDX-License-Identifier: GPL-2.0-only
/* Whether a read is right, and what is said when it is not. */
#include "judge.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "content.h"
#include "die.h"
#include "hook.h"
#include "options.h"

static void begin_report(void)
{
	die_claim();
	fflush(stdout);
}

static void __attribute__((noreturn)) end_report(void)
{
	fprintf(stderr, "  replay: ");
	options_print_replay(stderr);
	hook_wait();
	exit(1);
}

static void print_op(const struct op *op)
{
	fprintf(stderr, "  seed %llu, ", (unsigned long long)options.seed);
	op_print(stderr, op);
	fprintf(stderr, ", from time %llu", (unsigned long long)op->span.start);
	if (op->span.end)
		fprintf(stderr, " to %llu", (unsigned long long)op->span.end);
	fputc('\n', stderr);
}

static void __attribute__((noreturn))
mismatch(const struct op *op, const struct op_sector *sector, const char *where)
{
	begin_report();
	fprintf(stderr, "differential: %s: wrong content of sector %llu\n", where,
		(unsigned long long)sector->nr);
	print_op(op);
	content_describe(stderr, sector->buf, sector->nr, model_initial(sector->nr));
	model_describe(stderr, sector->nr, op->span);
	end_report();
}

void judge_read(const struct op *op, const char *where)
{
	struct op_sector sector = op_first_sector(op);

	do {
		if (!model_allows(sector.nr, op->span, sector.buf))
			mismatch(op, &sector, where);
	} while (op_next_sector(&sector));
}

void judge_error(const struct op *op, int error)
{
	begin_report();
	fprintf(stderr, "differential: %s: %s\n", options.device,
		error == -ENODATA ? "less than was asked for" : strerror(-error));
	print_op(op);
	end_report();
}
