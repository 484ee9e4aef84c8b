// SPDX-License-Identifier: GPL-2.0-only
/*
 * What FLOOP_DISK_ATTACH asks for, as far as it can be judged without the file.
 */
#include <linux/blkdev.h>
#include <linux/ctype.h>
#include <linux/loop.h>

#include "../core/refusal.h"
#include "request.h"

#define FLAGS	(LO_FLAGS_READ_ONLY | LO_FLAGS_AUTOCLEAR | LO_FLAGS_PARTSCAN)

static int check_range(const struct floop_attach *r)
{
	if ((s64)r->offset < 0 || (s64)r->size < 0)
		return floop_fail(-EINVAL, "offset or size is too large: expected fewer than 2^63 bytes");
	if (r->size && r->size < SECTOR_SIZE)
		return floop_fail(-EINVAL, "a size of %llu bytes is less than a sector", r->size);
	return 0;
}

/*
 * It becomes the name of a link, which udev's rules take for several where it has a blank;
 * so it has what device-mapper's links have, where other bytes are written \xHH.
 */
static bool name_has_bad_character(const char *name)
{
	for (; *name; name++)
		if (!isascii(*name) || (!isalnum(*name) && !strchr("#+-.:=@_\\", *name)))
			return true;
	return false;
}

static int check_name(const char *name)
{
	if (strnlen(name, FLOOP_DISK_NAME_SIZE) == FLOOP_DISK_NAME_SIZE)
		return floop_fail(-EINVAL, "the name does not end within %d bytes",
				  FLOOP_DISK_NAME_SIZE);
	if (name_has_bad_character(name))
		return floop_fail(-EINVAL, "the name has a character that is neither a letter nor a digit nor one of #+-.:=@_\\");
	if (!strcmp(name, ".") || !strcmp(name, ".."))
		return floop_fail(-EINVAL, "the name is one that every folder has");
	return 0;
}

static int read_options(struct floop_options *options, char *words)
{
	const char *wrong;

	if (strnlen(words, FLOOP_DISK_OPTIONS_SIZE) == FLOOP_DISK_OPTIONS_SIZE)
		return floop_fail(-EINVAL, "the options do not end within %d bytes",
				  FLOOP_DISK_OPTIONS_SIZE);
	wrong = floop_options_parse_line(options, words);
	return wrong ? floop_fail(-EINVAL, "%s", wrong) : 0;
}

int floop_request_read(struct floop_attach *r, struct floop_options *options)
{
	int err = check_range(r);

	if (!err && r->flags & ~FLAGS)
		err = floop_fail(-EINVAL, "unknown flags %#x", r->flags & ~FLAGS);
	if (!err)
		err = check_name(r->name);
	if (!err)
		err = read_options(options, r->options);
	return err;
}
