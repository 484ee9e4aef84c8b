// SPDX-License-Identifier: GPL-2.0-only
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include "attachment.h"
#include "backing.h"
#include "cli.h"
#include "engine.h"
#include "face.h"
#include "floop_target.h"
#include "message.h"
#include "names.h"
#include "native.h"
#include "opened.h"
#include "partitions.h"
#include "reasons.h"
#include "removal.h"
#include "signals.h"

#define SECTOR_SIZE	512
#define LOCK_PATH	"/run/fastloop.lock"

struct attachment {
	const struct attach_options *options;
	const struct face *face;
	const struct backing *backing;
	struct making making;
	struct key key;			/* of what is encrypted */
	char name_below[DEVMAPPER_NAME_SIZE];
	char list[128];			/* the options of a table line */
	int (*use)(const struct device *device, void *arg);
	void *arg;
};

/* --- the options of a table line */

/* Behind the others in a list of words, which is large enough; counts it. */
static void option_append(struct attachment *attachment, const char *key, const char *value)
{
	size_t len = strlen(attachment->list);

	snprintf(attachment->list + len, sizeof(attachment->list) - len, " %s:%s", key, value);
	attachment->making.nr_options++;
}

/* Only where they differ from the kernel's defaults */
static void list_print(struct attachment *attachment)
{
	const struct attach_options *options = attachment->options;

	if (strcmp(options->map, "auto"))
		option_append(attachment, FLOOP_OPT_MAP, options->map);
	if (strcmp(options->io, "auto"))
		option_append(attachment, FLOOP_OPT_IO, options->io);
	if (options->discard)
		option_append(attachment, FLOOP_OPT_DISCARD, options->discard);
	if (options->sector)
		option_append(attachment, FLOOP_OPT_SECTOR, options->sector);
	if (options->pins_map)
		option_append(attachment, FLOOP_OPT_PIN, "map");
}

static unsigned int sector_of(const struct attachment *attachment)
{
	const char *asked = attachment->options->sector;

	return asked ? (unsigned int)strtoul(asked, NULL, 10) : attachment->backing->block_size;
}

/* The name is that of what is opened. */
static const char *name_of(struct attachment *attachment)
{
	const struct attach_options *options = attachment->options;

	if (!options->crypt.type || !options->name)
		return options->name;
	snprintf(attachment->name_below, sizeof(attachment->name_below), "%s" OPENED_BELOW,
		 options->name);
	return attachment->name_below;
}

static void making_fill(struct attachment *attachment)
{
	struct making *making = &attachment->making;

	list_print(attachment);
	making->backing = attachment->backing;
	making->name = name_of(attachment);
	making->is_encrypted = attachment->options->crypt.type;
	making->options = attachment->list;
	making->is_read_only = attachment->options->is_read_only;
	making->is_shared = attachment->options->is_shared;
	making->leaves_after_use = attachment->options->leaves_after_use;
	making->io = attachment->options->io;
	making->sector = sector_of(attachment);
}

/* --- the engine */

/* What the kernel's loop driver can not do is not left out without a word. */
static int loop_check(const struct attachment *attachment)
{
	const struct attach_options *options = attachment->options;
	const struct engine_reason *why = attachment->making.why;

	if (options->pins_map || !strcmp(options->map, "require"))
		return refused(attachment->backing->name, why->token, why->sentence);
	if (options->leaves_after_use)
		return failed(attachment->backing->name,
			      "--autoclear: engine kernel-loop waits for no user; fastloop mount needs none: %s",
			      why->sentence);
	if (options->discard && strcmp(options->discard, "punch"))
		return failed(attachment->backing->name,
			      "--discard %s: not to be had of engine kernel-loop, which punches: %s",
			      options->discard, why->sentence);
	return STATUS_DONE;
}

static bool is_loop_told(const struct attach_options *options)
{
	return options->engine && !strcmp(options->engine, ENGINE_KERNEL_LOOP);
}

static bool is_fastloop_told(const struct attach_options *options)
{
	return options->face || (options->engine && !is_loop_told(options));
}

/* The kernel's loop driver takes the place of a module that is not there: never silently. */
static int engine_choose(struct attachment *attachment)
{
	const struct attach_options *options = attachment->options;
	int err = 0;

	attachment->face = face_find(options->face ? options->face : "native");
	if (is_loop_told(options))
		attachment->making.why = &engine_asked_for;
	else if (!is_fastloop_told(options) && (err = native_load()))
		attachment->making.why = engine_reason_from_errno(err);
	if (!attachment->making.why)
		return STATUS_DONE;
	attachment->face = &face_loop;
	return loop_check(attachment);
}

/* --- steps */

/* A device without a node is of no use to anyone. */
static int node_check(const struct device *device)
{
	struct stat st;

	if (stat(device->path, &st))
		return failed(device->path, "the device's node did not appear: %s",
			      strerror(errno));
	if (!S_ISBLK(st.st_mode) || st.st_rdev != device->dev)
		return failed(device->path, "something else stands in the node's place");
	return STATUS_DONE;
}

static int device_check(const struct attachment *attachment, const struct device *device)
{
	const struct backing *backing = attachment->backing;

	if (!device_may_have_file(device, &backing->id))
		return failed(backing->name, "the kernel attached another file: %s",
			      device->backing_file ? device->backing_file : "?");
	return node_check(device);
}

/* Nor is what it does not give; who asked for it by its name knows that. */
static void engine_remark(const struct attachment *attachment, const struct device *device)
{
	const char *name = attachment->backing->name;

	if (attachment->making.why != &engine_asked_for)
		remark(name, "engine %s: %s: slower, and nobody is kept from changing the file",
		       device->face->engine, token_sentence(device->reason));
	if (*attachment->making.remark)
		remark(name, "%s", attachment->making.remark);
}

/* In file mode by the kernel's choice: never silently */
static void mode_remark(const struct attachment *attachment, const struct device *device)
{
	if (device->face == &face_loop) {
		engine_remark(attachment, device);
		return;
	}
	if (!device->mode || strcmp(device->mode, FLOOP_MODE_FILE) || !device->reason ||
	    !strcmp(attachment->options->map, "never"))
		return;
	remark(attachment->backing->name, "attached in file mode: %s (%s)",
	       token_sentence(device->reason), device->reason);
}

static int partitions_add(const struct attachment *attachment, const struct device *device)
{
	return attachment->options->has_partitions ? partitions_make(device) : STATUS_DONE;
}

static int device_hand_over(const struct attachment *attachment, const struct device *device)
{
	int status;

	if (signal_is_waiting())
		return failed(attachment->backing->name, "interrupted");
	status = attachment->use(device, attachment->arg);
	if (!status && !attachment->options->is_quiet)
		mode_remark(attachment, device);
	return status;
}

static int device_finish(const struct attachment *attachment, const struct device *device)
{
	int status = device_check(attachment, device);

	if (!status)
		status = partitions_add(attachment, device);
	if (!status)
		status = device_hand_over(attachment, device);
	if (status && attachment->options->has_partitions)
		partitions_unmake(device);
	return status;
}

static int made_read(const struct attachment *attachment, struct device_list *list)
{
	const char *name = attachment->making.made;
	int status = devices_read_one(list, name);

	/* The faces have no lock that all would wait for: each looks again. */
	if (!status && list->nr > 1)
		status = failed(name, "this device name is in use");
	else if (!status && !list->nr)
		status = failed(name, "somebody else changed the device meanwhile");
	return status;
}

/* With what was opened above it */
static int opened_finish(struct attachment *attachment)
{
	struct device_list list;
	int status = made_read(attachment, &list);

	if (!status && !list.rows[0].opened)
		status = failed(attachment->making.made, "somebody else closed what was opened");
	else if (!status)
		status = device_hand_over(attachment, &list.rows[0]);
	if (status && list.nr == 1 && !device_remove(&list.rows[0]))
		*attachment->making.made = '\0';
	devices_free(&list);
	return status;
}

static int encrypted_finish(struct attachment *attachment, const struct device *device)
{
	int status = device_check(attachment, device);

	if (!status)
		status = crypt_open(&attachment->options->crypt, device,
				    attachment->backing->name, &attachment->key);
	key_free(&attachment->key);
	return status ? status : opened_finish(attachment);
}

static int made_finish(struct attachment *attachment)
{
	struct device_list list;
	int status = made_read(attachment, &list);

	if (!status && attachment->options->crypt.type)
		status = encrypted_finish(attachment, &list.rows[0]);
	else if (!status)
		status = device_finish(attachment, &list.rows[0]);
	devices_free(&list);
	return status;
}

/* --- all or nothing */

static int device_make(struct attachment *attachment)
{
	struct making *making = &attachment->making;
	int status = attachment->face->make(making);

	if (!status)
		status = made_finish(attachment);
	if (status && *making->made)
		attachment->face->unmake(making);
	return status;
}

/* --- a device that is there already */

static bool is_pin_fine(const struct attachment *attachment, const struct device *device)
{
	return !attachment->options->pins_map || strstr(device->options, FLOOP_OPT_PIN ":");
}

/* A map that was required, or pinned, is not given up without a word. */
static bool is_mode_fine(const struct attachment *attachment, const struct device *device)
{
	return strcmp(attachment->options->map, "require") ||
	       (device->mode && !strcmp(device->mode, FLOOP_MODE_MAPPED));
}

/* Nor is the engine, if one was told. */
static bool is_engine_fine(const struct attachment *attachment, const struct device *device)
{
	const struct attach_options *options = attachment->options;

	return (!options->engine && !options->face) ||
	       !strcmp(device->face->engine, attachment->face->engine);
}

/* Its maker waits for a key, or somebody has just closed what was opened. */
static bool is_about_to_be_opened(const struct device *device)
{
	char opened[DEVMAPPER_NAME_SIZE];

	return device->is_leaving && opened_name(device->name, opened, sizeof(opened));
}

static bool is_the_same(const struct attachment *attachment, const struct device *device)
{
	return device->is_ours && !device->is_half_made && !device->opened &&
	       !is_about_to_be_opened(device) &&
	       device_has_file(device, &attachment->backing->id) &&
	       device->offset == attachment->making.range.offset &&
	       device->sectors == attachment->making.range.size / SECTOR_SIZE &&
	       device->is_read_only == attachment->options->is_read_only &&
	       is_engine_fine(attachment, device) && is_pin_fine(attachment, device) &&
	       is_mode_fine(attachment, device);
}

/* One that is about to leave stays, or has just left and is none. */
static const struct device *device_find(const struct attachment *attachment,
					const struct device_list *list)
{
	size_t i;

	for (i = 0; i < list->nr; i++)
		if (is_the_same(attachment, &list->rows[i]) &&
		    (!list->rows[i].is_leaving || !list->rows[i].face->keep(&list->rows[i])))
			return &list->rows[i];
	return NULL;
}

static const char way_out[] = "fastloop detach removes it";

/* What keeps it from serving as the one that is asked for */
static int named_way_check(const struct attachment *attachment, const struct device *device)
{
	char sentence[256];

	if (!is_engine_fine(attachment, device))
		return failed(device->name, "attached already, by engine %s; %s",
			      device->face->engine, way_out);
	if (!is_pin_fine(attachment, device))
		return failed(device->name, "attached already, and its map is not pinned; %s",
			      way_out);
	if (is_mode_fine(attachment, device))
		return STATUS_DONE;
	snprintf(sentence, sizeof(sentence), "attached already, in file mode: %s",
		 device->reason ? token_sentence(device->reason) : "it is not mapped");
	return refused(device->name, device->reason ? device->reason : FLOOP_NO_REASON, sentence);
}

/* What keeps a device from being the one that is asked for by its name */
static int named_check(const struct attachment *attachment, const struct device *device)
{
	int status;

	if (device->is_half_made)
		return failed(device->name, "half made; %s", way_out);
	if (strcmp(device->name, attachment->options->name))
		return failed(attachment->options->name, "attached already, and opened by --crypt; %s",
			      way_out);
	if (!device_has_file(device, &attachment->backing->id))
		return failed(device->name, "attached already, of another file: %s; %s",
			      device->backing_file ? device->backing_file : "?", way_out);
	if (device->offset != attachment->making.range.offset)
		return failed(device->name, "attached already, from another byte on: %llu; %s",
			      (unsigned long long)device->offset, way_out);
	if (device->sectors != attachment->making.range.size / SECTOR_SIZE)
		return failed(device->name, "attached already, of another length: %llu bytes; %s",
			      (unsigned long long)device->sectors * SECTOR_SIZE, way_out);
	if (device->is_read_only != attachment->options->is_read_only)
		return failed(device->name, "attached already, and %s; %s",
			      device->is_read_only ? "read-only" : "not read-only", way_out);
	status = named_way_check(attachment, device);
	if (!status && device->is_leaving && device->face->keep(device))
		return failed(device->name, "on its way out; try again");
	return status;
}

static int existing_find(const struct attachment *attachment, const struct device_list *list,
			 const struct device **device)
{
	if (!attachment->options->takes_named) {
		*device = device_find(attachment, list);
		return STATUS_DONE;
	}
	*device = devices_find(list, attachment->options->name);
	return *device ? named_check(attachment, *device) : STATUS_DONE;
}

static int device_find_or_make(struct attachment *attachment)
{
	const struct device *device = NULL;
	struct device_list list;
	int status = devices_read(&list);

	if (!status)
		status = existing_find(attachment, &list, &device);
	if (device && !status)
		status = partitions_add(attachment, device);
	if (device && !status)
		status = device_hand_over(attachment, device);
	if (!device && !status)
		status = device_make(attachment);
	devices_free(&list);
	return status;
}

/* Two that both find nothing would both make a device. */
static int others_wait_for(const struct attachment *attachment, int *lock)
{
	const struct attach_options *options = attachment->options;

	*lock = -1;
	if (!options->takes_existing && !options->takes_named)
		return STATUS_DONE;
	*lock = open(LOCK_PATH, O_CREAT | O_RDWR | O_CLOEXEC | O_NOFOLLOW, 0600);
	if (*lock < 0 || flock(*lock, LOCK_EX))
		return failed(LOCK_PATH, "%s", strerror(errno));
	return STATUS_DONE;
}

static int device_attach(struct attachment *attachment, bool is_alone)
{
	int status;

	signals_hold();
	status = is_alone ? device_find_or_make(attachment) : device_make(attachment);
	key_free(&attachment->key);
	signals_release();
	return status;
}

/* The wait for others may have no end; signals are not held yet, and end it. */
static int device_attach_in_turn(struct attachment *attachment)
{
	int lock, status = others_wait_for(attachment, &lock);

	if (status)
		key_free(&attachment->key);
	else
		status = device_attach(attachment, lock >= 0);
	if (lock >= 0)
		close(lock);
	return status;
}

/* --- entry points */

/* The device below has another name, and would be made, and be given a header, first. */
static int opened_name_check(const struct attach_options *options)
{
	if (!options->crypt.type || !options->name || !name_is_taken(options->name))
		return STATUS_DONE;
	return failed(options->name, "this device name is in use");
}

static int backing_attach(struct attachment *attachment)
{
	const struct attach_options *options = attachment->options;
	int status;

	status = backing_range(attachment->backing, &options->offset, &options->size,
			       &attachment->making.range);
	if (status)
		return status;
	if (geteuid())
		return failed(attachment->backing->name, "only root may attach it");
	making_fill(attachment);
	status = engine_choose(attachment);
	if (!status)
		status = attachment->face->begin();
	if (!status)
		status = opened_name_check(options);
	/* Whoever is to type it keeps nobody waiting. */
	if (!status)
		status = crypt_key_fetch(&options->crypt, &attachment->key);
	return status ? status : device_attach_in_turn(attachment);
}

static const char *pin_wrong(const struct attach_options *options)
{
	if (options->is_shared || !strcmp(options->map, "never"))
		return "insists on the map that is given up otherwise; leave out one of them";
	if (options->discard && !strcmp(options->discard, "punch"))
		return "keeps the blocks that --discard punch gives back; leave out one of them";
	return NULL;
}

/* Told by its name, and told what it does not have */
static const char *loop_told_wrong(const struct attach_options *options, const char **option)
{
	*option = "face";
	if (options->face)
		return "engine kernel-loop has none; leave out one of them";
	*option = options->pins_map ? "pin-map" : "map require";
	if (options->pins_map || !strcmp(options->map, "require"))
		return "insists on the map that engine kernel-loop does not have; leave out one of them";
	return NULL;
}

const char *attach_options_wrong(const struct attach_options *options, const char **option)
{
	const char *wrong = NULL;

	*option = "shared";
	if (options->is_shared && !strcmp(options->map, "require"))
		return "gives the map up that --map require insists on; leave out one of them";
	*option = "pin-map";
	if (options->pins_map)
		wrong = pin_wrong(options);
	if (!wrong && is_loop_told(options))
		wrong = loop_told_wrong(options, option);
	return wrong;
}

/* What is meant for what is in the image is not done to what is encrypted. */
static int encrypted_check(const struct attach_options *options)
{
	int status = crypt_options_check(&options->crypt, options->is_read_only, options->name);

	if (status || !options->crypt.type)
		return status;
	if (options->takes_existing)
		return misused("--find-existing", "with --crypt a device is always made; leave out one of them");
	if (options->has_partitions)
		return misused("--partitions", "not of an encrypted image; kpartx makes those of what is opened");
	return STATUS_DONE;
}

/* Before it has a user a device of the other kinds would be gone. */
static int autoclear_check(const struct attach_options *options)
{
	if (!options->leaves_after_use)
		return STATUS_DONE;
	if (options->crypt.type)
		return misused("--autoclear", "is how --crypt does it; leave out one of them");
	if (options->takes_existing)
		return misused("--autoclear", "the one that --find-existing finds stays; leave out one of them");
	if (is_loop_told(options))
		return misused("--autoclear", "engine kernel-loop waits for no user; leave out one of them, or use fastloop mount");
	if (options->face && strcmp(options->face, "native"))
		return misused("--autoclear", "device-mapper waits for no user; leave --face dm out, or say detach --deferred once it has one");
	return STATUS_DONE;
}

static int options_check(struct attach_options *options)
{
	int status;

	const char *option, *wrong;
	char dashed[32];

	if (options->name && name_wrong(options->name))
		return misused("--name", "%s: %s", options->name, name_wrong(options->name));
	wrong = attach_options_wrong(options, &option);
	if (wrong) {
		snprintf(dashed, sizeof(dashed), "--%s", option);
		return misused(dashed, "%s", wrong);
	}
	status = encrypted_check(options);
	if (!status)
		status = autoclear_check(options);
	if (status)
		return status;
	if (options->is_shared)
		options->map = "never";
	return STATUS_DONE;
}

int file_attach(const char *file, struct attach_options *options,
		int (*use)(const struct device *device, void *arg), void *arg)
{
	struct backing backing;
	struct attachment attachment = {
		.options = options, .backing = &backing, .use = use, .arg = arg,
	};
	int status = options_check(options);

	if (status)
		return status;
	status = backing_open(&backing, file);
	if (status)
		return status;
	status = backing_attach(&attachment);
	backing_close(&backing);
	return status;
}

struct option_row attach_partitions_row(struct attach_options *o)
{
	return (struct option_row) { "partitions", NULL,
		"make devices of its partitions, too: NAMEp1, NAMEp2 ...",
		take_switch, &o->has_partitions };
}

struct option_row *attach_option_rows(struct option_row *row, struct attach_options *o)
{
	const struct option_row rows[] = {
		{ "map", "auto|require|never",
		  "auto (if nothing is said): map if it is safe; require: fail otherwise",
		  take_choice, &o->map },
		{ "pin-map", NULL, "map all of it and keep it so, as swap needs it; fail otherwise",
		  take_switch, &o->pins_map },
		{ "shared", NULL, "keep nobody from writing to the file, and give the map up",
		  take_switch, &o->is_shared },
		{ "io", "auto|direct|buffered",
		  "how the file system is used, where the file is not mapped",
		  take_choice, &o->io },
		{ "offset", "BYTES", "start so far into the file", take_size, &o->offset },
		{ "size", "BYTES", "end the device there, not where the file ends", take_length,
		  &o->size },
		{ "read-only", NULL, "refuse writes", take_switch, &o->is_read_only },
		{ "engine", "fastloop|kernel-loop",
		  "by fastloop's module, or fail; or by the kernel's loop driver",
		  take_choice, &o->engine },
		{ "face", "native|dm",
		  "a disk of fastloop's own (if nothing is said), or one of device-mapper's",
		  take_choice, &o->face },
		{ "name", "NAME", "name of the device, else one made from the file's", take_text,
		  &o->name },
		{ "discard", "punch|pass|ignore", "what becomes of discards", take_choice,
		  &o->discard },
		{ "sector-size", "512|1024|2048|4096",
		  "of the device, if not the lower device's", take_choice, &o->sector },
	};

	*o = (struct attach_options) { .map = "auto", .io = "auto" };
	memcpy(row, rows, sizeof(rows));
	return row + sizeof(rows) / sizeof(rows[0]);
}
