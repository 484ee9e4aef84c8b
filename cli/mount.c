// SPDX-License-Identifier: GPL-2.0-only
/*
 * fastloop mount: attach and mount in one step.  The device is told to leave when
 * its last user closes it, once the file system has it open; from then on any
 * umount(8) takes it away.
 */
#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "attachment.h"
#include "cli.h"
#include "message.h"
#include "mounting.h"
#include "options.h"
#include "removal.h"
#include "signals.h"

#define MAKES_DIR "X-mount.mkdir"	/* libmount's own option */

/* The device is in use now, and stays as long as it is. */
static int leaving_arrange(const struct mounting *mounting, const struct device *device)
{
	int status = STATUS_DONE;

	if (signal_is_waiting())
		status = failed(mounting->file, "interrupted");
	else
		status = device_remove_deferred(device);
	if (status)
		file_system_unmount(mounting->dir);
	return status;
}

static int device_mount(const struct device *device, void *arg)
{
	struct mounting *mounting = arg;
	int status;

	mounting->source = device_user_path(device);
	mounting->is_read_only = device->is_read_only;
	signals_pass_on();
	status = file_system_mount(mounting);
	signals_hold_again();
	return status ? status : leaving_arrange(mounting, device);
}

/* Before anything is attached for nothing */
static int dir_check(const struct mounting *mounting)
{
	struct stat st;

	if (mounting->options && strstr(mounting->options, MAKES_DIR))
		return STATUS_DONE;
	if (stat(mounting->dir, &st))
		return failed(mounting->dir, "%s", strerror(errno));
	if (!S_ISDIR(st.st_mode))
		return failed(mounting->dir, "not a directory to mount on");
	return STATUS_DONE;
}

int mount_verb(int argc, char **argv)
{
	struct option_row options[MAX_OPTIONS] = { 0 };
	struct attach_options o;
	struct option_row *row = attach_option_rows(options, &o);
	struct mounting mounting = { 0 };
	const struct syntax syntax = {
		.verb = "mount",
		.operands = "FILE DIR",
		.about = "Attach FILE and mount the file system in it on DIR.  The device goes\n"
			 "away when it is unmounted, by fastloop umount or by umount.",
		.min_operands = 2,
		.max_operands = 2,
		.options = options,
	};
	int status;

	row = crypt_option_rows(row, &o.crypt);
	*row++ = (struct option_row) { "type", "FSTYPE",
		"type of the file system, if it is not to be found out",
		take_text, &mounting.type };
	*row++ = (struct option_row) { "options", "OPTIONS",
		"options of mount(8): noatime,...", take_text, &mounting.options };

	if (!options_read(&syntax, argc, argv, &status))
		return status;
	mounting.file = argv[optind];
	mounting.dir = argv[optind + 1];
	status = dir_check(&mounting);
	if (status)
		return status;
	return file_attach(mounting.file, &o, device_mount, &mounting);
}
