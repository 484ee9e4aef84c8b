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

static int held_device_turn(const struct device *device, const struct turn *turn, int fd)
{
	const struct backing *backing = turn->place->backing;
	const struct fio_run run = {
		.load = turn->load, .file = backing->name, .fd = fd,
		.size = turn->place->size, .ms = turn->place->ms,
	};

	if (!device_has_file(device, &backing->id))
		return failed(backing->name, "another file has its place by now");
	how_print(device, turn->how);
	return fio_run(&run, turn->speed);
}

/* Once somebody else has detached it, another file may be attached to its node. */
static int device_turn(const struct device *device, void *arg)
{
	int fd = device->face->hold(device), status;

	if (fd < 0)
		return failed(device->path, "somebody else changed the device meanwhile: %s",
			      strerror(-fd));
	status = held_device_turn(device, arg, fd);
	close(fd);
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
		.load = load, .file = place->backing->name, .fd = place->backing->fd,
		.size = place->size, .ms = place->ms,
	};

	snprintf(how, HOW_SIZE, "%s itself, io direct",
		 place->backing->device ? "the block device" : "the file");
	return held_run(&run, speed);
}

static int lower_turn(const struct place *place, const struct load *load, struct speed *speed,
		      char *how)
{
	struct fio_run run = {
		.load = load, .file = place->lower,
		.offset = place->stretch.offset, .size = place->stretch.size, .ms = place->ms,
	};
	int status;

	if (load->has_writes)	/* others' blocks lie there */
		return failed(place->lower, "is not written to");
	run.fd = open(place->lower, O_PATH | O_CLOEXEC);
	if (run.fd < 0)
		return failed(place->lower, "%s", strerror(errno));
	snprintf(how, HOW_SIZE, "%s, the stretch in which the file lies", place->lower);
	status = held_run(&run, speed);
	close(run.fd);
	return status;
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
	fd = open(place->backing->fd_path, O_RDONLY | O_CLOEXEC);
	err = fd < 0 ? -errno : runs_visit(fd, &all, &options, run_cover, &place->stretch);
	if (fd >= 0)
		close(fd);
	if (err || place->stretch.size < place->size || !is_node(place->lower, dev) ||
	    place->stretch.offset + place->stretch.size > lower_size(dev))
		*place->lower = '\0';
}

void place_find(struct place *place, const struct backing *backing)
{
	place->backing = backing;
	if (!backing->device)
		lower_find(place);
}
