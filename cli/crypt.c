// SPDX-License-Identifier: GPL-2.0-only
#include <errno.h>
#include <limits.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "cli.h"
#include "crypt.h"
#include "face.h"
#include "message.h"
#include "opened.h"
#include "partition_table.h"
#include "sysfs.h"

#define MAX_KEY_BITS	1024
#define MAX_ITER_MS	600000
#define MAX_SECTOR	(INT64_MAX / 512)
#define NEW_HEADER	(16 << 20)	/* bytes, of LUKS2 */

/* --- options */

/* Digits alone, up to @most; 0 is none */
static bool number_read(const char *text, unsigned long most, uint64_t *number)
{
	*number = strtoul(text, NULL, 10);
	return !text[strspn(text, "0123456789")] && *number && *number <= most;
}

static const char *take_bits(const struct option_row *row, const char *text)
{
	uint64_t *bits = row->into;

	return number_read(text, MAX_KEY_BITS, bits) && !(*bits % 8) ?
		NULL : "not a number of bits of a key: 128, 192, 256, ...";
}

static const char *take_ms(const struct option_row *row, const char *text)
{
	return number_read(text, MAX_ITER_MS, row->into) ?
		NULL : "not a number of milliseconds, up to ten minutes";
}

static const char *take_sector(const struct option_row *row, const char *text)
{
	return number_read(text, MAX_SECTOR, row->into) ?
		NULL : "not the number of a sector of 512 bytes, from 1 on";
}

static const char *take_cipher(const struct option_row *row, const char *text)
{
	if (strlen(text) > 63)
		return "too long for a cipher";
	return take_text(row, text);
}

struct option_row crypt_key_file_row(const char **key_file)
{
	return (struct option_row) { "key-file", "FILE",
		"the key is in FILE, - is standard input; else it is asked for",
		take_text, key_file };
}

struct option_row *crypt_option_rows(struct option_row *row, struct crypt_options *o)
{
	const struct option_row rows[] = {
		{ "crypt", "luks|luks2|plain|loopaes", "the file is encrypted: open it as well",
		  take_choice, &o->type },
		crypt_key_file_row(&o->key_file),
		{ "allow-discards", NULL, "pass discards through the encryption", take_switch,
		  &o->allows_discards },
		{ "cipher", "CIPHER", "where no header says it: aes-cbc-plain for plain",
		  take_cipher, &o->cipher },
		{ "key-size", "BITS", "where no header says it: 256 for plain", take_bits,
		  &o->key_bits },
		{ "hash", "HASH", "what makes a key of a passphrase; plain: nothing", take_text,
		  &o->hash },
		{ "skip", "SECTORS", "the first sector has this number, not 0", take_sector,
		  &o->skip },
	};

	memcpy(row, rows, sizeof(rows));
	return row + sizeof(rows) / sizeof(rows[0]);
}

struct option_row *crypt_format_rows(struct option_row *row, struct crypt_options *o)
{
	const struct option_row rows[] = {
		{ "format", NULL, "make it a LUKS2 image first; what is in it is lost",
		  take_switch, &o->formats },
		{ "force", NULL, "with --format, whatever is in it", take_switch, &o->is_forced },
		{ "iter-time", "MS", "with --format, how long a try at the passphrase takes",
		  take_ms, &o->iter_ms },
	};

	memcpy(row, rows, sizeof(rows));
	return row + sizeof(rows) / sizeof(rows[0]);
}

/* --- what goes with what */

static bool is_luks(const struct crypt_options *options)
{
	return !strncmp(options->type, "luks", 4);
}

/* One that was given, of those that nothing is said of without --crypt */
static const char *lonely_option(const struct crypt_options *o)
{
	const struct {
		bool is_given;
		const char *name;
	} options[] = {
		{ o->key_file, "--key-file" }, { o->cipher, "--cipher" }, { o->hash, "--hash" },
		{ o->key_bits, "--key-size" }, { o->skip, "--skip" },
		{ o->allows_discards, "--allow-discards" }, { o->formats, "--format" },
		{ o->is_forced, "--force" }, { o->iter_ms, "--iter-time" }, { true, NULL },
	};
	int i = 0;

	while (!options[i].is_given)
		i++;
	return options[i].name;
}

static int format_check(const struct crypt_options *options, bool is_read_only)
{
	if (!options->formats && (options->is_forced || options->iter_ms))
		return misused(options->is_forced ? "--force" : "--iter-time",
			       "goes with --format only");
	if (!options->formats)
		return STATUS_DONE;
	if (!is_luks(options))
		return misused("--format", "--crypt %s has no header to be made", options->type);
	if (is_read_only)
		return misused("--format", "writes, which --read-only forbids; leave out one of them");
	return STATUS_DONE;
}

static int header_check(const struct crypt_options *options)
{
	static const char why[] = "a LUKS header says that; it goes with --crypt plain and loopaes";

	if (!is_luks(options))
		return STATUS_DONE;
	if (options->hash || options->skip)
		return misused(options->hash ? "--hash" : "--skip", "%s", why);
	if (!options->formats && (options->cipher || options->key_bits))
		return misused(options->cipher ? "--cipher" : "--key-size", "%s, or --format", why);
	return STATUS_DONE;
}

/* libcryptsetup and libdevmapper do not write others in one way. */
static int name_check(const char *name)
{
	if (!name)
		return STATUS_DONE;
	if (name[strspn(name, "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"
			      "0123456789._+-")])
		return failed(name, "with --crypt a name has letters, digits and . _ + - only");
	if (strlen(name) + strlen(OPENED_BELOW) >= DEVMAPPER_NAME_SIZE)
		return failed(name, "too long for a name with --crypt (%zu characters)",
			      DEVMAPPER_NAME_SIZE - 1 - strlen(OPENED_BELOW));
	return STATUS_DONE;
}

int crypt_options_check(const struct crypt_options *options, bool is_read_only,
			const char *name)
{
	int status;

	if (!options->type && lonely_option(options))
		return misused(lonely_option(options), "goes with --crypt only");
	if (!options->type)
		return STATUS_DONE;
	if (crypt_has_key_file_only(options) && !options->key_file)
		return misused("--crypt loopaes", "its keys are in a file: --key-file FILE, or - for standard input");
	status = format_check(options, is_read_only);
	if (!status)
		status = header_check(options);
	return status ? status : name_check(name);
}

int crypt_key_fetch(const struct crypt_options *options, struct key *key)
{
	*key = (struct key) { 0 };
	if (!options->type || !options->key_file)
		return STATUS_DONE;
	return key_read(key, options->key_file);
}

/* --- opening it */

/* What is to be opened above a device, which stays as long as @fd is open */
struct opening {
	const struct crypt_options *options;
	const struct device *device;
	const char *file;	/* in messages */
	struct key *key;
	int fd;
};

/* As far as the header of a new image reaches; noise is not known for anything by blkid. */
static int blank_check(const struct opening *opening)
{
	static char bytes[64 << 10], zeroes[sizeof(bytes)];
	ssize_t len = 1;
	off_t pos;

	for (pos = 0; len && pos < NEW_HEADER; pos += len) {
		len = pread(opening->fd, bytes, sizeof(bytes), pos);
		if (len < 0)
			return failed(opening->file, "%s", strerror(errno));
		if (memcmp(bytes, zeroes, (size_t)len))
			return failed(opening->file,
				      "is not empty, and --format would destroy what it has; --force does it all the same");
	}
	return STATUS_DONE;
}

/* What somebody has made is not lost by a slip. */
static int emptiness_check(const struct opening *opening)
{
	char type[64];
	int err = content_find(opening->fd, type, sizeof(type));

	if (err)
		return failed(opening->file, "%s", strerror(-err));
	if (*type)
		return failed(opening->file, "has something in it that --format would destroy (%s); --force does it all the same",
			      type);
	return blank_check(opening);
}

static int key_get(const struct opening *opening)
{
	if (opening->key->bytes)
		return STATUS_DONE;
	return key_ask(opening->key, opening->file, opening->options->formats);
}

static int container_fill(struct container *container, const struct opening *opening)
{
	const struct crypt_options *options = opening->options;
	int status = STATUS_DONE;

	if (options->formats && !options->is_forced)
		status = emptiness_check(opening);
	if (!status && !options->formats)
		status = container_load(container, options);
	if (!status)
		status = key_get(opening);
	if (!status && options->formats)
		status = container_format(container, options, opening->key);
	return status;
}

/* The kernel's own node: one that is about to leave may have no other. */
static int above_open(const struct opening *opening)
{
	const struct device *device = opening->device;
	char opened[DEVMAPPER_NAME_SIZE], node[PATH_MAX];
	struct container container;
	int status;

	if (!opened_name(device->name, opened, sizeof(opened)))
		return failed(device->name, "no name of a device below another one");
	lower_path(device->dev, node, sizeof(node));
	status = container_begin(&container, node, opening->file);
	if (status)
		return status;
	status = container_fill(&container, opening);
	if (!status)
		status = container_open(&container, opening->options, opened, opening->key,
					device->is_read_only);
	container_end(&container);
	return status;
}

/*
 * Its last user takes the device away: that is this process as long as nothing is opened,
 * even if it is killed, and what is opened then.
 */
static int leaving_open(const struct opening *opening)
{
	const struct device *device = opening->device;
	int err = device->face->remove_deferred(device), status;

	if (err)
		status = failed(device->name, "%s", face_error(device->face, err));
	else
		status = above_open(opening);
	if (status)
		device->face->keep(device);
	return status;
}

int crypt_open(const struct crypt_options *options, const struct device *device,
	       const char *file, struct key *key)
{
	const struct opening opening = {
		options, device, file, key, device->face->hold(device),
	};
	int status;

	if (opening.fd < 0)
		return failed(device->path, "somebody else changed the device meanwhile: %s",
			      strerror(-opening.fd));
	status = leaving_open(&opening);
	close(opening.fd);
	return status;
}

/* --- following a device that gets longer */

int following_begin(struct following *following, const struct device *device,
		    struct key *key)
{
	const struct opened *opened = device->opened;
	struct container *container = &following->container;
	int status;

	following->device = device;
	status = container_find(container, opened->name, opened->name);
	if (status || !container_wants_key(container, opened->name))
		return status;
	if (!key->bytes)
		status = key_ask(key, opened->name, false);
	if (!status)
		status = container_unlock(container, key);
	if (status)
		following_end(following);
	return status;
}

int following_run(struct following *following)
{
	return container_follow(&following->container, following->device->opened->name);
}

void following_end(struct following *following)
{
	container_end(&following->container);
}
