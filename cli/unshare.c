// SPDX-License-Identifier: GPL-2.0-only
/*
 * fastloop unshare: blocks of its own for a file that was cloned, and the map again.
 *
 * The device does it, for nobody else may write to the file; step by step, so that
 * it can be watched, and stopped without harm.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "choose.h"
#include "cli.h"
#include "face.h"
#include "floop_target.h"
#include "message.h"
#include "options.h"
#include "reasons.h"
#include "refusal.h"
#include "unshare.h"

/* --- a line on a terminal, which is gone in the end */

static uint64_t file_size(const struct device *device)
{
	struct stat st;

	if (!device->backing_file || stat(device->backing_file, &st) || st.st_size <= 0)
		return 0;
	return (uint64_t)st.st_size;
}

static void progress_show(uint64_t pos, uint64_t size)
{
	if (size && pos <= size)
		fprintf(stderr, "\runshared %3u %%", (unsigned int)(pos * 100 / size));
}

static void progress_clear(void)
{
	fputs("\r             \r", stderr);
}

/* --- doing it */

static int file_unshare(const struct device *device)
{
	bool is_shown = isatty(STDERR_FILENO);
	uint64_t pos = 0, size = file_size(device);
	int err;

	do {
		err = device->face->unshare(device, &pos);
		if (is_shown && pos)
			progress_show(pos, size);
	} while (!err && pos);
	if (is_shown)
		progress_clear();
	return err ? refusal_report(device->name, face_error(device->face, err)) : STATUS_DONE;
}

/* Whoever wants no map keeps the file path. */
static int device_promote(const struct device *device)
{
	int err;

	if (device->options && strstr(device->options, FLOOP_OPT_MAP ":never"))
		return STATUS_DONE;
	err = device->face->tell(device, FLOOP_MESSAGE_PROMOTE);
	return err ? refusal_report(device->name, face_error(device->face, err)) : STATUS_DONE;
}

/* Or will be said to in a moment: a clone is a broken lease first. */
static bool is_cloned(const struct device *device)
{
	return device->reason && (!strcmp(device->reason, reason_token(REASON_REFLINKED)) ||
				  !strcmp(device->reason, reason_token(REASON_LEASE_BROKEN)));
}

/* What is never written to is mapped as it is, if somebody asks for it. */
int device_unshare(const struct device *device)
{
	int status;

	if (device->is_half_made)
		return failed(device->name, "it has no table; fastloop detach takes it away");
	if (device_is_mapped(device))
		return STATUS_DONE;
	if (device->is_read_only && is_cloned(device))
		return device_promote(device);
	status = file_unshare(device);
	return status ? status : device_promote(device);
}

static int one_unshare(const char *word)
{
	struct device_list list;
	int status = device_choose(&list, word);

	if (!status)
		status = device_unshare(&list.rows[0]);
	devices_free(&list);
	return status;
}

static int all_unshare(void)
{
	struct device_list list;
	int status = devices_read(&list), one;
	size_t i;

	for (i = 0; i < list.nr; i++) {
		if (!is_cloned(&list.rows[i]))
			continue;
		one = device_unshare(&list.rows[i]);
		status = one ? one : status;
	}
	devices_free(&list);
	return status;
}

int unshare_verb(int argc, char **argv)
{
	bool is_all = false;
	const struct option_row options[] = {
		{ "all", NULL, "all devices whose file was cloned", take_switch, &is_all },
		{ 0 }
	};
	const struct syntax syntax = {
		.verb = "unshare",
		.operands = "NAME|DEVICE|FILE | --all",
		.about = "Give an attached file that was cloned blocks of its own again, and map it, while\n"
			 "it is in use.  The clone keeps what it has; it takes as much space as both share.",
		.max_operands = 1,
		.is_for_root = true,
		.options = options,
	};
	int status;

	if (!options_read(&syntax, argc, argv, &status))
		return status;
	if (is_all == (optind < argc))
		return misused("unshare", "takes one of NAME, DEVICE, FILE and --all");
	return is_all ? all_unshare() : one_unshare(argv[optind]);
}
