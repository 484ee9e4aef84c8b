// SPDX-License-Identifier: GPL-2.0-only
/*
 * A device that somebody took away between its making and the header that is to be written to
 * it: nothing is to be done to whatever has its place.
 */
#include <errno.h>
#include <stdbool.h>

#include "test.h"

#include "cli.h"
#include "crypt.h"
#include "face.h"
#include "message.h"

static bool is_touched;

static int hold_none(const struct device *device)
{
	(void)device;
	return -ENXIO;
}

static int touch(const struct device *device)
{
	(void)device;
	is_touched = true;
	return 0;
}

int container_begin(struct container *container, const char *device, const char *name)
{
	(void)container;
	(void)device;
	(void)name;
	is_touched = true;
	return STATUS_FAILED;
}

int failed(const char *thing, const char *reason, ...)
{
	(void)thing;
	(void)reason;
	return STATUS_FAILED;
}

int main(void)
{
	const struct face face = {
		.hold = hold_none, .remove_deferred = touch, .keep = touch,
	};
	const struct device device = { .face = &face, .name = "x.crypt", .path = "/dev/null" };
	const struct crypt_options options = { .type = "luks2", .formats = true, .is_forced = true };
	struct key key = { 0 };

	CHECK(crypt_open(&options, &device, "x", &key) == STATUS_FAILED);
	CHECK(!is_touched);
	return 0;
}
