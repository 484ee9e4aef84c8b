// SPDX-License-Identifier: GPL-2.0-only
/*
 * What system tests need and no tool of a base system does.
 *
 *	scatter FILE DATA BYTES CHUNK	FILE gets BYTES of DATA, in extents of CHUNK
 *	newest DEVICE FILE OFFSET read|mmap SECONDS
 *					a reader of FILE sees what was written to
 *					DEVICE, which begins at its byte OFFSET
 *	hold-mapping FILE		keep it mapped, shared and writable and nothing
 *					else, until stdin ends; says "ready"
 *	hold-lease FILE			a read lease on it, not given up when asked, until
 *					stdin ends; says "ready"
 *	read-into FILE DEVICE		read 4 KiB of it into memory that is mapped from
 *					DEVICE
 *	open-flags FILE FLAG...		open it so: read write truncate direct nonblock
 *	writers FILE			what the kernel counts: none, some, denied
 *	try-to-write FILE		open it for writing until stdin ends; says how
 *					often, and fails if that ever succeeds
 *	write-nowait DEVICE OFFSET	4 KiB of 'n' by RWF_NOWAIT; says "submitted",
 *					then "completed RESULT"
 *	nowait DEVICE COUNT		as many direct writes and reads by RWF_NOWAIT in its
 *					first 8 MiB; what is taken is right; says "written N
 *					read N", of those that did not have to wait
 *	exchange FILE OTHER read|read-write read|read-write [commit]
 *					all that both hold, opened so, by XFS_IOC_EXCHANGE_RANGE
 *					or COMMIT_RANGE; says "no such call" where there is none
 *	store FILE read|read-write shared|private
 *					a byte into FILE, opened so, through such a mapping
 *	enable-verity FILE
 *	shut-down DIR			the file system there, without a last word
 *	touch-memory MIB SECONDS	write to all of it again and again, four times at
 *					least, and find each time what was there; says
 *					how often
 *	records FILE TOLD END		lines "1", "2"... into FILE, each synced; then its
 *					number is in TOLD; until there is a file END
 *	meanwhile PATH COMMAND PROGRAM [ARG]...
 *					runs PROGRAM, and COMMAND, by the shell, when it is
 *					about to open PATH for the first time; exits as it does
 *	io-without-memory DEVICE DATA COUNT
 *					direct reads and writes at random of what is in
 *					the file DATA too, while the kernel's fault
 *					injection fails every allocation of ours
 */
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <linux/aio_abi.h>
#include <linux/fs.h>
#include <linux/fsverity.h>
#include <poll.h>
#include <pthread.h>
#include <signal.h>
#include <stdarg.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <sys/ptrace.h>
#include <sys/stat.h>
#include <sys/statvfs.h>
#include <sys/syscall.h>
#include <sys/uio.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

static void __attribute__((noreturn, format(printf, 1, 2))) die(const char *what, ...)
{
	va_list args;

	va_start(args, what);
	vfprintf(stderr, what, args);
	va_end(args);
	fprintf(stderr, errno ? ": %s\n" : "\n", strerror(errno));
	exit(1);
}

static int open_or_die(const char *path, int flags)
{
	int fd = open(path, flags, 0644);

	if (fd < 0)
		die("%s", path);
	return fd;
}

static void *alloc_aligned(size_t size)
{
	void *buf;

	if (posix_memalign(&buf, 4096, size))
		die("no memory");
	memset(buf, 0, size);
	return buf;
}

static unsigned long long number(const char *word)
{
	char *end;
	unsigned long long value = strtoull(word, &end, 0);

	if (*end || end == word)
		errno = 0, die("'%s' is no number", word);
	return value;
}

/* The same order each time: tests must not depend on luck. */
static void shuffle(unsigned int *items, unsigned int nr)
{
	uint32_t seed = 1;
	unsigned int i;

	for (i = 0; i < nr; i++)
		items[i] = i;
	for (i = nr - 1; i > 0; i--) {
		unsigned int j, swap = items[i];

		seed = seed * 1664525 + 1013904223;
		j = (seed >> 8) % (i + 1);
		items[i] = items[j];
		items[j] = swap;
	}
}

/* --- scatter */

struct scatter {
	int file, data, filler;
	size_t chunk;
	unsigned int nr;
	void *buf;
};

static void copy_chunk(struct scatter *s, unsigned int i)
{
	off_t pos = (off_t)i * s->chunk;

	if (pread(s->data, s->buf, s->chunk, pos) != (ssize_t)s->chunk)
		die("data");
	if (pwrite(s->file, s->buf, s->chunk, pos) != (ssize_t)s->chunk)
		die("image");
}

/* Until the file system is full; the number of chunks. */
static unsigned int fill(struct scatter *s)
{
	size_t size = 1 << 20;
	char *zeroes = alloc_aligned(size);
	struct statvfs fs;
	off_t end;

	/* As much as fits, where this is possible; then the crumbs, by writing. */
	if (fstatvfs(s->filler, &fs))
		die("filler");
	(void)!fallocate(s->filler, 0, 0, (off_t)fs.f_bfree * fs.f_frsize);
	lseek(s->filler, 0, SEEK_END);
	while (size >= s->chunk) {
		ssize_t written = write(s->filler, zeroes, size);

		if (written < 0 && errno != ENOSPC)
			die("filler");
		if (written < (ssize_t)size)
			size /= 2;
	}
	if (fsync(s->filler))
		die("filler");
	free(zeroes);
	end = lseek(s->filler, 0, SEEK_END);
	return end / s->chunk;
}

/*
 * All but the holes is full, so each chunk goes into one. In rounds, so that
 * the order of the holes is not the order of the chunks; every other chunk of
 * the filler stays, so that no two holes touch. Spare ones hold what the file
 * system has to write down about all this.
 */
static void through_holes(struct scatter *s)
{
	unsigned int nr_holes = fill(s) / 2, done = 0, nr_rounds = 8, round, i;
	unsigned int punched = 0, spare = 64 + s->nr / 16;
	unsigned int *holes = calloc(nr_holes, sizeof(*holes));
	unsigned int *chunks = calloc(s->nr, sizeof(*chunks));

	if (!holes || !chunks || nr_holes < s->nr + spare)
		errno = 0, die("no room for %u chunks beside as many of filler", s->nr);
	shuffle(holes, nr_holes);
	shuffle(chunks, s->nr);
	for (round = 1; round <= nr_rounds; round++) {
		unsigned int until = (unsigned long)s->nr * round / nr_rounds;

		for (; punched < until + spare; punched++)
			if (fallocate(s->filler, FALLOC_FL_PUNCH_HOLE | FALLOC_FL_KEEP_SIZE,
				      (off_t)holes[punched] * 2 * s->chunk, s->chunk))
				die("punch");
		/* Freed blocks can be had after the journal's commit. */
		if (fsync(s->filler))
			die("filler");
		for (i = done; i < until; i++)
			copy_chunk(s, chunks[i]);
		done = until;
	}
	free(holes);
	free(chunks);
}

/* For file systems that can not punch: two files take turns. */
static void by_turns(struct scatter *s)
{
	unsigned int i;

	for (i = 0; i < s->nr; i++) {
		copy_chunk(s, i);
		if (write(s->filler, s->buf, s->chunk) != (ssize_t)s->chunk)
			die("filler");
	}
}

static int can_punch(int fd)
{
	return !fallocate(fd, FALLOC_FL_PUNCH_HOLE | FALLOC_FL_KEEP_SIZE, 0, 4096);
}

static int scatter(int argc, char **argv)
{
	struct scatter s;
	char name[4096];

	(void)argc;
	s.chunk = number(argv[3]);
	snprintf(name, sizeof(name), "%s.filler", argv[0]);
	s.nr = number(argv[2]) / s.chunk;
	s.buf = alloc_aligned(s.chunk);
	s.data = open_or_die(argv[1], O_RDONLY);
	s.filler = open_or_die(name, O_RDWR | O_CREAT | O_TRUNC);
	s.file = open_or_die(argv[0], O_RDWR | O_CREAT | O_TRUNC | O_DIRECT);
	if (can_punch(s.filler))
		through_holes(&s);
	else
		by_turns(&s);
	if (fsync(s.file))
		die("%s", argv[0]);
	if (unlink(name))
		die("%s", name);
	return 0;
}

/* --- newest */

/*
 * One thread writes generations into blocks of the device, past the cache, and
 * notes each when its write has completed. The others note what was complete,
 * and only then read the file: no word of the block may be older than that.
 */
#define BLOCK		4096
#define NR_BLOCKS	64
#define NR_READERS	2
#define WORDS		(BLOCK / sizeof(uint64_t))

struct race {
	int device, file;
	off_t offset;
	volatile uint64_t *map;		/* of the file, or NULL */
	struct timespec end;
	atomic_ullong completed[NR_BLOCKS];
	atomic_bool over;
	atomic_ulong nr_reads;
};

struct reader {
	struct race *race;
	pthread_t thread;
	uint32_t seed;
};

static bool is_over(const struct race *race)
{
	struct timespec now;

	clock_gettime(CLOCK_MONOTONIC, &now);
	return now.tv_sec > race->end.tv_sec ||
	       (now.tv_sec == race->end.tv_sec && now.tv_nsec >= race->end.tv_nsec);
}

static unsigned long write_generations(struct race *race)
{
	uint64_t *buf = alloc_aligned(BLOCK), generation;
	uint32_t seed = 7;
	unsigned int i;

	for (generation = 1; !is_over(race); generation++) {
		seed = seed * 1664525 + 1013904223;
		i = (seed >> 8) % NR_BLOCKS;
		for (unsigned int w = 0; w < WORDS; w++)
			buf[w] = generation;
		if (pwrite(race->device, buf, BLOCK, (off_t)i * BLOCK) != BLOCK)
			die("write to the device");
		atomic_store(&race->completed[i], generation);
	}
	atomic_store(&race->over, true);
	free(buf);
	return generation;
}

static void check_block(struct race *race, unsigned int i, uint64_t *buf)
{
	uint64_t least = atomic_load(&race->completed[i]);
	off_t pos = race->offset + (off_t)i * BLOCK;

	if (race->map)
		for (unsigned int w = 0; w < WORDS; w++)
			buf[w] = race->map[pos / sizeof(uint64_t) + w];
	else if (pread(race->file, buf, BLOCK, pos) != BLOCK)
		die("read of the file");
	for (unsigned int w = 0; w < WORDS; w++)
		if (buf[w] < least)
			errno = 0, die("stale: byte %lld is of generation %llu, %llu was complete before",
				       (long long)pos + 8 * w, (unsigned long long)buf[w],
				       (unsigned long long)least);
	atomic_fetch_add(&race->nr_reads, 1);
}

static void *read_generations(void *arg)
{
	struct reader *r = arg;
	uint64_t *buf = alloc_aligned(BLOCK);

	while (!atomic_load(&r->race->over)) {
		r->seed = r->seed * 1664525 + 1013904223;
		check_block(r->race, (r->seed >> 8) % NR_BLOCKS, buf);
	}
	free(buf);
	return NULL;
}

static volatile uint64_t *map_file(int file)
{
	struct stat stat;
	void *map;

	if (fstat(file, &stat))
		die("file");
	map = mmap(NULL, stat.st_size, PROT_READ, MAP_SHARED, file, 0);
	if (map == MAP_FAILED)
		die("mmap");
	return map;
}

static int newest(int argc, char **argv)
{
	static struct race race;
	struct reader readers[NR_READERS];
	unsigned long nr_writes;
	unsigned int i;

	(void)argc;
	race.device = open_or_die(argv[0], O_WRONLY | O_DIRECT);
	race.file = open_or_die(argv[1], O_RDONLY);
	race.offset = number(argv[2]);
	race.map = strcmp(argv[3], "mmap") ? NULL : map_file(race.file);
	clock_gettime(CLOCK_MONOTONIC, &race.end);
	race.end.tv_sec += number(argv[4]);

	for (i = 0; i < NR_READERS; i++) {
		readers[i].race = &race;
		readers[i].seed = i;
		if (pthread_create(&readers[i].thread, NULL, read_generations, &readers[i]))
			die("thread");
	}
	nr_writes = write_generations(&race);
	for (i = 0; i < NR_READERS; i++)
		pthread_join(readers[i].thread, NULL);
	printf("%lu writes, %lu reads\n", nr_writes, atomic_load(&race.nr_reads));
	return 0;
}

/* --- small ones */

static int hold_mapping(int argc, char **argv)
{
	int fd = open_or_die(argv[0], O_RDWR);
	char c;

	(void)argc;
	if (mmap(NULL, 4096, PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0) == MAP_FAILED)
		die("mmap");
	close(fd);
	printf("ready\n");
	fflush(stdout);
	while (read(0, &c, 1) > 0)
		;
	return 0;
}

/* As slow as the device that is mapped. */
static int read_into(int argc, char **argv)
{
	int fd = open_or_die(argv[0], O_RDONLY), device = open_or_die(argv[1], O_RDWR);
	void *memory = mmap(NULL, 4096, PROT_READ | PROT_WRITE, MAP_SHARED, device, 0);

	(void)argc;
	if (memory == MAP_FAILED)
		die("mmap");
	if (read(fd, memory, 4096) != 4096)
		die("read");
	return 0;
}

/* A read lease that is not given up when somebody wants to write. */
static int hold_lease(int argc, char **argv)
{
	int fd = open_or_die(argv[0], O_RDONLY);
	char c;

	(void)argc;
	signal(SIGIO, SIG_IGN);
	if (fcntl(fd, F_SETLEASE, F_RDLCK))
		die("lease");
	printf("ready\n");
	fflush(stdout);
	while (read(0, &c, 1) > 0)
		;
	return 0;
}

static int open_flags(int argc, char **argv)
{
	static const struct { const char *word; int flag; } words[] = {
		{ "read", O_RDONLY }, { "write", O_WRONLY },
		{ "truncate", O_TRUNC }, { "direct", O_DIRECT },
		{ "nonblock", O_NONBLOCK },
	};
	int flags = 0, i;
	unsigned int w;

	for (i = 1; i < argc; i++)
		for (w = 0; w < sizeof(words) / sizeof(words[0]); w++)
			if (!strcmp(argv[i], words[w].word))
				flags |= words[w].flag;
	close(open_or_die(argv[0], flags));
	return 0;
}

/* A read lease is granted on a file that nobody has open for writing. */
static int writers(int argc, char **argv)
{
	int fd = open(argv[0], O_WRONLY | O_NONBLOCK);
	const char *are = "none";

	(void)argc;
	if (fd >= 0) {
		close(fd);
	} else if (errno == ETXTBSY) {
		puts("denied");
		return 0;
	}
	fd = open(argv[0], O_RDONLY | O_NONBLOCK);
	if (fd < 0 || fcntl(fd, F_SETLEASE, F_RDLCK))
		are = fd >= 0 && errno == EAGAIN ? "some" : "unknown";
	puts(are);
	return 0;
}

static int try_to_write(int argc, char **argv)
{
	struct pollfd end = { .fd = 0, .events = POLLIN };
	unsigned long nr_tries = 0;

	(void)argc;
	while (!poll(&end, 1, 0)) {
		if (open(argv[0], O_WRONLY) >= 0)
			errno = 0, die("%s can be written to, at try %lu", argv[0], nr_tries);
		if (errno != ETXTBSY)
			die("%s", argv[0]);
		nr_tries++;
		usleep(100);
	}
	printf("%lu\n", nr_tries);
	return 0;
}

static int write_nowait(int argc, char **argv)
{
	aio_context_t context = 0;
	struct io_event event;
	struct iocb iocb = {
		.aio_lio_opcode = IOCB_CMD_PWRITE,
		.aio_rw_flags = RWF_NOWAIT,
		.aio_fildes = open_or_die(argv[0], O_WRONLY | O_DIRECT),
		.aio_offset = number(argv[1]),
		.aio_nbytes = 4096,
	};
	struct iocb *iocbs = &iocb;
	void *buf = alloc_aligned(4096);

	(void)argc;
	memset(buf, 'n', 4096);
	iocb.aio_buf = (uintptr_t)buf;
	if (syscall(SYS_io_setup, 1, &context))
		die("io_setup");
	if (syscall(SYS_io_submit, context, 1, &iocbs) != 1)
		die("io_submit");
	printf("submitted\n");
	fflush(stdout);
	if (syscall(SYS_io_getevents, context, 1, 1, &event, NULL) != 1)
		die("io_getevents");
	printf("completed %lld\n", (long long)event.res);
	return 0;
}

/* True: as much as it says was moved; false: it would have had to wait. */
static bool moved(ssize_t ret, size_t len)
{
	if (ret < 0 && errno == EAGAIN)
		return false;
	if (ret < 0)
		die("RWF_NOWAIT");
	return (size_t)ret == len;
}

static void read_back(int fd, void *buf, size_t len, off_t pos)
{
	if (pread(fd, buf, len, pos) != (ssize_t)len)
		die("pread");
}

static int nowait(int argc, char **argv)
{
	enum { MOST = 1 << 16, ALL = 8 << 20 };
	int fd = open_or_die(argv[0], O_RDWR | O_DIRECT), i;
	char *buf = alloc_aligned(MOST), *back = alloc_aligned(MOST);
	unsigned long written = 0, nr_read = 0, count = number(argv[1]);

	(void)argc;
	srandom(1);
	for (i = 0; (unsigned long)i < count; i++) {
		size_t len = 4096 * (1 + random() % 16);
		off_t pos = 4096 * (random() % ((ALL - MOST) / 4096));
		struct iovec iov = { buf, len };

		memset(buf, i % 251, len);
		if (moved(pwritev2(fd, &iov, 1, pos, RWF_NOWAIT), len)) {
			written++;
			read_back(fd, back, len, pos);
			if (memcmp(buf, back, len))
				die("other bytes than were written");
		}
		if (moved(preadv2(fd, &iov, 1, pos, RWF_NOWAIT), len)) {
			nr_read++;
			read_back(fd, back, len, pos);
			if (memcmp(buf, back, len))
				die("other bytes than there are");
		}
	}
	printf("written %lu read %lu\n", written, nr_read);
	return 0;
}

/* --- another's step between two of a program's */

static bool is_about_to_open(pid_t pid, const char *path)
{
	struct __ptrace_syscall_info info;
	char found[4096];
	struct iovec local = { found, strlen(path) + 1 }, remote = local;

	if (ptrace(PTRACE_GET_SYSCALL_INFO, pid, sizeof(info), &info) <= 0)
		die("PTRACE_GET_SYSCALL_INFO");
	if (info.op != PTRACE_SYSCALL_INFO_ENTRY || info.entry.nr != SYS_openat)
		return false;
	remote.iov_base = (void *)(uintptr_t)info.entry.args[1];
	return process_vm_readv(pid, &local, 1, &remote, 1, 0) == (ssize_t)local.iov_len &&
	       !memcmp(found, path, local.iov_len);
}

static void run_until_open(pid_t pid, const char *path)
{
	int status, signal = 0;

	do {
		if (ptrace(PTRACE_SYSCALL, pid, NULL, (void *)(intptr_t)signal))
			die("PTRACE_SYSCALL");
		if (waitpid(pid, &status, 0) != pid || !WIFSTOPPED(status))
			errno = 0, die("it ends, and has not opened %s", path);
		signal = WSTOPSIG(status) == (SIGTRAP | 0x80) ? 0 : WSTOPSIG(status);
	} while (signal || !is_about_to_open(pid, path));
}

static int meanwhile(int argc, char **argv)
{
	pid_t pid = fork();
	int status;

	(void)argc;
	if (!pid) {
		ptrace(PTRACE_TRACEME, 0, NULL, NULL);
		execvp(argv[2], argv + 2);
		die("%s", argv[2]);
	}
	if (pid < 0 || waitpid(pid, &status, 0) != pid)
		die("fork");
	ptrace(PTRACE_SETOPTIONS, pid, NULL, (void *)PTRACE_O_TRACESYSGOOD);
	run_until_open(pid, argv[0]);
	if (system(argv[1]))
		errno = 0, die("'%s' fails", argv[1]);
	ptrace(PTRACE_DETACH, pid, NULL, NULL);
	if (waitpid(pid, &status, 0) != pid)
		die("wait");
	return WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
}

/* --- exchanges on XFS, whose headers are not everywhere, and not everywhere as new */

struct exchange_range {
	int32_t file1_fd;
	uint32_t pad;
	uint64_t file1_offset, file2_offset, length, flags;
};

struct commit_range {
	struct exchange_range exchange;
	uint64_t freshness[6];
};

#define IOC_EXCHANGE_RANGE	_IOW('X', 129, struct exchange_range)
#define IOC_START_COMMIT	_IOR('X', 130, struct commit_range)
#define IOC_COMMIT_RANGE	_IOW('X', 131, struct commit_range)
#define EXCHANGE_TO_EOF		(1ULL << 0)

static int open_as(const char *path, const char *flags)
{
	return open_or_die(path, strcmp(flags, "read") ? O_RDWR : O_RDONLY);
}

static int exchange(int argc, char **argv)
{
	bool commits = argc > 4 && !strcmp(argv[4], "commit");
	int file = open_as(argv[0], argv[2]);
	struct commit_range range = {
		.exchange = {
			.file1_fd = open_as(argv[1], argv[3]),
			.flags = EXCHANGE_TO_EOF,
		},
	};
	int err = commits ? ioctl(file, IOC_START_COMMIT, &range) : 0;

	if (!err)
		err = ioctl(file, commits ? IOC_COMMIT_RANGE : IOC_EXCHANGE_RANGE, &range);
	if (err && errno == ENOTTY)
		errno = 0, die("no such call");
	if (err)
		die("exchange");
	return 0;
}

static int store(int argc, char **argv)
{
	int how = strcmp(argv[2], "shared") ? MAP_PRIVATE : MAP_SHARED;
	char *memory = mmap(NULL, 4096, PROT_READ | PROT_WRITE, how, open_as(argv[0], argv[1]), 0);

	(void)argc;
	if (memory == MAP_FAILED)
		die("mmap");
	memory[0] ^= 0xff;
	return 0;
}

static int enable_verity(int argc, char **argv)
{
	struct fsverity_enable_arg how = {
		.version = 1,
		.hash_algorithm = FS_VERITY_HASH_ALG_SHA256,
		.block_size = 4096,
	};

	(void)argc;
	if (ioctl(open_or_die(argv[0], O_RDONLY), FS_IOC_ENABLE_VERITY, &how))
		die("FS_IOC_ENABLE_VERITY");
	return 0;
}

/* The number is XFS's, and ext4's too. */
#define IOC_SHUTDOWN		_IOR('X', 125, uint32_t)
#define SHUTDOWN_NO_LOG_FLUSH	2

static int shut_down(int argc, char **argv)
{
	uint32_t how = SHUTDOWN_NO_LOG_FLUSH;

	(void)argc;
	if (ioctl(open_or_die(argv[0], O_RDONLY), IOC_SHUTDOWN, &how))
		die("shut down");
	return 0;
}

#define PAGE_WORDS	512

/* A page's words tell where and when it was written. */
static void touch_page(uint64_t *page, uint64_t nr, uint64_t round)
{
	unsigned int i;

	for (i = 0; i < PAGE_WORDS; i++) {
		if (round && page[i] != (nr << 32 | (round - 1)))
			errno = 0, die("page %llu, word %u: %#llx of round %llu",
				       (unsigned long long)nr, i, (unsigned long long)page[i],
				       (unsigned long long)round - 1);
		page[i] = nr << 32 | round;
	}
}

static int touch_memory(int argc, char **argv)
{
	uint64_t nr_pages = number(argv[0]) << 8, nr, round = 0;
	time_t until = time(NULL) + number(argv[1]);
	uint64_t *pages = mmap(NULL, nr_pages << 12, PROT_READ | PROT_WRITE,
			       MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);

	(void)argc;
	if (pages == MAP_FAILED)
		die("no memory");
	for (; round < 4 || time(NULL) < until; round++)
		for (nr = 0; nr < nr_pages; nr++)
			touch_page(pages + nr * PAGE_WORDS, nr, round);
	printf("%llu\n", (unsigned long long)round);
	return 0;
}

/* Four pages: as many as the kernel has room for on its stack. */
#define SMALL_IO	16384

static void record_tell(int fd, unsigned long long nr)
{
	char text[32];
	int len = snprintf(text, sizeof(text), "%llu\n", nr);

	if (pwrite(fd, text, len, 0) != len)
		die("telling of record %llu", nr);
}

static int records(int argc, char **argv)
{
	int file = open_or_die(argv[0], O_WRONLY | O_CREAT | O_TRUNC);
	int told = open_or_die(argv[1], O_WRONLY | O_CREAT | O_TRUNC);
	unsigned long long nr;

	(void)argc;
	for (nr = 1; access(argv[2], F_OK); nr++) {
		if (dprintf(file, "%llu\n", nr) < 0 || fdatasync(file))
			die("record %llu", nr);
		record_tell(told, nr);
	}
	return 0;
}

static int fail_allocations(int fd, bool fail)
{
	return pwrite(fd, fail ? "1" : "0", 1, 0) == 1 ? 0 : -1;
}

static int io_without_memory(int argc, char **argv)
{
	int file = open_or_die(argv[0], O_RDWR | O_DIRECT);
	int switch_fd = open_or_die("/proc/self/make-it-fail", O_RDWR);
	off_t size = lseek(file, 0, SEEK_END), at;
	unsigned long long i, count = number(argv[2]), failed = 0;
	char *data = mmap(NULL, (size_t)size, PROT_READ, MAP_PRIVATE | MAP_POPULATE,
			  open_or_die(argv[1], O_RDONLY), 0);
	char *buf = alloc_aligned(SMALL_IO);
	int other;

	(void)argc;
	if (data == MAP_FAILED || mlockall(MCL_CURRENT) || fail_allocations(switch_fd, true))
		die("make-it-fail");
	other = open("/dev/null", O_RDONLY);
	for (i = 0; i < count; i++) {
		at = (off_t)(i * 2654435761u % (size_t)(size / SMALL_IO)) * SMALL_IO;
		failed += pread(file, buf, SMALL_IO, at) != SMALL_IO ||
			  memcmp(buf, data + at, SMALL_IO);
		failed += pwrite(file, buf, SMALL_IO, at) != SMALL_IO;
	}
	fail_allocations(switch_fd, false);
	errno = 0;
	if (other >= 0)
		die("allocations do not fail");
	if (failed)
		die("%llu of %llu failed", failed, 2 * count);
	return 0;
}

static const struct {
	const char *name;
	int nr_args;
	int (*run)(int argc, char **argv);
} commands[] = {
	{ "scatter", 4, scatter },
	{ "newest", 5, newest },
	{ "hold-mapping", 1, hold_mapping },
	{ "hold-lease", 1, hold_lease },
	{ "read-into", 2, read_into },
	{ "open-flags", 2, open_flags },
	{ "writers", 1, writers },
	{ "try-to-write", 1, try_to_write },
	{ "write-nowait", 2, write_nowait },
	{ "nowait", 2, nowait },
	{ "meanwhile", 3, meanwhile },
	{ "exchange", 4, exchange },
	{ "store", 3, store },
	{ "enable-verity", 1, enable_verity },
	{ "shut-down", 1, shut_down },
	{ "touch-memory", 2, touch_memory },
	{ "records", 3, records },
	{ "io-without-memory", 3, io_without_memory },
};

int main(int argc, char **argv)
{
	unsigned int i;

	for (i = 0; argc > 1 && i < sizeof(commands) / sizeof(commands[0]); i++)
		if (!strcmp(argv[1], commands[i].name) && argc >= 2 + commands[i].nr_args)
			return commands[i].run(argc - 2, argv + 2);
	fprintf(stderr, "usage: see the top of helper.c\n");
	return 2;
}
