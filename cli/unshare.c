// SPDX-License-Identifier: GPL-2.0-only
/*
 * fastloop unshare: blocks of its own for a file that was cloned, and the map again.
 *
 * The device does it, for nobody else may write to the file; step by step, so that
 * it can be watched, and stopped without harm.
 */
#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "choose.h"
#include "cli.h"
#include "devmapper.h"
#include "floop_target.h"
#include "message.h"
#include "options.h"
#include "reasons.h"
#include "refusal.h"
#include "unshare.h"

static bool is_mapped(const struct device *device)
{
	return device->mode && !strcmp(device->mode, FLOOP_MODE_MAPPED);
}

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

/* True: one more step, from *@pos on */
static bool step(const struct device *device, uint64_t *pos, int *status)
{
	char message[64], answer[64];
	char *end;

	snprintf(message, sizeof(message), FLOOP_MESSAGE_UNSHARE " %" PRIu64, *pos);
	if (devmapper_ask(device->name, message, answer, sizeof(answer))) {
		*status = refusal_report(device->name);
		return false;
	}
	if (!strcmp(answer, FLOOP_ANSWER_DONE))
		return false;
	*pos = strtoull(answer, &end, 10);
	if (!*end && end != answer)
		return true;
	*status = failed(device->name, "the kernel answers '%s' to %s", answer, message);
	return false;
}

static int file_unshare(const struct device *device)
{
	bool is_shown = isatty(STDERR_FILENO);
	uint64_t pos = 0, size = file_size(device);
	int status = STATUS_DONE;

	while (step(device, &pos, &status))
		if (is_shown)
			progress_show(pos, size);
	if (is_shown)
		progress_clear();
	return status;
}

/* Whoever wants no map keeps the file path. */
static int device_promote(const struct device *device)
{
	if (device->options && strstr(device->options, FLOOP_OPT_MAP ":never"))
		return STATUS_DONE;
	if (devmapper_message(device->name, FLOOP_MESSAGE_PROMOTE))
		return refusal_report(device->name);
	return STATUS_DONE;
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
	if (is_mapped(device))
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
		.options = options,
	};
	int status;

	if (!options_read(&syntax, argc, argv, &status))
		return status;
	if (is_all == (optind < argc))
		return misused("unshare", "takes one of NAME, DEVICE, FILE and --all");
	return is_all ? all_unshare() : one_unshare(argv[optind]);
}
