// SPDX-License-Identifier: GPL-2.0-only
/*
 * Works on a block device with several threads, knows at each moment what each
 * sector may hold, and ends with 1 as soon as one holds something else.
 */
#define _GNU_SOURCE
#include <fcntl.h>
#include <stdio.h>
#include <unistd.h>

#include "device.h"
#include "die.h"
#include "model.h"
#include "options.h"
#include "run.h"
#include "state.h"

static void verify(void)
{
	int fd = open(options.device, O_RDONLY | O_CLOEXEC);

	if (fd < 0)
		die_errno("%s", options.device);
	state_load(options.verify);
	run_verify(fd, options.device, options.offset);
	close(fd);
}

static void test(void)
{
	device_open(options.device);
	options_settle();
	printf("seed %llu\n", (unsigned long long)options.seed);
	fflush(stdout);
	run_all();
	if (options.save)
		state_save(options.save);
	device_close();
}

int main(int argc, char **argv)
{
	options_parse(argc, argv);
	if (options.verify)
		verify();
	else
		test();
	model_destroy();
	puts("every sector is right");
	return 0;
}
