// SPDX-License-Identifier: GPL-2.0-only
/*
 * What a disk holds after its power failed, from the log of its writes.
 *
 *	replay list LOG				the entries, for people
 *	replay plan LOG POINTS SEED		places to cut: see plan.c
 *	replay apply LOG DISK FROM TO		all entries from FROM to before TO
 *	replay subset LOG DISK FROM TO SEED UNIT
 *						what a volatile cache has kept of them
 *	replay acked LOG TO			the last mark NAME=N before TO, per name
 *
 * A cache may have written back any part of what was not flushed: of each write
 * nothing, all, or some of its units of UNIT sectors.
 */
#include <fcntl.h>
#include <unistd.h>

#include "die.h"
#include "log.h"
#include "plan.h"
#include "random.h"

#define SECTOR		512
#define NAMES_MAX	64

static int open_disk(const char *path)
{
	int fd = open(path, O_WRONLY | O_CLOEXEC);

	if (fd < 0)
		die("%s", path);
	return fd;
}

static void close_disk(int fd)
{
	if (fsync(fd) || close(fd))
		die("disk");
}

static void write_disk(int fd, const void *data, size_t len, off_t pos)
{
	if (pwrite(fd, data, len, pos) != (ssize_t)len)
		die("disk at byte %lld", (long long)pos);
}

static void discard_disk(int fd, uint64_t pos, uint64_t len)
{
	static const char zeroes[64 * 1024];

	while (len) {
		size_t part = len < sizeof(zeroes) ? len : sizeof(zeroes);

		write_disk(fd, zeroes, part, pos);
		pos += part;
		len -= part;
	}
}

static void apply(int fd, const struct entry *e)
{
	if (e->kind == ENTRY_MARK)
		return;
	if (e->is_discard)
		discard_disk(fd, e->pos, e->len);
	else
		write_disk(fd, e->data, e->len, e->pos);
}

static void apply_units(int fd, const struct entry *e, struct random *r, uint64_t unit)
{
	uint64_t pos;

	for (pos = 0; pos < e->len; pos += unit) {
		uint64_t len = e->len - pos < unit ? e->len - pos : unit;

		if (random_below(r, 2))
			write_disk(fd, e->data + pos, len, e->pos + pos);
	}
}

/* @likely of 8 writes survive, one in three of the others in part. */
static void apply_subset(int fd, const struct entry *e, struct random *r,
			 unsigned int likely, uint64_t unit)
{
	if (random_below(r, 8) < likely)
		apply(fd, e);
	else if (!e->is_discard && !random_below(r, 3))
		apply_units(fd, e, r, unit);
}

static const char *argument(char ***argv)
{
	if (!**argv)
		errno = 0, die("too few arguments");
	return *(*argv)++;
}

static uint64_t number(char ***argv)
{
	const char *word = argument(argv);
	char *end;
	uint64_t n = strtoull(word, &end, 0);

	if (!*word || *end)
		errno = 0, die("%s: not a number", word);
	return n;
}

/* An entry's number, or that of the one which would come next. */
static size_t place(const struct log *log, char ***argv)
{
	size_t n = number(argv);

	if (n > log->nr)
		errno = 0, die("entry %zu of %zu", n, log->nr);
	return n;
}

static void cmd_list(const struct log *log, char **argv __attribute__((unused)))
{
	size_t i;

	for (i = 0; i < log->nr; i++) {
		const struct entry *e = &log->entries[i];

		if (e->kind == ENTRY_MARK)
			printf("%zu mark %.*s\n", i, mark_len(e), e->data);
		else
			printf("%zu %s%s %llu+%llu\n", i, entry_names[e->kind],
			       e->is_discard ? " discard" : "",
			       (unsigned long long)e->pos, (unsigned long long)e->len);
	}
}

static void cmd_plan(const struct log *log, char **argv)
{
	unsigned int nr_points = number(&argv);

	plan_print(log, nr_points, number(&argv));
}

static void cmd_apply(const struct log *log, char **argv)
{
	int fd = open_disk(argument(&argv));
	size_t i = place(log, &argv), to = place(log, &argv);

	for (; i < to; i++)
		apply(fd, &log->entries[i]);
	close_disk(fd);
}

static void cmd_subset(const struct log *log, char **argv)
{
	static const unsigned int likely[] = { 0, 1, 4, 7 };
	int fd = open_disk(argument(&argv));
	size_t i = place(log, &argv), to = place(log, &argv);
	struct random r = { number(&argv) };
	uint64_t unit = number(&argv) * SECTOR;
	unsigned int of_8 = likely[random_below(&r, 4)];

	for (; i < to; i++)
		apply_subset(fd, &log->entries[i], &r, of_8, unit);
	close_disk(fd);
}

/* The last mark of each name */
struct acked {
	const struct entry *last[NAMES_MAX];
	size_t nr;
};

/* Bytes of NAME=; 0 if it is another kind of mark, or none. */
static size_t name_len(const struct entry *e)
{
	const char *equals = e->kind == ENTRY_MARK ? memchr(e->data, '=', e->len) : NULL;

	return equals ? equals - e->data + 1 : 0;
}

static void note_mark(struct acked *a, const struct entry *e)
{
	size_t i, len = name_len(e);

	if (!len)
		return;
	for (i = 0; i < a->nr; i++)
		if (a->last[i]->len >= len && !memcmp(a->last[i]->data, e->data, len))
			break;
	if (i == NAMES_MAX)
		errno = 0, die("too many names");
	a->last[i] = e;
	a->nr += i == a->nr;
}

static void cmd_acked(const struct log *log, char **argv)
{
	struct acked a = { .nr = 0 };
	size_t i, to = place(log, &argv);

	for (i = 0; i < to; i++)
		note_mark(&a, &log->entries[i]);
	for (i = 0; i < a.nr; i++)
		printf("%.*s\n", mark_len(a.last[i]), a.last[i]->data);
}

static const struct {
	const char *name;
	void (*run)(const struct log *log, char **argv);
} commands[] = {
	{ "list", cmd_list },
	{ "plan", cmd_plan },
	{ "apply", cmd_apply },
	{ "subset", cmd_subset },
	{ "acked", cmd_acked },
};

int main(int argc, char **argv)
{
	struct log log;
	size_t i;

	for (i = 0; argc > 2 && i < sizeof(commands) / sizeof(commands[0]); i++) {
		if (strcmp(argv[1], commands[i].name))
			continue;
		log_open(&log, argv[2]);
		commands[i].run(&log, argv + 3);
		return fflush(stdout) ? 1 : 0;
	}
	errno = 0;
	die("usage: replay list|plan|apply|subset|acked LOG...");
}
