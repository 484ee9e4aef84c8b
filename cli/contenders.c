// SPDX-License-Identifier: GPL-2.0-only
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "attachment.h"
#include "cli.h"
#include "contenders.h"
#include "device.h"
#include "engine.h"
#include "face.h"
#include "message.h"
#include "reasons.h"
#include "removal.h"
#include "runs.h"
#include "signals.h"
#include "sysfs.h"

struct turn {
	const struct place *place;
	const struct load *load;
	struct speed *speed;
	char *how;
};

/* --- through a device */

static void how_print(const struct device *device, char *how)
{
	const char *io = device_info(device, "io");

	if (device->face == &face_loop && !strcmp(device->reason, engine_asked_for.token))
		snprintf(how, HOW_SIZE, "the kernel's loop driver, io %s", io ? io : "unknown");
	else if (device->face == &face_loop)
		snprintf(how, HOW_SIZE, "the kernel's loop driver as well, io %s: %s",
			 io ? io : "unknown", token_sentence(device->reason));
	else if (device->reason)
		snprintf(how, HOW_SIZE, "%s: %s (%s)", device->mode,
			 token_sentence(device->reason), device->reason);
	else
		snprintf(how, HOW_SIZE, "%s", device->mode);
}

static int device_turn(const struct device *device, void *arg)
{
	const struct turn *turn = arg;
	const struct fio_run run = {
		.load = turn->load,
		.file = turn->place->backing->name,
		.path = device->node ? device->node : device->path,
		.size = turn->place->size,
		.ms = turn->place->ms,
	};
	int status;

	how_print(device, turn->how);
	status = fio_run(&run, turn->speed);
	return status ? status : device_remove(device);
}

static int attached_turn(const struct turn *turn, const char *engine)
{
	struct option_row rows[MAX_OPTIONS];
	struct attach_options options;

	attach_option_rows(rows, &options);
	options.engine = engine;
	options.size = (struct size_option) { true, turn->place->size };
	options.is_read_only = !turn->load->has_writes;
	options.is_quiet = true;
	return file_attach(turn->place->backing->name, &options, device_turn, (void *)turn);
}

static int fastloop_turn(const struct place *place, const struct load *load,
			 struct speed *speed, char *how)
{
	const struct turn turn = { place, load, speed, how };

	return attached_turn(&turn, NULL);
}

static int losetup_turn(const struct place *place, const struct load *load,
			struct speed *speed, char *how)
{
	const struct turn turn = { place, load, speed, how };

	return attached_turn(&turn, ENGINE_KERNEL_LOOP);
}

/* --- without one */

static int held_run(const struct fio_run *run, struct speed *speed)
{
	int status;

	signals_hold();
	status = fio_run(run, speed);
	signals_release();
	return status;
}

static int file_turn(const struct place *place, const struct load *load, struct speed *speed,
		     char *how)
{
	const struct fio_run run = {
		.load = load, .file = place->backing->name, .path = place->path,
		.size = place->size, .ms = place->ms,
	};

	snprintf(how, HOW_SIZE, "%s itself, io direct",
		 place->backing->device ? "the block device" : "the file");
	return held_run(&run, speed);
}

static int lower_turn(const struct place *place, const struct load *load, struct speed *speed,
		      char *how)
{
	const struct fio_run run = {
		.load = load, .file = place->lower, .path = place->lower,
		.offset = place->stretch.offset, .size = place->stretch.size, .ms = place->ms,
	};

	if (load->has_writes)	/* others' blocks lie there */
		return failed(place->lower, "is not written to");
	snprintf(how, HOW_SIZE, "%s, the stretch in which the file lies", place->lower);
	return held_run(&run, speed);
}

const struct contender contenders[NR_CONTENDERS] = {
	[BY_FASTLOOP]	= { "fastloop", fastloop_turn },
	[BY_LOSETUP]	= { "losetup", losetup_turn },
	[BY_FILE]	= { "file", file_turn },
	[BY_LOWER]	= { "lower", lower_turn },
};

/* --- where it lies */

static bool is_node(const char *path, dev_t dev)
{
	struct stat st;

	return !stat(path, &st) && S_ISBLK(st.st_mode) && st.st_rdev == dev;
}

/* From the first of its blocks to the last one: there may be others' in between. */
static void run_cover(const struct run *run, void *arg)
{
	struct range *stretch = arg;
	uint64_t end = stretch->offset + stretch->size;

	if (!run_has_place(run))
		return;
	if (!stretch->size || run->place < stretch->offset)
		stretch->offset = run->place;
	if (run->place + run->len > end)
		end = run->place + run->len;
	stretch->size = end - stretch->offset;
}

/* Not where what a file system takes for its device is none (btrfs). */
static void lower_find(struct place *place)
{
	const struct range all = { .size = place->backing->size };
	struct run_options options = { .last = RUNS_BY_FIBMAP };
	dev_t dev = place->backing->id.super_dev;
	int fd, err;

	lower_path(dev, place->lower, sizeof(place->lower));
	fd = open(place->path, O_RDONLY | O_CLOEXEC);
	err = fd < 0 ? -errno : runs_visit(fd, &all, &options, run_cover, &place->stretch);
	if (fd >= 0)
		close(fd);
	if (err || place->stretch.size < place->size || !is_node(place->lower, dev) ||
	    place->stretch.offset + place->stretch.size > lower_size(dev))
		*place->lower = '\0';
}

int place_find(struct place *place, const struct backing *backing)
{
	ssize_t len = readlink(backing->fd_path, place->path, sizeof(place->path) - 1);
	struct file_id id;

	place->backing = backing;
	if (len < 0)
		return failed(backing->name, "%s", strerror(errno));
	place->path[len] = '\0';
	if (!file_id_read(AT_FDCWD, place->path, &id) || id.ino != backing->id.ino ||
	    id.dev != backing->id.dev)
		return failed(backing->name, "it is not at its path any more");
	if (!backing->device)
		lower_find(place);
	return STATUS_DONE;
}
