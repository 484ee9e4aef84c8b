// SPDX-License-Identifier: GPL-2.0-only
/* fastloop attach: a device of a file, by its path. */
#include <stdio.h>
#include <unistd.h>

#include "attachment.h"
#include "cli.h"
#include "device_columns.h"
#include "message.h"
#include "options.h"

static int device_announce(const struct device *device, void *arg)
{
	const bool *is_json = arg;

	if (*is_json)
		json_print(json_from_whole_device(device));
	else
		puts(device_user_path(device));
	return output_finish(STATUS_DONE);
}

int attach_verb(int argc, char **argv)
{
	struct option_row options[MAX_OPTIONS] = { 0 };
	struct attach_options o;
	struct option_row *row = attach_option_rows(options, &o);
	const struct syntax syntax = {
		.verb = "attach",
		.operands = "FILE",
		.about = "Make a block device of FILE and print its path.\n"
			 "BYTES takes K, M, G and T, powers of 1024.",
		.min_operands = 1,
		.max_operands = 1,
		.options = options,
	};
	bool is_json = false;
	int status;

	row = crypt_option_rows(row, &o.crypt);
	row = crypt_format_rows(row, &o.crypt);
	*row++ = (struct option_row) { "find-existing", NULL,
		"print the device that is the same already, if there is one",
		take_switch, &o.takes_existing };
	*row++ = attach_partitions_row(&o);
	*row++ = (struct option_row) { "autoclear", NULL,
		"detach it when it has been used, and nobody uses it any more",
		take_switch, &o.leaves_after_use };
	*row++ = (struct option_row) { "json", NULL,
		"print what status prints, not just the path", take_switch, &is_json };

	if (!options_read(&syntax, argc, argv, &status))
		return status;
	return file_attach(argv[optind], &o, device_announce, &is_json);
}
