// SPDX-License-Identifier: GPL-2.0-only
/*
 * Where to cut: so many places of a log, chosen by a seed.
 *
 * A place is a line "KIND BASE END SEED": the disk holds the entries before
 * BASE, and of those from BASE to END what SEED chooses.  KIND is that of the
 * last entry before BASE, or "subset": then BASE to END are all writes that the
 * flush END makes durable, and the power fails right before it does.
 *
 * Half of the places are subsets, as they find most; the rest is divided among
 * the kinds, since there are far more entries of one kind than of another.
 */
#include <stdio.h>

#include "die.h"
#include "plan.h"
#include "random.h"

#define KIND_SUBSET	NR_ENTRY_KINDS

struct place {
	unsigned int kind;
	size_t base, end;
	uint64_t seed;
};

/* All places of one kind; the first ones are chosen. */
struct places {
	size_t nr, nr_chosen;
	struct place *all;
};

struct plan {
	struct places kinds[KIND_SUBSET + 1];
	struct random random;
};

static void add(struct plan *p, unsigned int kind, size_t base, size_t end)
{
	struct places *places = &p->kinds[kind];

	places->all[places->nr++] = (struct place) { kind, base, end, 0 };
}

/* Writes are logged together with the flush that makes them durable. */
static size_t first_of_group(const struct log *log, size_t flush)
{
	while (flush && log->entries[flush - 1].kind == ENTRY_DATA)
		flush--;
	return flush;
}

static void collect(struct plan *p, const struct log *log)
{
	size_t i, kind;

	for (kind = 0; kind <= KIND_SUBSET; kind++) {
		p->kinds[kind].all = calloc(log->nr + 1, sizeof(struct place));
		if (!p->kinds[kind].all)
			die("memory");
	}
	for (i = 0; i < log->nr; i++) {
		size_t first = first_of_group(log, i);

		add(p, log->entries[i].kind, i + 1, i + 1);
		if (log->entries[i].kind == ENTRY_FLUSH && first < i)
			add(p, KIND_SUBSET, first, i);
	}
}

/* One that was not chosen is swapped with the first of those. */
static bool choose_one(struct plan *p, struct places *places)
{
	size_t left = places->nr - places->nr_chosen, i;
	struct place chosen;

	if (!left)
		return false;
	i = places->nr_chosen + random_below(&p->random, left);
	chosen = places->all[i];
	chosen.seed = random_next(&p->random) >> 32;
	places->all[i] = places->all[places->nr_chosen];
	places->all[places->nr_chosen++] = chosen;
	return true;
}

static unsigned int choose(struct plan *p, unsigned int nr_points)
{
	static const unsigned int turns[] = {
		KIND_SUBSET, ENTRY_MARK, KIND_SUBSET, ENTRY_FLUSH,
		KIND_SUBSET, ENTRY_FUA, KIND_SUBSET, ENTRY_DATA,
	};
	const unsigned int nr_turns = sizeof(turns) / sizeof(turns[0]);
	unsigned int chosen = 0, failed = 0, turn = 0;

	while (chosen < nr_points && failed < nr_turns) {
		if (choose_one(p, &p->kinds[turns[turn++ % nr_turns]]))
			chosen++, failed = 0;
		else
			failed++;
	}
	return chosen;
}

static int by_base(const void *a, const void *b)
{
	const struct place *x = a, *y = b;

	return x->base < y->base ? -1 : x->base > y->base;
}

static void print_place(const struct place *place)
{
	printf("%s %zu %zu %llu\n",
	       place->kind == KIND_SUBSET ? "subset" : entry_names[place->kind],
	       place->base, place->end, (unsigned long long)place->seed);
}

void plan_print(const struct log *log, unsigned int nr_points, uint64_t seed)
{
	struct plan p = { .random = { seed } };
	struct place *chosen;
	size_t nr = 0, of = 0, kind, i;

	collect(&p, log);
	chosen = calloc(choose(&p, nr_points) + 1, sizeof(*chosen));
	if (!chosen)
		die("memory");
	for (kind = 0; kind <= KIND_SUBSET; kind++) {
		of += p.kinds[kind].nr;
		for (i = 0; i < p.kinds[kind].nr_chosen; i++)
			chosen[nr++] = p.kinds[kind].all[i];
	}
	qsort(chosen, nr, sizeof(*chosen), by_base);
	printf("of %zu\n", of);
	for (i = 0; i < nr; i++)
		print_place(&chosen[i]);
}
