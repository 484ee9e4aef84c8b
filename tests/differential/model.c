// SPDX-License-Identifier: GPL-2.0-only
/*
 * What each sector may hold, while several threads write and nobody knows in
 * which order the device does it. A clock counts beginnings and ends of
 * operations. A read may see a change if that began before the read ended,
 * and no other change that began after its end had ended before the read began.
 * Where two changes, or a change and the read, ran at the same time, nobody
 * promises that a sector is all of one of them: then each byte has to be.
 */
#include "model.h"

#include <pthread.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <string.h>

#include "content.h"
#include "die.h"

#define NR_LOCKS	1024
#define IDLE		UINT64_MAX

struct sector {
	struct candidate *candidates;
	uint32_t nr, room;
};

static struct sector *sectors;
static uint64_t nr_sectors;
static unsigned char *initial;		/* of all sectors; NULL: all are filled */
static pthread_mutex_t locks[NR_LOCKS];	/* of candidates, by sector */
static atomic_ullong the_clock;
static atomic_ullong *active;		/* by thread: not after its operation's start, or IDLE */
static unsigned int nr_active;

static struct sector *lock_sector(uint64_t nr)
{
	pthread_mutex_lock(&locks[nr % NR_LOCKS]);
	return &sectors[nr];
}

static void unlock_sector(uint64_t nr)
{
	pthread_mutex_unlock(&locks[nr % NR_LOCKS]);
}

/* --- the clock */

/* First a time that is not too late, so that oldest_active() never is. */
uint64_t model_op_begin(unsigned int thread)
{
	atomic_store(&active[thread], atomic_load(&the_clock));
	return atomic_fetch_add(&the_clock, 1);
}

uint64_t model_op_end(unsigned int thread)
{
	(void)thread;
	return atomic_fetch_add(&the_clock, 1);
}

void model_op_done(unsigned int thread)
{
	atomic_store(&active[thread], IDLE);
}

/* No operation that still has to be judged began before. */
static uint64_t oldest_active(void)
{
	uint64_t oldest = atomic_load(&the_clock);
	unsigned int i;

	for (i = 0; i < nr_active; i++) {
		uint64_t start = atomic_load(&active[i]);

		if (start < oldest)
			oldest = start;
	}
	return oldest;
}

/* --- the rule */

/* Whether a newer change had taken its place before @time. */
static bool is_superseded(const struct sector *sector, const struct candidate *old, uint64_t time)
{
	const struct candidate *new = sector->candidates;
	const struct candidate *end = new + sector->nr;

	for (; new < end; new++)
		if ((!new->weak || old->weak) && new->span.start > old->span.end &&
		    new->span.end < time)
			return true;
	return false;
}

static bool is_allowed(const struct sector *sector, const struct candidate *candidate,
		       struct span read)
{
	return candidate->span.start < read.end &&
	       !is_superseded(sector, candidate, read.start);
}

/* --- candidates of a sector; its lock is held */

/* What no operation can see any more goes. */
static void prune(struct sector *sector, uint64_t oldest)
{
	uint32_t i = 0;

	while (i < sector->nr) {
		if (is_superseded(sector, &sector->candidates[i], oldest))
			sector->candidates[i] = sector->candidates[--sector->nr];
		else
			i++;
	}
}

static void add(struct sector *sector, const struct candidate *candidate)
{
	if (sector->nr == sector->room) {
		sector->room += 2;
		sector->candidates = realloc(sector->candidates,
					     sector->room * sizeof(*sector->candidates));
		if (!sector->candidates)
			die("no memory");
	}
	sector->candidates[sector->nr++] = *candidate;
}

void model_change_begin(struct range range, const struct candidate *change)
{
	uint64_t oldest = oldest_active(), nr;

	for (nr = range.first; nr < range.first + range.nr; nr++) {
		struct sector *sector = lock_sector(nr);

		prune(sector, oldest);
		add(sector, change);
		unlock_sector(nr);
	}
}

static void end_change(struct sector *sector, const struct candidate *change)
{
	uint32_t i;

	for (i = 0; i < sector->nr; i++)
		if (sector->candidates[i].content == change->content &&
		    sector->candidates[i].span.start == change->span.start)
			sector->candidates[i].span.end = change->span.end;
}

void model_change_end(struct range range, const struct candidate *change)
{
	uint64_t nr;

	for (nr = range.first; nr < range.first + range.nr; nr++) {
		end_change(lock_sector(nr), change);
		unlock_sector(nr);
	}
}

/* --- judging */

static const unsigned char *bytes_of(uint64_t nr, uint32_t content, unsigned char *room)
{
	if (content == CONTENT_INITIAL)
		return initial + (nr << SECTOR_SHIFT);
	content_fill(room, nr, content);
	return room;
}

/* Marks the bytes that are as @content has them; whether all are. */
static bool match(uint64_t nr, uint32_t content, const unsigned char *buf, bool *known)
{
	unsigned char room[SECTOR_SIZE];
	const unsigned char *bytes = bytes_of(nr, content, room);
	size_t i;

	if (!memcmp(bytes, buf, SECTOR_SIZE))
		return true;
	for (i = 0; i < SECTOR_SIZE; i++)
		known[i] |= bytes[i] == buf[i];
	return false;
}

/*
 * A read that saw all of one change, after all of them had ended, is itself as
 * good as a change: the others must not come back.
 */
static void settle(struct sector *sector, uint32_t content, struct span read)
{
	struct candidate seen = { .span = read, .content = content };
	uint32_t i;

	if (sector->nr == 1)
		return;
	for (i = 0; i < sector->nr; i++)
		if (sector->candidates[i].weak || sector->candidates[i].span.end >= read.start)
			return;
	prune(sector, oldest_active());
	if (sector->nr > 1)
		add(sector, &seen);
}

static bool allows(struct sector *sector, uint64_t nr, struct span read,
		   const unsigned char *buf)
{
	bool known[SECTOR_SIZE] = {};
	uint32_t i;

	for (i = 0; i < sector->nr; i++) {
		uint32_t content = sector->candidates[i].content;

		if (!is_allowed(sector, &sector->candidates[i], read))
			continue;
		if (match(nr, content, buf, known)) {
			settle(sector, content, read);
			return true;
		}
	}
	return !memchr(known, false, sizeof(known));
}

bool model_allows(uint64_t nr, struct span read, const unsigned char *buf)
{
	bool right = allows(lock_sector(nr), nr, read, buf);

	unlock_sector(nr);
	return right;
}

void model_describe(FILE *out, uint64_t nr, struct span read)
{
	struct sector *sector = lock_sector(nr);
	uint32_t i;

	for (i = 0; i < sector->nr; i++) {
		const struct candidate *c = &sector->candidates[i];

		if (!is_allowed(sector, c, read))
			continue;
		fprintf(out, "  allowed: %s%s, from time %llu ", c->weak ? "a discard's " : "",
			content_name(c->content), (unsigned long long)c->span.start);
		if (c->span.end == NOT_ENDED)
			fprintf(out, "on\n");
		else
			fprintf(out, "to %llu\n", (unsigned long long)c->span.end);
	}
	unlock_sector(nr);
}

/* --- state */

size_t model_contents(uint64_t nr, uint32_t *contents, size_t room)
{
	struct span now = { .start = atomic_load(&the_clock), .end = NOT_ENDED };
	struct sector *sector = lock_sector(nr);
	size_t n = 0;
	uint32_t i;

	for (i = 0; i < sector->nr && n < room; i++)
		if (is_allowed(sector, &sector->candidates[i], now))
			contents[n++] = sector->candidates[i].content;
	unlock_sector(nr);
	return n;
}

void model_set_contents(uint64_t nr, const uint32_t *contents, size_t n)
{
	struct candidate candidate = {};
	struct sector *sector = &sectors[nr];

	sector->nr = 0;
	while (n--) {
		candidate.content = *contents++;
		add(sector, &candidate);
	}
}

uint64_t model_nr_sectors(void)
{
	return nr_sectors;
}

const unsigned char *model_initial(uint64_t nr)
{
	return initial ? initial + (nr << SECTOR_SHIFT) : NULL;
}

/* --- begin and end */

void model_create(uint64_t nr, unsigned int nr_threads, unsigned char *initial_content)
{
	const uint32_t content = initial_content ? CONTENT_INITIAL : CONTENT_FILL;
	unsigned int i;

	initial = initial_content;
	nr_sectors = nr;
	nr_active = nr_threads;
	sectors = calloc(nr, sizeof(*sectors));
	active = calloc(nr_threads, sizeof(*active));
	if (!sectors || !active)
		die("no memory for %llu sectors", (unsigned long long)nr);
	for (i = 0; i < NR_LOCKS; i++)
		pthread_mutex_init(&locks[i], NULL);
	for (i = 0; i < nr_threads; i++)
		model_op_done(i);
	atomic_store(&the_clock, 1);
	while (nr--)
		model_set_contents(nr, &content, 1);
}

void model_destroy(void)
{
	while (nr_sectors)
		free(sectors[--nr_sectors].candidates);
	free(sectors);
	free(active);
	free(initial);
}
