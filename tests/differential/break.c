// SPDX-License-Identifier: GPL-2.0-only
/*
 * A device that is wrong, for the tester's own test: preloaded, it stands
 * between the tester and the kernel, and does $BREAK to each $BREAK_EVERY-th
 * call that it can be done to (the first ones are right, so that initial
 * content is). One call at a time: what concurrency does to content is the
 * device's business, not this file's.
 */
#define _GNU_SOURCE
#include <fcntl.h>
#include <pthread.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/syscall.h>
#include <sys/uio.h>
#include <unistd.h>

#define SECTOR	512
#define ROOM	(2 << 20)

enum how {
	NOT,
	LOST_WRITE,
	MISDIRECTED_WRITE,	/* one sector further */
	TORN_WRITE,		/* not the last half sector */
	SHORT_WRITE,		/* not the second half, but says so of all */
	SHIFTED_SEGMENT,	/* from the second one on, one sector further */
	LATE_WRITE,		/* done LATE calls after it was said to be */
	STALE_READ,		/* as it was before a write */
	NEIGHBOURS_READ,	/* what lies one sector further */
	EMPTY_READ,		/* nothing is transferred */
	FLIPPED_BIT,
	LOST_ZEROES,
	LARGE_ZEROES,		/* one sector more than told */
	LARGE_DISCARD,
	NR_HOWS,
};

static const char *const names[NR_HOWS] = {
	"not", "lost-write", "misdirected-write", "torn-write", "short-write",
	"shifted-segment", "late-write", "stale-read", "neighbours-read", "empty-read",
	"flipped-bit", "lost-zeroes", "large-zeroes", "large-discard",
};

#define LATE	20

static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
static enum how how;
static unsigned long every, nr_calls;

/* A write that is still to be done, or a read that is still to be given. */
static struct {
	unsigned char *buf;
	size_t size;
	off_t pos;
	unsigned long left;	/* calls until it is done */
} kept;

/* --- the kernel, by other names than those that are replaced here */

static ssize_t kernel_read(int fd, void *buf, size_t size, off_t pos)
{
	return syscall(SYS_pread64, fd, buf, size, pos);
}

static ssize_t kernel_write(int fd, const void *buf, size_t size, off_t pos)
{
	return syscall(SYS_pwrite64, fd, buf, size, pos);
}

static ssize_t kernel_vector(long call, int fd, const struct iovec *iov, int nr, off_t pos,
			     int flags)
{
	return syscall(call, fd, iov, nr, pos, 0l, flags);
}

/* --- when */

static void *aligned(size_t size)
{
	void *buf;

	if (posix_memalign(&buf, 4096, size))
		abort();
	return buf;
}

static void __attribute__((constructor)) begin(void)
{
	const char *wanted = getenv("BREAK"), *often = getenv("BREAK_EVERY");

	if (!wanted || !often)
		return;
	for (how = NR_HOWS - 1; how > NOT; how--)
		if (!strcmp(names[how], wanted))
			break;
	if (how == NOT) {
		fprintf(stderr, "break: there is no '%s'\n", wanted);
		exit(2);
	}
	every = strtoul(often, NULL, 0);
	kept.buf = aligned(ROOM);
}

static bool is_due(bool can_be_broken)
{
	return can_be_broken && ++nr_calls % every == 0;
}

static size_t bytes_of(const struct iovec *iov, int nr)
{
	size_t size = 0;

	while (nr--)
		size += iov++->iov_len;
	return size;
}

static void gather(unsigned char *buf, const struct iovec *iov, int nr)
{
	for (; nr--; buf += iov++->iov_len)
		memcpy(buf, iov->iov_base, iov->iov_len);
}

/* --- what is kept */

static void keep(off_t pos, size_t size, unsigned long left)
{
	kept.pos = pos;
	kept.size = size;
	kept.left = left;
}

static void do_late_write(int fd)
{
	if (how != LATE_WRITE || !kept.size || --kept.left)
		return;
	(void)!kernel_write(fd, kept.buf, kept.size, kept.pos);
	kept.size = 0;
}

static void keep_old(int fd, size_t size, off_t pos)
{
	kept.size = 0;
	if (kernel_read(fd, kept.buf, size, pos) == (ssize_t)size)
		keep(pos, size, 0);
}

static bool put_stale_sector(unsigned char *buf, off_t pos)
{
	if (pos < kept.pos || pos >= kept.pos + (off_t)kept.size)
		return false;
	memcpy(buf, kept.buf + (pos - kept.pos), SECTOR);
	return true;
}

/* To the first one who reads there. */
static void put_stale(const struct iovec *iov, int nr, off_t pos)
{
	bool is_put = false;
	size_t at;

	for (; nr--; pos += iov++->iov_len)
		for (at = 0; at < iov->iov_len; at += SECTOR)
			is_put |= put_stale_sector((unsigned char *)iov->iov_base + at, pos + at);
	if (is_put)
		kept.size = 0;
}

/* --- writes */

static void tear(int fd, unsigned char *buf, size_t size, off_t pos)
{
	unsigned char *old = aligned(SECTOR);

	if (kernel_read(fd, old, SECTOR, pos + size - SECTOR) == SECTOR)
		memcpy(buf + size - SECTOR / 2, old + SECTOR / 2, SECTOR / 2);
	free(old);
	(void)!kernel_write(fd, buf, size, pos);
}

static void shift_second(int fd, const unsigned char *buf, const struct iovec *iov, size_t size,
			 off_t pos)
{
	size_t first = iov->iov_len;

	(void)!kernel_write(fd, buf, first, pos);
	(void)!kernel_write(fd, buf + first, size - first, pos + first + SECTOR);
}

static void write_broken(int fd, const struct iovec *iov, size_t size, int nr, off_t pos)
{
	unsigned char *buf = aligned(size);

	gather(buf, iov, nr);
	switch (how) {
	case MISDIRECTED_WRITE:
		(void)!kernel_write(fd, buf, size, pos + SECTOR);
		break;
	case TORN_WRITE:
		tear(fd, buf, size, pos);
		break;
	case SHORT_WRITE:
		(void)!kernel_write(fd, buf, size / SECTOR / 2 * SECTOR, pos);
		break;
	case SHIFTED_SEGMENT:
		shift_second(fd, buf, iov, size, pos);
		break;
	case LATE_WRITE:
		memcpy(kept.buf, buf, size);
		keep(pos, size, LATE);
		break;
	default:		/* LOST_WRITE */
		break;
	}
	free(buf);
}

static bool can_break_write(int fd, size_t size, int nr, off_t pos)
{
	switch (how) {
	case MISDIRECTED_WRITE:
		return pos + (off_t)size < lseek(fd, 0, SEEK_END);
	case SHORT_WRITE:
		return size > SECTOR;
	case SHIFTED_SEGMENT:
		return nr > 1 && pos + (off_t)size < lseek(fd, 0, SEEK_END);
	case LATE_WRITE:
		return !kept.size;
	case LOST_WRITE:
	case TORN_WRITE:
		return true;
	default:
		return false;
	}
}

ssize_t pwritev2(int fd, const struct iovec *iov, int nr, off_t pos, int flags)
{
	size_t size = bytes_of(iov, nr);
	ssize_t done = size;

	pthread_mutex_lock(&lock);
	do_late_write(fd);
	if (is_due(how == STALE_READ))
		keep_old(fd, size, pos);
	if (is_due(can_break_write(fd, size, nr, pos)))
		write_broken(fd, iov, size, nr, pos);
	else
		done = kernel_vector(SYS_pwritev2, fd, iov, nr, pos, flags);
	pthread_mutex_unlock(&lock);
	return done;
}

/* --- reads */

static bool can_break_read(int fd, size_t size, off_t pos)
{
	if (how == NEIGHBOURS_READ)
		return pos + (off_t)size < lseek(fd, 0, SEEK_END);
	return how == EMPTY_READ || how == FLIPPED_BIT;
}

static ssize_t read_broken(int fd, const struct iovec *iov, size_t size, int nr, off_t pos)
{
	if (how == EMPTY_READ)
		return size;
	if (how == NEIGHBOURS_READ)
		return kernel_vector(SYS_preadv2, fd, iov, nr, pos + SECTOR, 0);
	size = kernel_vector(SYS_preadv2, fd, iov, nr, pos, 0);
	((char *)iov->iov_base)[iov->iov_len - 1] ^= 0x10;
	return size;
}

ssize_t preadv2(int fd, const struct iovec *iov, int nr, off_t pos, int flags)
{
	size_t size = bytes_of(iov, nr);
	ssize_t done;

	pthread_mutex_lock(&lock);
	do_late_write(fd);
	if (is_due(can_break_read(fd, size, pos)))
		done = read_broken(fd, iov, size, nr, pos);
	else
		done = kernel_vector(SYS_preadv2, fd, iov, nr, pos, flags);
	if (how == STALE_READ && kept.size)
		put_stale(iov, nr, pos);
	pthread_mutex_unlock(&lock);
	return done;
}

/* --- the others */

static bool can_break_range(int mode)
{
	if (how == LARGE_DISCARD)
		return mode & FALLOC_FL_PUNCH_HOLE;
	return (how == LOST_ZEROES || how == LARGE_ZEROES) && mode & FALLOC_FL_ZERO_RANGE;
}

int fallocate(int fd, int mode, off_t pos, off_t size)
{
	int failed = 0;

	pthread_mutex_lock(&lock);
	do_late_write(fd);
	if (!is_due(can_break_range(mode)))
		failed = syscall(SYS_fallocate, fd, mode, pos, size);
	else if (how != LOST_ZEROES)
		failed = syscall(SYS_fallocate, fd, mode, pos, size + SECTOR);
	pthread_mutex_unlock(&lock);
	return failed;
}
