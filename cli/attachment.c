// SPDX-License-Identifier: GPL-2.0-only
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include "attachment.h"
#include "backing.h"
#include "cli.h"
#include "devmapper.h"
#include "floop_target.h"
#include "message.h"
#include "names.h"
#include "partitions.h"
#include "reasons.h"
#include "refusal.h"
#include "signals.h"
#include "sysfs.h"

#define SECTOR_SIZE	512
#define MAX_NAMES	100000	/* that share one file name */
#define LOCK_PATH	"/run/fastloop.lock"

struct attachment {
	const struct attach_options *options;
	const struct backing *backing;
	struct range range;
	char name[DEVMAPPER_NAME_SIZE];
	char uuid[DEVMAPPER_NAME_SIZE];
	char path[PATH_MAX];
	char params[256];
	int (*use)(const struct device *device, void *arg);
	void *arg;
};

/* --- the table line */

/* Behind the others in a list of words, which is large enough; counts it. */
static void option_append(char *list, size_t size, int *nr, const char *key, const char *value)
{
	size_t len = strlen(list);

	snprintf(list + len, size - len, " %s:%s", key, value);
	++*nr;
}

/* Options only where they differ from the kernel's defaults */
static void params_print(struct attachment *attachment)
{
	const struct attach_options *options = attachment->options;
	char list[128] = "", count[16] = "";
	int nr = 0;

	if (strcmp(options->map, "auto"))
		option_append(list, sizeof(list), &nr, FLOOP_OPT_MAP, options->map);
	if (strcmp(options->io, "auto"))
		option_append(list, sizeof(list), &nr, FLOOP_OPT_IO, options->io);
	if (options->discard)
		option_append(list, sizeof(list), &nr, FLOOP_OPT_DISCARD, options->discard);
	if (options->sector)
		option_append(list, sizeof(list), &nr, FLOOP_OPT_SECTOR, options->sector);
	if (options->pins_map)
		option_append(list, sizeof(list), &nr, FLOOP_OPT_PIN, "map");
	if (nr)
		snprintf(count, sizeof(count), " %d", nr);
	snprintf(attachment->params, sizeof(attachment->params), "%s %llu%s%s",
		 attachment->backing->fd_path,
		 (unsigned long long)attachment->range.offset, count, list);
}

static int target_missing(void)
{
	if (devmapper_absent())
		return failed("device-mapper", "%s", devmapper_absent());
	return failed("target " FLOOP_TARGET_NAME,
		      "module dm-loop is not installed: make install, then modprobe dm-loop");
}

/* --- steps */

static int uuid_make(char *uuid, size_t size)
{
	char random[64];

	if (!line_read("/proc/sys/kernel/random/uuid", random, sizeof(random)))
		return failed("/proc/sys/kernel/random/uuid", "%s", strerror(errno));
	snprintf(uuid, size, FLOOP_UUID_PREFIX "%s", random);
	return STATUS_DONE;
}

static int create_failed(const char *name, int err)
{
	if (err == -EBUSY)
		return failed(name, "this device name is in use");
	return failed(name, "%s", *devmapper_error() ? devmapper_error() : strerror(-err));
}

static int create_named(struct attachment *attachment)
{
	int err = devmapper_create(attachment->options->name, attachment->uuid);

	if (err)
		return create_failed(attachment->options->name, err);
	snprintf(attachment->name, sizeof(attachment->name), "%s", attachment->options->name);
	return STATUS_DONE;
}

/* Another attach may take the name between the question and the creation. */
static int create_unnamed(struct attachment *attachment)
{
	int err = -EBUSY;
	unsigned int i;

	for (i = 1; err == -EBUSY && i <= MAX_NAMES; i++) {
		name_from_file(attachment->name, attachment->backing->name, i);
		if (!devmapper_name_is_taken(attachment->name))
			err = devmapper_create(attachment->name, attachment->uuid);
	}
	return err ? create_failed(attachment->name, err) : STATUS_DONE;
}

static int device_create(struct attachment *attachment)
{
	int status = uuid_make(attachment->uuid, sizeof(attachment->uuid));

	if (status)
		return status;
	if (attachment->options->name)
		return create_named(attachment);
	return create_unnamed(attachment);
}

/* A device without a node is of no use to anyone. */
static int node_check(const struct attachment *attachment, const struct device *device)
{
	struct stat st;

	if (stat(attachment->path, &st))
		return failed(attachment->path, "the device's node did not appear: %s",
			      strerror(errno));
	if (!S_ISBLK(st.st_mode) || st.st_rdev != device->dev)
		return failed(attachment->path, "something else stands in the node's place");
	return STATUS_DONE;
}

static int device_check(const struct attachment *attachment, const struct device *device)
{
	const struct backing *backing = attachment->backing;

	if (!device_has_file(device, &backing->id))
		return failed(backing->name, "the kernel attached another file: %s",
			      device->backing_file ? device->backing_file : "?");
	return node_check(attachment, device);
}

/* In file mode by the kernel's choice: never silently */
static void mode_remark(const struct attachment *attachment, const struct device *device)
{
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
	if (!status)
		mode_remark(attachment, device);
	return status;
}

static int device_finish(const struct attachment *attachment)
{
	struct device_list list;
	int status = devices_read_one(&list, attachment->name);

	if (!status && list.nr != 1)
		status = failed(attachment->name, "somebody else changed the device meanwhile");
	if (!status)
		status = device_check(attachment, &list.rows[0]);
	if (!status)
		status = partitions_add(attachment, &list.rows[0]);
	if (!status)
		status = device_hand_over(attachment, &list.rows[0]);
	devices_free(&list);
	return status;
}

static int device_fill(struct attachment *attachment)
{
	params_print(attachment);
	if (devmapper_load(attachment->name, FLOOP_TARGET_NAME, attachment->params,
			   attachment->range.size / SECTOR_SIZE,
			   attachment->options->is_read_only))
		return refusal_report(attachment->backing->name);
	if (devmapper_resume(attachment->name, attachment->path, sizeof(attachment->path)))
		return failed(attachment->name, "%s", devmapper_error());
	return device_finish(attachment);
}

/* --- all or nothing */

static void device_undo(const struct attachment *attachment)
{
	if (attachment->options->has_partitions)
		partitions_unmake(attachment->uuid);
	if (devmapper_remove_patiently(attachment->name))
		remark(attachment->name, "the half-made device could not be removed: %s",
		       devmapper_error());
}

static int device_make(struct attachment *attachment)
{
	int status = device_create(attachment);

	if (status)
		return status;
	status = device_fill(attachment);
	if (status)
		device_undo(attachment);
	return status;
}

/* --- a device that is there already */

/* A map that was required, or pinned, is not given up without a word. */
static bool is_mode_fine(const struct attachment *attachment, const struct device *device)
{
	if (attachment->options->pins_map && !strstr(device->options, FLOOP_OPT_PIN ":"))
		return false;
	return strcmp(attachment->options->map, "require") ||
	       (device->mode && !strcmp(device->mode, FLOOP_MODE_MAPPED));
}

static bool is_the_same(const struct attachment *attachment, const struct device *device)
{
	return device_is_ours(device) && !device->is_half_made &&
	       device_has_file(device, &attachment->backing->id) &&
	       device->offset == attachment->range.offset &&
	       device->sectors == attachment->range.size / SECTOR_SIZE &&
	       device->is_read_only == attachment->options->is_read_only &&
	       is_mode_fine(attachment, device);
}

/* One that is about to leave stays, or has just left and is none. */
static const struct device *device_find(const struct attachment *attachment,
					const struct device_list *list)
{
	size_t i;

	for (i = 0; i < list->nr; i++)
		if (is_the_same(attachment, &list->rows[i]) &&
		    (!list->rows[i].is_leaving || !devmapper_keep(list->rows[i].name)))
			return &list->rows[i];
	return NULL;
}

static int device_find_or_make(struct attachment *attachment)
{
	const struct device *device;
	struct device_list list;
	int status = devices_read(&list);

	device = status ? NULL : device_find(attachment, &list);
	if (device)
		status = partitions_add(attachment, device);
	if (device && !status)
		status = device_hand_over(attachment, device);
	if (!device && !status)
		status = device_make(attachment);
	devices_free(&list);
	return status;
}

/* Two that both find nothing would both make a device. */
static int device_find_or_make_alone(struct attachment *attachment)
{
	int lock = open(LOCK_PATH, O_CREAT | O_RDWR | O_CLOEXEC | O_NOFOLLOW, 0600);
	int status;

	if (lock < 0 || flock(lock, LOCK_EX))
		status = failed(LOCK_PATH, "%s", strerror(errno));
	else
		status = device_find_or_make(attachment);
	if (lock >= 0)
		close(lock);
	return status;
}

/* --- entry points */

static int backing_attach(struct attachment *attachment)
{
	const struct attach_options *options = attachment->options;
	int status;

	status = backing_range(attachment->backing, &options->offset, &options->size,
			       &attachment->range);
	if (status)
		return status;
	if (geteuid() || !devmapper_target_exists(FLOOP_TARGET_NAME))
		return target_missing();
	signals_hold();
	if (options->takes_existing)
		status = device_find_or_make_alone(attachment);
	else
		status = device_make(attachment);
	signals_release();
	return status;
}

static int pin_check(const struct attach_options *options)
{
	if (!strcmp(options->map, "never"))
		return misused("--pin-map",
			       "insists on the map that is given up otherwise; leave out one of them");
	if (options->discard && !strcmp(options->discard, "punch"))
		return misused("--pin-map",
			       "keeps the blocks that --discard punch gives back; leave out one of them");
	return STATUS_DONE;
}

static int options_check(struct attach_options *options)
{
	if (options->name && name_wrong(options->name))
		return failed(options->name, "%s", name_wrong(options->name));
	if (options->is_shared && !strcmp(options->map, "require"))
		return misused("--shared",
			       "gives the map up that --map require insists on; leave out one of them");
	if (options->is_shared)
		options->map = "never";
	return options->pins_map ? pin_check(options) : STATUS_DONE;
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
		{ "size", "BYTES", "end the device there, not where the file ends", take_size,
		  &o->size },
		{ "read-only", NULL, "refuse writes", take_switch, &o->is_read_only },
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
