// SPDX-License-Identifier: GPL-2.0-only
/* fastloop(8): the table of verbs, and the choice of one. */
#include <fcntl.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "cli.h"
#include "message.h"

struct verb {
	const char *name;
	int (*run)(int argc, char **argv);
	const char *summary;
};

static const struct verb verbs[] = {
	{ "attach", attach_verb, "make a block device of a file" },
	{ "detach", detach_verb, "remove the device again" },
	{ "mount",  mount_verb,  "attach a file and mount the file system in it" },
	{ "umount", umount_verb, "unmount it, and remove the device" },
	{ "up",     up_verb,     "attach what /etc/fastlooptab says" },
	{ "down",   down_verb,   "detach what it names" },
	{ "grow",   grow_verb,   "make a device and its file longer, in use" },
	{ "resize", resize_verb, "let a device follow its file, or be shorter" },
	{ "unshare", unshare_verb, "give a cloned file blocks of its own, in use" },
	{ "snapshot", snapshot_verb, "a consistent copy of a live file, at once" },
	{ "resume", resume_verb, "let a device that stands still go on" },
	{ "list",   list_verb,   "show what is attached" },
	{ "status", status_verb, "show all that is known of one device" },
	{ "check",  check_verb,  "say whether a file would be mapped, and why not" },
	{ "who",    who_verb,    "name the device that keeps writers off a file" },
	{ "map",    map_verb,    "draw how a file lies: data, holes, shared parts" },
	{ "bench",  bench_verb,  "how fast a file is, attached, beside losetup" },
};

#define NR_VERBS (sizeof(verbs) / sizeof(verbs[0]))

static void usage(FILE *out)
{
	size_t i;

	fputs("Usage: fastloop VERB [OPTION]... [ARGUMENT]\n"
	      "A file as a block device, at the speed of the device under it.\n\n"
	      "Verbs:\n", out);
	for (i = 0; i < NR_VERBS; i++)
		fprintf(out, "  %-8s %s\n", verbs[i].name, verbs[i].summary);
	fputs("\nOptions:\n"
	      "  --help     show this text, or with a verb that verb's\n"
	      "  --version  show the version\n\n"
	      "Exit status: 0 done, 1 failed, 2 wrong usage, 3 refused, with the reason.\n",
	      out);
}

static const struct verb *verb_find(const char *name)
{
	size_t i;

	for (i = 0; i < NR_VERBS; i++)
		if (!strcmp(verbs[i].name, name))
			return &verbs[i];
	return NULL;
}

static bool is_one_of(const char *word, const char *one, const char *other)
{
	return !strcmp(word, one) || !strcmp(word, other);
}

/* Or a file of ours would be taken for one of them.  None that could be written to. */
static void streams_fill(void)
{
	int fd;

	do
		fd = open("/dev/null", O_RDONLY);
	while (fd >= 0 && fd <= STDERR_FILENO);
	if (fd >= 0)
		close(fd);
}

int main(int argc, char **argv)
{
	const struct verb *verb;

	streams_fill();
	if (argc < 2) {
		usage(stderr);
		return STATUS_USAGE;
	}
	if (is_one_of(argv[1], "--help", "-h")) {
		usage(stdout);
		return output_finish(STATUS_DONE);
	}
	if (is_one_of(argv[1], "--version", "-V")) {
		puts("fastloop " FASTLOOP_VERSION);
		return output_finish(STATUS_DONE);
	}
	verb = verb_find(argv[1]);
	if (!verb)
		return misused(argv[1], "no such verb; see fastloop --help");
	return output_finish(verb->run(argc - 1, argv + 1));
}
