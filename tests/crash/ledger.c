// SPDX-License-Identifier: GPL-2.0-only
/*
 * Records written in the ways that programs make data safe, each acknowledged
 * when the system has said that it is; and the same looked for afterwards.
 *
 *	ledger prepare KIND DIR			files that are there from the start
 *	ledger write KIND DIR SEED COUNT WHERE	acknowledges as "DIR/KIND=N", see ack.c
 *	ledger check KIND DIR SEED LAST		-1 if none was acknowledged
 *
 * A check fails if a record up to LAST is not there.  Later ones may be, as a
 * whole or in part: who was told of LAST need not have heard of all.
 */
#define _GNU_SOURCE
#include <fcntl.h>
#include <linux/fs.h>
#include <sys/ioctl.h>
#include <sys/stat.h>
#include <unistd.h>

#include "ack.h"
#include "die.h"
#include "record.h"

/* Records that replace others in place: some cross the extents of the image. */
#define SLOT_SIZE	(12 * 1024)
#define NR_SLOTS	32
#define APART		(64 * 1024)	/* a hole is given so many blocks at once */

struct ledger {
	const struct kind *kind;
	const char *name;	/* DIR/KIND */
	uint64_t seed;
	int fd;			/* its file or folder */
	char *buf;		/* as direct I/O wants it; holds a record */
};

struct kind {
	const char *name;
	int flags;		/* to open for writing, a folder for none */
	size_t stride;		/* from slot to slot, if it has any */
	void (*prepare)(struct ledger *l);
	void (*put)(struct ledger *l, unsigned int n);
	void (*check)(struct ledger *l, int last);
};

static void __attribute__((noreturn))
not_there(const struct ledger *l, int n, const char *instead)
{
	if (n < 0)
		printf("%s: what was there before the first record is not: %s\n", l->name, instead);
	else
		printf("acknowledged record %d of %s is not there: %s\n", n, l->name, instead);
	exit(1);
}

static void open_ledger(struct ledger *l, int flags)
{
	l->fd = open(l->name, flags | O_CLOEXEC, 0644);
	if (l->fd < 0)
		die("%s", l->name);
}

static void sync_fd(struct ledger *l, int fd)
{
	if (fsync(fd))
		die("%s: fsync", l->name);
}

static void write_record(struct ledger *l, int fd, unsigned int n)
{
	size_t len = record_len(l->seed, n);

	record_fill(l->buf, len, l->seed, n);
	if (write(fd, l->buf, len) != (ssize_t)len)
		die("%s: record %u", l->name, n);
}

/* --- append: to one file, and fsync */

static void append_prepare(struct ledger *l)
{
	open_ledger(l, O_WRONLY | O_CREAT);
}

static void append_put(struct ledger *l, unsigned int n)
{
	write_record(l, l->fd, n);
	sync_fd(l, l->fd);
}

static void append_check(struct ledger *l, int last)
{
	int n;

	for (n = 0; n <= last; n++) {
		ssize_t len = record_len(l->seed, n);

		if (read(l->fd, l->buf, len) != len)
			not_there(l, n, "the file ends before");
		if (!record_is(l->buf, len, l->seed, n, 0))
			not_there(l, n, "its place holds something else");
	}
}

/*
 * --- overwrite, direct: slots of one file, again and again, in place; and the
 * same far apart, where each has to be given blocks by whoever provides the disk.
 * (The zeroes of the beginning need none.)
 */

static off_t slot_pos(const struct ledger *l, unsigned int slot)
{
	return (off_t)slot * l->kind->stride;
}

static void slots_prepare(struct ledger *l)
{
	static const char zeroes[APART];
	ssize_t stride = l->kind->stride;
	int i;

	open_ledger(l, O_WRONLY | O_CREAT);
	for (i = 0; i < NR_SLOTS; i++)
		if (write(l->fd, zeroes, stride) != stride)
			die("%s", l->name);
	sync_fd(l, l->fd);
}

static void direct_put(struct ledger *l, unsigned int n)
{
	record_fill(l->buf, SLOT_SIZE, l->seed, n);
	if (pwrite(l->fd, l->buf, SLOT_SIZE, slot_pos(l, n % NR_SLOTS)) != SLOT_SIZE)
		die("%s: record %u", l->name, n);
}

static void overwrite_put(struct ledger *l, unsigned int n)
{
	direct_put(l, n);
	if (fdatasync(l->fd))
		die("%s: fdatasync", l->name);
}

/*
 * --- wipe: a record is there, then its blocks are discarded and zeroes written.
 * Safe are the zeroes: the record does not come back.
 */
static off_t device_pos(const struct ledger *l, off_t pos, size_t block)
{
	int nr = pos / block;

	if (ioctl(l->fd, FIBMAP, &nr) || !nr)
		die("%s: FIBMAP", l->name);
	return (off_t)nr * block;
}

static void discard(const char *device, uint64_t pos, uint64_t len)
{
	uint64_t range[2] = { pos, len };
	int fd = open(device, O_RDWR | O_CLOEXEC);

	if (fd < 0 || ioctl(fd, BLKDISCARD, range))
		die("%s", device);
	close(fd);
}

/* In as few pieces as the file has there. */
static void discard_slot(struct ledger *l, unsigned int slot)
{
	const char *device = getenv("DEVICE");
	off_t pos = slot_pos(l, slot), end = pos + SLOT_SIZE, first, len;
	struct stat st;

	if (!device || fstat(l->fd, &st))
		die("%s: DEVICE", l->name);
	for (; pos < end; pos += len) {
		first = device_pos(l, pos, st.st_blksize);
		for (len = st.st_blksize; pos + len < end; len += st.st_blksize)
			if (device_pos(l, pos + len, st.st_blksize) != first + len)
				break;
		discard(device, first, len);
	}
}

static void wipe_put(struct ledger *l, unsigned int n)
{
	direct_put(l, n);
	discard_slot(l, n % NR_SLOTS);
	memset(l->buf, 0, SLOT_SIZE);
	if (pwrite(l->fd, l->buf, SLOT_SIZE, slot_pos(l, n % NR_SLOTS)) != SLOT_SIZE)
		die("%s: zeroes of record %u", l->name, n);
}

static bool sector_is_as_prepared(const char *sector)
{
	static const char zeroes[RECORD_SECTOR];

	return !memcmp(sector, zeroes, RECORD_SECTOR);
}

/* Of record @n, or of a later one in the same slot. */
static bool sector_is_of(struct ledger *l, const char *sector, int index, int n)
{
	int found = record_number(sector);

	return found >= n && found % NR_SLOTS == n % NR_SLOTS &&
	       record_is(sector, RECORD_SECTOR, l->seed, found, index);
}

/* The last record there that was acknowledged is @n, -1 if none. */
static void slot_check(struct ledger *l, int slot, int n)
{
	char instead[80];
	int i;

	for (i = 0; i < SLOT_SIZE / RECORD_SECTOR; i++) {
		const char *sector = l->buf + i * RECORD_SECTOR;

		if (n < 0 && sector_is_as_prepared(sector))
			continue;
		if (sector_is_of(l, sector, i, n < 0 ? slot : n))
			continue;
		snprintf(instead, sizeof(instead), "sector %d of its slot claims to be of %u",
			 i, record_number(sector));
		not_there(l, n, instead);
	}
}

static void slots_check(struct ledger *l, int last)
{
	int slot;

	for (slot = 0; slot < NR_SLOTS; slot++) {
		int n = last < slot ? -1 : last - (last - slot) % NR_SLOTS;

		if (pread(l->fd, l->buf, SLOT_SIZE, slot_pos(l, slot)) != SLOT_SIZE)
			not_there(l, n, "the file ends before");
		slot_check(l, slot, n);
	}
}

/* Each sector is zero, or of a record that came later. */
static void wipe_check(struct ledger *l, int last)
{
	int slot, i;

	for (slot = 0; slot < NR_SLOTS; slot++) {
		int n = last < slot ? -1 : last - (last - slot) % NR_SLOTS;

		if (pread(l->fd, l->buf, SLOT_SIZE, slot_pos(l, slot)) != SLOT_SIZE)
			not_there(l, n, "the file ends before");
		for (i = 0; i < SLOT_SIZE / RECORD_SECTOR; i++) {
			const char *sector = l->buf + i * RECORD_SECTOR;

			if (!sector_is_as_prepared(sector) &&
			    !sector_is_of(l, sector, i, n < 0 ? slot : n + NR_SLOTS))
				not_there(l, n, "what it had wiped is back");
		}
	}
}

/* --- create, replace: a file for each record, fsync of file and folder */

static void folder_prepare(struct ledger *l)
{
	if (mkdir(l->name, 0755))
		die("%s", l->name);
}

static void write_file(struct ledger *l, const char *name, unsigned int n)
{
	int fd = openat(l->fd, name, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0644);

	if (fd < 0)
		die("%s/%s", l->name, name);
	write_record(l, fd, n);
	sync_fd(l, fd);
	close(fd);
}

static void create_put(struct ledger *l, unsigned int n)
{
	char name[16];

	snprintf(name, sizeof(name), "%u", n);
	write_file(l, name, n);
	sync_fd(l, l->fd);
}

static void replace_put(struct ledger *l, unsigned int n)
{
	write_file(l, "new", n);
	if (renameat(l->fd, "new", l->fd, "current"))
		die("%s: rename", l->name);
	sync_fd(l, l->fd);
}

/* Bytes in l->buf, one more than a record can have if the file is longer. */
static ssize_t read_file(struct ledger *l, const char *name)
{
	int fd = openat(l->fd, name, O_RDONLY | O_CLOEXEC);
	ssize_t len;

	if (fd < 0)
		return -1;
	len = read(fd, l->buf, RECORD_MAX + 1);
	close(fd);
	return len;
}

static bool file_holds(struct ledger *l, ssize_t len, unsigned int n)
{
	return len == (ssize_t)record_len(l->seed, n) &&
	       record_is(l->buf, len, l->seed, n, 0);
}

static void create_check(struct ledger *l, int last)
{
	char name[16];
	int n;

	for (n = 0; n <= last; n++) {
		ssize_t len;

		snprintf(name, sizeof(name), "%d", n);
		len = read_file(l, name);
		if (len < 0)
			not_there(l, n, "no such file");
		if (!file_holds(l, len, n))
			not_there(l, n, "its file holds something else");
	}
}

static void replace_check(struct ledger *l, int last)
{
	ssize_t len;

	if (last < 0)
		return;
	len = read_file(l, "current");
	if (len < 0)
		not_there(l, last, "no such file");
	if ((int)record_number(l->buf) < last || !file_holds(l, len, record_number(l->buf)))
		not_there(l, last, "its file holds something else");
}

/* --- what there is to do */

static void ledger_check(struct ledger *l, int last)
{
	open_ledger(l, O_RDONLY);
	l->kind->check(l, last);
}

static void ledger_write(struct ledger *l, unsigned int count)
{
	unsigned int n;

	open_ledger(l, l->kind->flags);
	for (n = 0; n < count; n++) {
		l->kind->put(l, n);
		ack(l->name, n);
	}
}

#define DIRECT_DSYNC	(O_WRONLY | O_DIRECT | O_DSYNC)
#define FOLDER		(O_RDONLY | O_DIRECTORY)

static const struct kind kinds[] = {
	{ "append", O_WRONLY | O_APPEND, 0, append_prepare, append_put, append_check },
	{ "overwrite", O_WRONLY, SLOT_SIZE, slots_prepare, overwrite_put, slots_check },
	{ "overwrite-apart", O_WRONLY, APART, slots_prepare, overwrite_put, slots_check },
	{ "direct", DIRECT_DSYNC, SLOT_SIZE, slots_prepare, direct_put, slots_check },
	{ "direct-apart", DIRECT_DSYNC, APART, slots_prepare, direct_put, slots_check },
	{ "wipe", DIRECT_DSYNC, APART, slots_prepare, wipe_put, wipe_check },
	{ "create", FOLDER, 0, folder_prepare, create_put, create_check },
	{ "replace", FOLDER, 0, folder_prepare, replace_put, replace_check },
};

static const struct kind *find_kind(const char *name)
{
	size_t i;

	for (i = 0; i < sizeof(kinds) / sizeof(kinds[0]); i++)
		if (!strcmp(kinds[i].name, name))
			return &kinds[i];
	die("%s: no such kind", name);
}

int main(int argc, char **argv)
{
	struct ledger l = { .fd = -1 };
	char name[128];

	if (argc < 4)
		die("usage: ledger prepare|write|check KIND DIR...");
	l.kind = find_kind(argv[2]);
	snprintf(name, sizeof(name), "%s/%s", argv[3], argv[2]);
	l.name = name;
	l.buf = aligned_alloc(4096, RECORD_MAX + 4096);
	if (!l.buf)
		die("memory");
	if (argc > 4)
		l.seed = record_seed(strtoull(argv[4], NULL, 0), name);

	if (!strcmp(argv[1], "prepare") && argc == 4) {
		l.kind->prepare(&l);
	} else if (!strcmp(argv[1], "write") && argc == 7) {
		ack_open(argv[6]);
		ledger_write(&l, atoi(argv[5]));
	} else if (!strcmp(argv[1], "check") && argc == 6) {
		ledger_check(&l, atoi(argv[5]));
	} else {
		die("wrong usage");
	}
	return 0;
}
