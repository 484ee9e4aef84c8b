// SPDX-License-Identifier: GPL-2.0-only
/*
 * The log that dm-log-writes keeps of a disk's writes, read.
 *
 * On disk: a super sector, then for each entry a header sector and the data
 * that was written; a discard has none, a mark's text is in the header sector.
 * Numbers are little endian, in sectors of the size that the super tells.
 *
 * Order: a FUA write or a mark is logged when it is complete, every other write
 * when a flush that began after its completion is, right before that flush.  So
 * a prefix of the log is what a disk holds that loses all it may lose.
 */
#include <endian.h>
#include <fcntl.h>
#include <sys/mman.h>
#include <unistd.h>

#include "die.h"
#include "log.h"

#define LOG_MAGIC	0x6a736677736872ULL
#define LOG_VERSION	1

#define FLAG_FLUSH	0x01
#define FLAG_FUA	0x02
#define FLAG_DISCARD	0x04
#define FLAG_MARK	0x08

struct disk_super {
	uint64_t magic;
	uint64_t version;
	uint64_t nr_entries;
	uint32_t sector_size;
};

struct disk_entry {
	uint64_t sector;
	uint64_t nr_sectors;
	uint64_t flags;
	uint64_t mark_len;
};

/* The medium of a log, and how far it is read */
struct reader {
	const char *map;
	uint64_t size;
	uint64_t at;
	uint32_t sector_size;
};

const char * const entry_names[NR_ENTRY_KINDS] = {
	[ENTRY_DATA] = "data",
	[ENTRY_FLUSH] = "flush",
	[ENTRY_FUA] = "fua",
	[ENTRY_MARK] = "mark",
};

static void reader_open(struct reader *r, const char *path)
{
	int fd = open(path, O_RDONLY | O_CLOEXEC);
	off_t size = fd < 0 ? -1 : lseek(fd, 0, SEEK_END);

	if (size < 0)
		die("%s", path);
	r->size = size;
	r->map = mmap(NULL, size, PROT_READ, MAP_SHARED, fd, 0);
	if (r->map == MAP_FAILED)
		die("%s: mmap", path);
	close(fd);
}

/* The next @len bytes of the log. */
static const void *take(struct reader *r, uint64_t len)
{
	const char *p = r->map + r->at;

	if (len > r->size - r->at)
		errno = 0, die("the log ends at byte %llu, in an entry",
			       (unsigned long long)r->at);
	r->at += len;
	return p;
}

static uint64_t read_super(struct reader *r)
{
	const struct disk_super *s = take(r, sizeof(*s));

	errno = 0;
	if (le64toh(s->magic) != LOG_MAGIC)
		die("not a log of writes");
	if (le64toh(s->version) != LOG_VERSION)
		die("a log of an unknown version");
	r->sector_size = le32toh(s->sector_size);
	r->at = r->sector_size;
	return le64toh(s->nr_entries);
}

static enum entry_kind kind_of(uint64_t flags)
{
	if (flags & FLAG_MARK)
		return ENTRY_MARK;
	if (flags & FLAG_FLUSH)
		return ENTRY_FLUSH;
	return flags & FLAG_FUA ? ENTRY_FUA : ENTRY_DATA;
}

static void read_entry(struct reader *r, struct entry *e)
{
	const char *header = take(r, r->sector_size);
	const struct disk_entry *d = (const void *)header;

	e->kind = kind_of(le64toh(d->flags));
	e->is_discard = le64toh(d->flags) & FLAG_DISCARD;
	e->pos = le64toh(d->sector) * r->sector_size;
	e->len = le64toh(d->nr_sectors) * r->sector_size;
	if (e->kind == ENTRY_MARK) {
		e->len = le64toh(d->mark_len);
		e->data = header + sizeof(*d);
		if (e->len > r->sector_size - sizeof(*d))
			errno = 0, die("a mark longer than its sector");
	} else {
		e->data = take(r, e->is_discard ? 0 : e->len);
	}
}

void log_open(struct log *log, const char *path)
{
	struct reader r = { .at = 0 };
	size_t i;

	reader_open(&r, path);
	log->nr = read_super(&r);
	log->entries = calloc(log->nr ? log->nr : 1, sizeof(*log->entries));
	if (!log->entries)
		die("%zu entries", log->nr);
	for (i = 0; i < log->nr; i++)
		read_entry(&r, &log->entries[i]);
}

int mark_len(const struct entry *e)
{
	return e->len;
}
