// SPDX-License-Identifier: GPL-2.0-only
/*
 * fastloop grow and resize: a device of another length, while it is in use.
 *
 * The file is made longer first, by the device itself where nobody else could do that; then
 * the device, in its face's way.
 */
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/stat.h>
#include <linux/fs.h>
#include <unistd.h>

#include "backing.h"
#include "choose.h"
#include "cli.h"
#include "crypt.h"
#include "face.h"
#include "holders.h"
#include "message.h"
#include "opened.h"
#include "options.h"
#include "partitions.h"
#include "reasons.h"
#include "signals.h"
#include "size.h"

#define SECTOR_SIZE	512

/* A device that is to have @size bytes */
struct resizing {
	const struct device *device;
	struct backing backing;
	uint64_t size;
	bool is_forced;
	const char *key_file;	/* of what is opened above it, or NULL */
	struct key key;
};

static uint64_t size_now(const struct resizing *r)
{
	return r->device->sectors * SECTOR_SIZE;
}

/* --- what it will be */

/* "SIZE", or "+SIZE" */
static int size_check(const char *word)
{
	uint64_t size;
	const char *wrong = size_parse(word + (*word == '+'), &size);

	return wrong ? misused(word, "%s", wrong) : STATUS_DONE;
}

/* One that was checked: so many bytes, or so many more than now */
static int size_read(struct resizing *r, const char *word)
{
	bool is_more = *word == '+';

	size_parse(word + is_more, &r->size);
	if (is_more && __builtin_add_overflow(r->size, size_now(r), &r->size))
		return misused(word, "larger than any file");
	return STATUS_DONE;
}

static int sectors_check(const struct resizing *r)
{
	unsigned int sector = device_sector_size(r->device);

	if (!r->size)
		return failed(r->device->name, "a device needs at least one sector");
	if (r->size % sector)
		return failed(r->device->name, "%llu bytes are no multiple of its sectors of %u bytes",
			      (unsigned long long)r->size, sector);
	return STATUS_DONE;
}

/* --- whether it may */

static int device_check(const struct resizing *r, size_t nr_targets)
{
	const struct device *device = r->device;

	if (device->is_half_made)
		return failed(device->name, "it has no table; fastloop detach takes it away");
	if (nr_targets != 1 || device->start)
		return failed(device->name, "it is made of %zu targets: load its table by dmsetup",
			      nr_targets);
	return STATUS_DONE;
}

static int backing_check(struct resizing *r)
{
	const struct device *device = r->device;
	int status;

	if (!device->backing_file)
		return failed(device->name, "the path of its file is longer than the kernel can say");
	status = backing_open(&r->backing, device->backing_file);
	if (status)
		return status;
	if (device_has_file(device, &r->backing.id))
		return STATUS_DONE;
	backing_close(&r->backing);
	return failed(device->backing_file, "no longer the file that %s was made of", device->name);
}

static int unused_check(const struct resizing *r, const struct partition_list *partitions)
{
	struct holders holders;
	int status = STATUS_DONE;

	holders_of_parts(&holders, r->device->dev, partitions);
	if (holders.is_lasting)
		status = failed(r->device->name,
				"in use, and would lose its last %llu bytes: %s; --force does it all the same",
				(unsigned long long)(size_now(r) - r->size), holders.text);
	holders_free(&holders);
	return status;
}

/* Whoever uses what is cut off loses it, so nobody may. */
static int shrink_check(const struct resizing *r)
{
	struct partition_list partitions;
	int status;

	if (r->size < size_now(r) && r->device->opened)
		return failed(r->device->opened->name, "does not become shorter while it is open; detach it first");
	if (r->is_forced || r->size >= size_now(r))
		return STATUS_DONE;
	status = partitions_find(&partitions, r->device);
	if (!status)
		status = unused_check(r, &partitions);
	partitions_free(&partitions);
	return status;
}

/* --- doing it */

static int file_grow(const struct resizing *r)
{
	uint64_t end = r->device->offset + r->size;

	if (end <= r->backing.size)
		return STATUS_DONE;
	return r->device->face->grow(r->device, &r->backing, end);
}

/* Half of it was done: the file is longer, which harms nobody. */
static void file_remark(const struct resizing *r)
{
	struct stat st;

	if (!fstat(r->backing.fd, &st) && (uint64_t)st.st_size > r->backing.size)
		remark(r->backing.name, "is longer now, but %s is not", r->device->name);
}

/* What was mapped and is not any more: never silently */
static void mode_remark(const struct resizing *r)
{
	const struct device *before = r->device, *after;
	struct device_list list;

	if (!devices_read_one(&list, before->name) && list.nr == 1) {
		after = &list.rows[0];
		if (device_is_mapped(before) && after->reason)
			remark(before->name, "in file mode from now on: %s (%s)",
			       token_sentence(after->reason), after->reason);
	}
	devices_free(&list);
}

static int device_resize(const struct resizing *r)
{
	int status = file_grow(r);

	if (!status)
		status = r->device->face->resize(r->device, &r->backing, r->size);
	if (status)
		file_remark(r);
	mode_remark(r);
	return status;
}

static int opened_resize_run(struct resizing *r, struct following *following)
{
	const char *name = r->device->opened->name;
	int status = device_resize(r);

	if (status)
		return status;
	status = following_run(following);
	if (status)
		remark(name, "is as long as it was, on a longer device: cryptsetup resize %s", name);
	return status;
}

/* What needs a key asks for it before anything is changed. */
static int opened_resize(struct resizing *r)
{
	struct following following;
	int status = following_begin(&following, r->device, &r->key);

	if (status)
		return status;
	status = opened_resize_run(r, &following);
	following_end(&following);
	return status;
}

static int key_file_check(struct resizing *r)
{
	if (!r->key_file)
		return STATUS_DONE;
	if (!r->device->opened)
		return failed(r->device->name, "takes no --key-file: it was not opened by attach --crypt");
	return key_read(&r->key, r->key_file);
}

static int resizing_run(struct resizing *r)
{
	int status = sectors_check(r);

	if (!status)
		status = shrink_check(r);
	if (status || r->size == size_now(r))
		return status;
	status = key_file_check(r);
	if (status)
		return status;
	signals_hold();
	status = r->device->opened ? opened_resize(r) : device_resize(r);
	key_free(&r->key);
	signals_release();
	return status;
}

/* --- the verbs */

static int size_to_grow_to(struct resizing *r, const void *arg)
{
	int status = size_read(r, arg);

	if (!status && r->size < size_now(r))
		return failed(r->device->name, "it has %llu bytes, more than that; resize makes it shorter",
			      (unsigned long long)size_now(r));
	return status;
}

static int size_to_resize_to(struct resizing *r, const void *arg)
{
	const struct size_option *asked = arg;
	const struct size_option offset = { true, r->device->offset };
	struct range range;
	int status = backing_range(&r->backing, &offset, asked, &range);

	if (status)
		return status;
	r->size = range.size - (asked->is_given ? 0 : range.size % device_sector_size(r->device));
	return STATUS_DONE;
}

static int resize_word(struct resizing *r, const char *word,
		       int (*choose)(struct resizing *r, const void *arg), const void *arg)
{
	struct device_list list;
	int status = device_choose(&list, word);

	if (!status) {
		r->device = &list.rows[0];
		status = device_check(r, list.nr);
	}
	if (!status)
		status = backing_check(r);
	if (!status) {
		status = choose(r, arg);
		if (!status)
			status = resizing_run(r);
		backing_close(&r->backing);
	}
	devices_free(&list);
	return status;
}

int grow_verb(int argc, char **argv)
{
	struct resizing r = { 0 };
	const struct option_row options[] = {
		crypt_key_file_row(&r.key_file),
		{ 0 }
	};
	const struct syntax syntax = {
		.verb = "grow",
		.operands = "NAME|DEVICE|FILE SIZE|+SIZE",
		.about = "Make an attached device SIZE bytes long, or SIZE longer, and its file as\n"
			 "long as that takes, while it is in use.  SIZE takes K, M, G and T.",
		.min_operands = 2,
		.max_operands = 2,
		.is_for_root = true,
		.options = options,
	};
	int status;

	if (!options_read(&syntax, argc, argv, &status))
		return status;
	status = size_check(argv[optind + 1]);
	if (status)
		return status;
	return resize_word(&r, argv[optind], size_to_grow_to, argv[optind + 1]);
}

int resize_verb(int argc, char **argv)
{
	struct size_option size = { 0 };
	struct resizing r = { 0 };
	const struct option_row options[] = {
		{ "size", "BYTES", "this long, and not as long as the file lets it be", take_length,
		  &size },
		{ "force", NULL, "shorter even if somebody uses it", take_switch, &r.is_forced },
		crypt_key_file_row(&r.key_file),
		{ 0 }
	};
	const struct syntax syntax = {
		.verb = "resize",
		.operands = "NAME|DEVICE|FILE",
		.about = "Let an attached device end where its file ends now, while it is in use.\n"
			 "BYTES takes K, M, G and T, powers of 1024.",
		.min_operands = 1,
		.max_operands = 1,
		.is_for_root = true,
		.options = options,
	};
	int status;

	if (!options_read(&syntax, argc, argv, &status))
		return status;
	return resize_word(&r, argv[optind], size_to_resize_to, &size);
}
