// SPDX-License-Identifier: GPL-2.0-only
/*
 * Detaching a disk of the loop driver, whose every answer is the test's: above all that of
 * kernels before 6.8, where the disk is free as soon as it has no file, and may have the next
 * one's before we look at it again.
 */
#include <errno.h>
#include <fcntl.h>
#include <linux/loop.h>
#include <stdarg.h>
#include <stdio.h>
#include <unistd.h>

#include "test.h"

#include "disk.h"
#include "links.h"
#include "loop.h"
#include "message.h"
#include "note.h"
#include "sysfs.h"

static struct loop_info64 info;
static int identity;		/* of what is attached; 0: nothing */
static bool is_taken_at_once;	/* by somebody whose disk goes away with its last user */
static bool has_others;		/* that have it open */
static int set_err;
static int links_removed, nr_remarks;

/* --- the driver */

static int driver_clear(void)
{
	if (has_others) {
		info.lo_flags |= LO_FLAGS_AUTOCLEAR;
		return 0;
	}
	identity = is_taken_at_once ? identity + 1 : 0;
	info.lo_flags = is_taken_at_once ? LO_FLAGS_AUTOCLEAR : 0;
	return 0;
}

int fd_ioctl(int fd, unsigned long request, void *arg)
{
	(void)fd;
	switch (request) {
	case LOOP_GET_STATUS64:
		*(struct loop_info64 *)arg = info;
		return identity ? 0 : -ENXIO;
	case LOOP_CLR_FD:
		return driver_clear();
	case LOOP_SET_STATUS64:
		if (!set_err)
			info = *(struct loop_info64 *)arg;
		return set_err;
	default:
		return -EINVAL;
	}
}

bool disk_has_identity(int fd, const char *text)
{
	(void)fd;
	return atoi(text) == identity;
}

int disk_open(const struct disk *disk)
{
	(void)disk;
	return open("/dev/null", O_RDONLY | O_CLOEXEC);
}

/* --- what else there is */

void disk_links_remove(const struct disk *disk) { (void)disk; links_removed++; }
void note_remove(const char *node, const char *id) { (void)node; (void)id; }
void remark(const char *thing, const char *format, ...) { (void)thing; (void)format; nr_remarks++; }
void link_forget(const char *name, const char *node, const char *id)
{
	(void)name;
	(void)node;
	(void)id;
}

/* --- */

static int detached(uint32_t flags)
{
	const struct disk disk = { "/dev/loop0", "/dev/fastloop/a", "7" };

	info = (struct loop_info64) { .lo_flags = flags };
	identity = 7;
	links_removed = nr_remarks = 0;
	return loop_detach(&disk);
}

static void free_at_once(void)
{
	CHECK(detached(0) == 0 && links_removed == 1);
	is_taken_at_once = true;
	CHECK(detached(0) == 0 && links_removed == 1);
	CHECK(info.lo_flags & LO_FLAGS_AUTOCLEAR);
	is_taken_at_once = false;
}

static void in_use(void)
{
	has_others = true;
	CHECK(detached(0) == -EBUSY && !links_removed);
	CHECK(!(info.lo_flags & LO_FLAGS_AUTOCLEAR));
	CHECK(detached(LO_FLAGS_AUTOCLEAR) == -EBUSY && !links_removed && !nr_remarks);
	CHECK(info.lo_flags & LO_FLAGS_AUTOCLEAR);
	/* what can not be taken back is said */
	set_err = -EINTR;
	CHECK(detached(0) == -EBUSY && nr_remarks == 1);
	set_err = 0;
	has_others = false;
}

int main(void)
{
	free_at_once();
	in_use();
	return 0;
}
