// SPDX-License-Identifier: GPL-2.0-only
/*
 * Making the file of a disk of the loop driver longer, while somebody else does the same: his
 * bytes are not to be cut away.
 */
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#include "test.h"

#include "cli.h"
#include "device.h"
#include "face.h"
#include "message.h"

/* What the macros of build-unit keep from being called so here */
int real_fstat(int fd, struct stat *st) __asm__("fstat");
int real_fallocate(int fd, int mode, off_t pos, off_t len) __asm__("fallocate");

static char path[] = "/tmp/grow_test.XXXXXX";
static off_t other_end;		/* of somebody else, who comes between; 0: nobody */
static int refuses;		/* an errno, of a file system without fallocate() */

int fstat(int fd, struct stat *st)
{
	int err = real_fstat(fd, st);

	if (other_end)
		CHECK(!truncate(path, other_end));
	return err;
}

int fallocate(int fd, int mode, off_t pos, off_t len)
{
	errno = refuses;
	return refuses ? -1 : real_fallocate(fd, mode, pos, len);
}

int failed(const char *thing, const char *reason, ...)
{
	(void)thing;
	(void)reason;
	return STATUS_FAILED;
}

static off_t grown(off_t from, uint64_t end)
{
	const struct device device = { .name = path };
	struct backing backing = { .name = path };
	struct stat st;

	snprintf(backing.fd_path, sizeof(backing.fd_path), "%s", path);
	CHECK(!truncate(path, from));
	CHECK(face_loop.grow(&device, &backing, end) == STATUS_DONE);
	CHECK(!stat(path, &st));
	return st.st_size;
}

static void all_ways(void)
{
	CHECK(grown(4096, 1 << 20) == 1 << 20);
	CHECK(grown(1 << 20, 4096) == 1 << 20);
	CHECK(grown(0, 1) == 1);
}

int main(void)
{
	int fd = mkstemp(path);

	CHECK(fd >= 0);
	all_ways();
	refuses = EOPNOTSUPP;
	all_ways();
	refuses = 0;
	other_end = 2 << 20;
	CHECK(grown(4096, 1 << 20) == 2 << 20);
	unlink(path);
	close(fd);
	return 0;
}
