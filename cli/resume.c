// SPDX-License-Identifier: GPL-2.0-only
/*
 * fastloop resume: let a device go on that stands still because whoever suspended it is
 * gone: both processes of a snapshot were killed, or a script ended too early.
 */
#include <errno.h>
#include <unistd.h>

#include "choose.h"
#include "cli.h"
#include "face.h"
#include "message.h"
#include "options.h"
#include "snapshotting.h"

static int device_resume(const struct device *device)
{
	int lock = snapshotting_begin(device), err;

	/* What is written from now on would be in it. */
	if (lock == -EWOULDBLOCK)
		return failed(device->name, "a snapshot of its file is being made, which resumes it");
	err = device->face->resume(device);
	if (lock >= 0)
		snapshotting_end(device, lock);
	return err ? failed(device->name, "%s", face_error(device->face, err)) : STATUS_DONE;
}

int resume_verb(int argc, char **argv)
{
	const struct option_row options[] = { { 0 } };
	const struct syntax syntax = {
		.verb = "resume",
		.operands = "NAME|DEVICE|FILE",
		.about = "Let a device that stands still (suspended) go on; nothing to do is success.",
		.min_operands = 1,
		.max_operands = 1,
		.is_for_root = true,
		.options = options,
	};
	struct device_list list;
	int status;

	if (!options_read(&syntax, argc, argv, &status))
		return status;
	status = device_choose(&list, argv[optind]);
	if (!status)
		status = device_resume(&list.rows[0]);
	devices_free(&list);
	return status;
}
