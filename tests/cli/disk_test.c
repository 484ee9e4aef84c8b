// SPDX-License-Identifier: GPL-2.0-only
/*
 * A disk that was chosen by what was attached to it: whoever holds it must have that one, and
 * no other file that has taken its place meanwhile, since a header is written to it.
 */
#include <errno.h>
#include <linux/fs.h>
#include <linux/loop.h>
#include <stdarg.h>
#include <stdbool.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include "test.h"

#include "disk.h"

static unsigned long long number;	/* of what is attached, or was last */
static bool is_attached;
static bool is_taken_at_once;	/* by another file, when it is looked at */

int test_ioctl(int fd, unsigned long request, ...)
{
	va_list args;

	(void)fd;
	if (request == LOOP_GET_STATUS64) {
		if (is_taken_at_once) {
			number++;
			is_attached = true;
		}
		errno = ENXIO;
		return is_attached ? 0 : -1;
	}
	va_start(args, request);
	*va_arg(args, unsigned long long *) = number;
	va_end(args);
	return request == BLKGETDISKSEQ ? 0 : -1;
}

static const struct disk seventh = { "/dev/null", "/dev/fastloop/x", "7" };

static int held(unsigned long long now, bool attached, bool taken)
{
	int fd;

	number = now;
	is_attached = attached;
	is_taken_at_once = taken;
	fd = disk_hold(&seventh);
	if (fd < 0)
		return fd;
	close(fd);
	return 0;
}

int main(void)
{
	const struct disk gone = { "/dev/there is none", "/dev/fastloop/x", "7" };

	CHECK(held(7, true, false) == 0);
	CHECK(held(8, true, false) == -ENXIO);
	CHECK(held(7, false, false) == -ENXIO);
	CHECK(held(7, false, true) == -ENXIO);
	CHECK(disk_hold(&gone) == -ENOENT);
	return 0;
}
