// SPDX-License-Identifier: GPL-2.0-only
/*
 * Where a writer says that a record is safe: in the log of the disk's writes,
 * so that the log knows what had been acknowledged before which of them; or on
 * stdout, for somebody outside of a machine that is about to be killed.
 *
 * By the bare ioctl, as a dmsetup per record would be most of the load.
 */
#include <fcntl.h>
#include <linux/dm-ioctl.h>
#include <stddef.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include "ack.h"
#include "die.h"

struct message {
	struct dm_ioctl head;
	struct dm_target_msg target;
	char text[256];
};

static const char *device;
static int control = -1;

void ack_open(const char *where)
{
	if (!strcmp(where, "-"))
		return;
	device = where;
	control = open("/dev/mapper/control", O_RDWR | O_CLOEXEC);
	if (control < 0)
		die("/dev/mapper/control");
}

static void mark(const char *writer, unsigned int n)
{
	struct message m = {
		.head.version = { 4, 0, 0 },
		.head.data_size = sizeof(m),
		.head.data_start = offsetof(struct message, target),
	};

	strncpy(m.head.name, device, sizeof(m.head.name) - 1);
	snprintf(m.text, sizeof(m.text), "mark %s=%u", writer, n);
	if (ioctl(control, DM_TARGET_MSG, &m))
		die("mark on %s", device);
}

/* One write each, so that the lines of several writers do not mix. */
static void print(const char *writer, unsigned int n)
{
	char line[256];
	int len = snprintf(line, sizeof(line), "ack %s=%u\n", writer, n);

	if (write(STDOUT_FILENO, line, len) != len)
		die("stdout");
}

void ack(const char *writer, unsigned int n)
{
	if (device)
		mark(writer, n);
	else
		print(writer, n);
}
