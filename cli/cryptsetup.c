// SPDX-License-Identifier: GPL-2.0-only
#include <errno.h>
#include <libcryptsetup.h>
#include <stdio.h>
#include <string.h>

#include "cli.h"
#include "cryptsetup.h"
#include "message.h"

#define HEADER_BYTES	(1 << 20)	/* both copies of a LUKS2 header lie in these */

/* Those that open what cryptoloop wrote */
#define PLAIN_CIPHER	"aes-cbc-plain"
#define PLAIN_KEY_BITS	256
#define PLAIN_HASH	"plain"		/* none: the passphrase, and zeroes behind it */
#define LUKS_CIPHER	"aes-xts-plain64"
#define LUKS_KEY_BITS	512
#define LOOPAES_CIPHER	"aes"
#define LOOPAES_KEY_BITS 256

/* --- what it says */

static char said[512];

/* Of several complaints the first is the cause.  Without the full stop and line feed */
static void message_keep(int level, const char *message, void *arg)
{
	size_t len;

	(void)arg;
	if (level != CRYPT_LOG_ERROR || *said)
		return;
	snprintf(said, sizeof(said), "%s", message);
	len = strlen(said);
	while (len && strchr(".\n ", said[len - 1]))
		said[--len] = '\0';
}

static void messages_forget(void)
{
	*said = '\0';
	crypt_set_log_callback(NULL, message_keep, NULL);
}

const char *cryptsetup_error(void)
{
	return said;
}

static int container_failed(const struct container *container, int err)
{
	return failed(container->name, "%s", *said ? said : strerror(-err));
}

/* --- words of the command line */

static bool is_plain(const struct crypt_options *options)
{
	return !strcmp(options->type, "plain");
}

bool crypt_has_key_file_only(const struct crypt_options *options)
{
	return !strcmp(options->type, "loopaes");
}

/* "aes-cbc-plain" is the cipher "aes" in the mode "cbc-plain" */
struct cipher {
	char name[64];
	const char *mode;	/* NULL: none */
	size_t key_size;	/* bytes */
};

static void cipher_read(struct cipher *cipher, const struct crypt_options *options,
			const char *usual, unsigned int usual_bits)
{
	char *dash;

	snprintf(cipher->name, sizeof(cipher->name), "%s",
		 options->cipher ? options->cipher : usual);
	dash = strchr(cipher->name, '-');
	if (dash)
		*dash++ = '\0';
	cipher->mode = dash;
	cipher->key_size = (options->key_bits ? options->key_bits : usual_bits) / 8;
}

/* --- beginning and end */

int container_begin(struct container *container, const char *device, const char *name)
{
	int err;

	messages_forget();
	*container = (struct container) { .name = name };
	err = crypt_init(&container->handle, device);
	return err ? container_failed(container, err) : STATUS_DONE;
}

int container_find(struct container *container, const char *opened, const char *name)
{
	int err;

	messages_forget();
	*container = (struct container) { .name = name };
	err = crypt_init_by_name(&container->handle, opened);
	return err ? container_failed(container, err) : STATUS_DONE;
}

void container_end(struct container *container)
{
	crypt_free(container->handle);
	container->handle = NULL;
}

/* --- headers */

static int luks_load(struct container *container, const struct crypt_options *options)
{
	bool is_any = !strcmp(options->type, "luks");
	int err = crypt_load(container->handle, is_any ? CRYPT_LUKS : CRYPT_LUKS2, NULL);

	if (!err)
		return STATUS_DONE;
	if (err == -EINVAL && !*said)
		return failed(container->name, "there is no %s header in it",
			      is_any ? "LUKS" : "LUKS2");
	return container_failed(container, err);
}

static const char *plain_hash(const struct crypt_options *options)
{
	const char *hash = options->hash ? options->hash : PLAIN_HASH;

	return strcmp(hash, "plain") ? hash : NULL;
}

static int plain_load(struct container *container, const struct crypt_options *options)
{
	struct crypt_params_plain params = {
		.hash = plain_hash(options), .skip = options->skip, .sector_size = 512,
	};
	struct cipher cipher;
	int err;

	cipher_read(&cipher, options, PLAIN_CIPHER, PLAIN_KEY_BITS);
	err = crypt_format(container->handle, CRYPT_PLAIN, cipher.name, cipher.mode, NULL, NULL,
			   cipher.key_size, &params);
	return err ? container_failed(container, err) : STATUS_DONE;
}

static int loopaes_load(struct container *container, const struct crypt_options *options)
{
	struct crypt_params_loopaes params = { .hash = options->hash, .skip = options->skip };
	struct cipher cipher;
	int err;

	cipher_read(&cipher, options, LOOPAES_CIPHER, LOOPAES_KEY_BITS);
	err = crypt_format(container->handle, CRYPT_LOOPAES, cipher.name, cipher.mode, NULL, NULL,
			   cipher.key_size, &params);
	return err ? container_failed(container, err) : STATUS_DONE;
}

int container_load(struct container *container, const struct crypt_options *options)
{
	if (is_plain(options))
		return plain_load(container, options);
	if (crypt_has_key_file_only(options))
		return loopaes_load(container, options);
	return luks_load(container, options);
}

/* A header without a key would pass for an image. */
static void header_wipe(struct container *container)
{
	crypt_wipe(container->handle, NULL, CRYPT_WIPE_ZERO, 0, HEADER_BYTES, HEADER_BYTES, 0,
		   NULL, NULL);
}

int container_format(struct container *container, const struct crypt_options *options,
		     const struct key *key)
{
	struct crypt_params_luks2 params = { 0 };	/* sectors as large as it can have them */
	struct cipher cipher;
	int err;

	cipher_read(&cipher, options, LUKS_CIPHER, LUKS_KEY_BITS);
	if (options->iter_ms)
		crypt_set_iteration_time(container->handle, options->iter_ms);
	err = crypt_format(container->handle, CRYPT_LUKS2, cipher.name, cipher.mode, NULL, NULL,
			   cipher.key_size, &params);
	if (err)
		return container_failed(container, err);
	err = crypt_keyslot_add_by_volume_key(container->handle, CRYPT_ANY_SLOT, NULL, 0,
					      key->bytes, key->size);
	if (err >= 0)
		return STATUS_DONE;
	header_wipe(container);
	return container_failed(container, err);
}

/* --- opening it */

static int unlock_failed(const struct container *container, int err)
{
	if (err == -EPERM || err == -ENOENT)
		return failed(container->name, "no key slot opens with this key");
	return container_failed(container, err);
}

/* Zeroes would be put in place of what is missing. */
static int plain_key_check(const struct container *container,
			   const struct crypt_options *options, const struct key *key)
{
	size_t wanted = (size_t)crypt_get_volume_key_size(container->handle);

	if (!is_plain(options) || !options->key_file || options->hash || key->size >= wanted)
		return STATUS_DONE;
	return failed(options->key_file,
		      "has %zu bytes, and the key %zu; with --hash it is taken for a passphrase",
		      key->size, wanted);
}

static uint32_t flags_of(const struct crypt_options *options, bool is_read_only)
{
	return (options->allows_discards ? CRYPT_ACTIVATE_ALLOW_DISCARDS : 0) |
	       (is_read_only ? CRYPT_ACTIVATE_READONLY : 0);
}

/* loop-AES's keys are lines, which libcryptsetup takes from a file only. */
static int keys_activate(struct container *container, const char *opened,
			 const struct key *key, uint32_t flags)
{
	char path[32];

	key_path(key, path, sizeof(path));
	return crypt_activate_by_keyfile_device_offset(container->handle, opened,
			CRYPT_ANY_SLOT, path, key->size, 0, flags);
}

int container_open(struct container *container, const struct crypt_options *options,
		   const char *opened, const struct key *key, bool is_read_only)
{
	uint32_t flags = flags_of(options, is_read_only);
	int status = plain_key_check(container, options, key), err;

	if (status)
		return status;
	if (crypt_has_key_file_only(options))
		err = keys_activate(container, opened, key, flags);
	else
		err = crypt_activate_by_passphrase(container->handle, opened, CRYPT_ANY_SLOT,
						   key->bytes, key->size, flags);
	return err < 0 ? unlock_failed(container, err) : STATUS_DONE;
}

/* --- its length */

bool container_wants_key(struct container *container, const char *opened)
{
	struct crypt_active_device active = { 0 };

	return !crypt_get_active_device(container->handle, opened, &active) &&
	       active.flags & CRYPT_ACTIVATE_KEYRING_KEY;
}

int container_unlock(struct container *container, const struct key *key)
{
	int err = crypt_activate_by_passphrase(container->handle, NULL, CRYPT_ANY_SLOT,
					       key->bytes, key->size, CRYPT_ACTIVATE_KEYRING_KEY);

	return err < 0 ? unlock_failed(container, err) : STATUS_DONE;
}

int container_follow(struct container *container, const char *opened)
{
	int err = crypt_resize(container->handle, opened, 0);

	return err ? container_failed(container, err) : STATUS_DONE;
}

/* --- closing it */

int cryptsetup_close(const char *opened)
{
	messages_forget();
	return crypt_deactivate(NULL, opened);
}
