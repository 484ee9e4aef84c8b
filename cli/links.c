// SPDX-License-Identifier: GPL-2.0-only
/*
 * udev takes a link away when it hears that a disk has lost its name, which may be after
 * another disk has been given the same one.  It does in order what it hears of one disk, so
 * the link is ours to keep once its own notes on that disk have it; but not what it hears
 * of two, and may take away the second's link for the first one's sake.  So whoever detaches
 * a disk waits until udev has forgotten the name, as he does with device-mapper.
 *
 * Without udev nobody takes a link away when the last user of a disk has closed it.  It leads
 * to a disk without a file then, until that one is attached to again by us.
 *
 * Of the names of the kernel's loop driver udev knows what a note says (note.h), and is asked
 * to look once that is written; without one those links are ours alone.  A disk that may leave
 * at any moment has none, lest it lead to what comes after it.
 */
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/sysmacros.h>
#include <time.h>
#include <unistd.h>

#include "links.h"
#include "loop.h"
#include "note.h"
#include "sysfs.h"

#define FOLDER		"/dev/fastloop"
#define RULE		"60-fastloop.rules"
#define PATIENCE_STEPS	500	/* of 10 ms each */

void link_path(const char *name, char *path, size_t size)
{
	snprintf(path, size, FOLDER "/%s", name);
}

static bool leads_to(const char *path, const char *node)
{
	char target[PATH_MAX], real[PATH_MAX];

	return realpath(path, target) && realpath(node, real) && !strcmp(target, real);
}

/* --- whose it is */

static bool attribute_is(dev_t dev, const char *attribute, const char *wanted)
{
	char path[128], name[PATH_MAX];

	snprintf(path, sizeof(path), "/sys/dev/block/%u:%u/%s", major(dev), minor(dev), attribute);
	return text_read(path, name, sizeof(name)) && *name && !strcmp(name, wanted);
}

/* Of which a partition is one; else 0 */
static dev_t disk_of(dev_t dev)
{
	char path[128], line[32];
	unsigned int major_nr, minor_nr;

	snprintf(path, sizeof(path), "/sys/dev/block/%u:%u/../dev", major(dev), minor(dev));
	if (!text_read(path, line, sizeof(line)) ||
	    sscanf(line, "%u:%u", &major_nr, &minor_nr) != 2)
		return 0;
	return makedev(major_nr, minor_nr);
}

/* "NAMEp1" of the partition 1 of what has the name */
static bool is_partition_of_name(dev_t dev, const char *name)
{
	char path[128], number[16], disk[PATH_MAX];
	size_t len = strlen(name), end;

	snprintf(path, sizeof(path), "/sys/dev/block/%u:%u/partition", major(dev), minor(dev));
	if (!text_read(path, number, sizeof(number)))
		return false;
	end = strlen(number) + 1;
	if (len <= end || name[len - end] != 'p' || strcmp(name + len - end + 1, number))
		return false;
	snprintf(disk, sizeof(disk), "%.*s", (int)(len - end), name);
	return attribute_is(dev, "../fastloop/name", disk) || loop_is_called(disk_of(dev), disk);
}

bool link_is_true(const char *name)
{
	char path[PATH_MAX];
	struct stat st;

	link_path(name, path, sizeof(path));
	if (stat(path, &st) || !S_ISBLK(st.st_mode))
		return false;
	return attribute_is(st.st_rdev, "fastloop/name", name) ||
	       attribute_is(st.st_rdev, "dm/name", name) || loop_is_called(st.st_rdev, name) ||
	       is_partition_of_name(st.st_rdev, name);
}

bool link_is_of(const char *name, const char *node)
{
	char path[PATH_MAX], target[PATH_MAX];
	size_t len = strlen(node);

	link_path(name, path, sizeof(path));
	return realpath(path, target) && !strncmp(target, node, len) &&
	       (!target[len] || target[len] == 'p');
}

/* --- making and removing it */

/* In one step, so that nobody finds it missing; what another device has it keeps. */
static int link_write(const char *path, const char *node)
{
	char temporary[PATH_MAX];

	if (link_is_true(path + strlen(FOLDER "/")))
		return -EEXIST;
	if (mkdir(FOLDER, 0755) && errno != EEXIST)
		return -errno;
	snprintf(temporary, sizeof(temporary), FOLDER "/.~%d", getpid());
	unlink(temporary);
	if (symlink(node, temporary))
		return -errno;
	if (!rename(temporary, path))
		return 0;
	unlink(temporary);
	return -errno;
}

/* Else nobody but us makes links. */
static bool udev_has_rule(void)
{
	static const char *const places[] = {
		"/etc/udev/rules.d/" RULE, "/run/udev/rules.d/" RULE,
		"/usr/local/lib/udev/rules.d/" RULE, "/usr/lib/udev/rules.d/" RULE,
		"/lib/udev/rules.d/" RULE,
	};
	size_t i;

	if (access("/run/udev/control", F_OK))
		return false;
	for (i = 0; i < sizeof(places) / sizeof(places[0]); i++)
		if (!access(places[i], F_OK))
			return true;
	return false;
}

/* The line is in its notes on a device. */
static bool udev_notes(dev_t dev, const char *wanted)
{
	char path[64], line[PATH_MAX];
	bool is_there = false;
	FILE *notes;

	snprintf(path, sizeof(path), "/run/udev/data/b%u:%u", major(dev), minor(dev));
	notes = fopen(path, "re");
	while (notes && !is_there && fgets(line, sizeof(line), notes))
		is_there = !strcmp(line, wanted);
	if (notes)
		fclose(notes);
	return is_there;
}

/* Its notes may be those of another attachment. */
static bool udev_has(dev_t dev, const char *name, const char *identity)
{
	char link[PATH_MAX], sequence[64];

	snprintf(link, sizeof(link), "S:fastloop/%s\n", name);
	snprintf(sequence, sizeof(sequence), "E:FASTLOOP_SEQ=%s\n", identity ? identity : "");
	return udev_notes(dev, link) && (!identity || udev_notes(dev, sequence));
}

static void udev_wait(const char *name, const char *node, const char *identity, bool has_it)
{
	static const struct timespec step = { .tv_nsec = 10000000 };
	struct stat st;
	int steps;

	if (!udev_has_rule() || stat(node, &st))
		return;
	for (steps = 0; steps < PATIENCE_STEPS; steps++) {
		if (udev_has(st.st_rdev, name, identity) == has_it)
			return;
		nanosleep(&step, NULL);
	}
}

/*
 * What stands behind the node's name where the link leads to, NULL if it leads elsewhere.  By
 * its text: udev writes it another way, and the node may have gone.
 */
static const char *points_to(const char *path, const char *node, char target[PATH_MAX])
{
	ssize_t len = readlink(path, target, PATH_MAX - 1);
	const char *name = strrchr(node, '/'), *slash;

	if (len <= 0)
		return NULL;
	target[len] = '\0';
	slash = strrchr(target, '/');
	return slash && !strncmp(slash, name, strlen(name)) ? slash + strlen(name) : NULL;
}

static bool is_ours(const char *path)
{
	return !strncmp(path, FOLDER "/", strlen(FOLDER "/"));
}

void link_remove(const char *path, const char *node)
{
	char target[PATH_MAX];
	const char *rest = is_ours(path) ? points_to(path, node, target) : NULL;

	if (rest && !*rest)
		unlink(path);
}

/*
 * Those of a file that this disk had before, with its partitions', and that nobody took away:
 * whoever detached it did so by other means, and there was no udev to see it.
 */
static void stale_remove(const char *node)
{
	DIR *dir = opendir(FOLDER);
	struct dirent *entry;
	char path[PATH_MAX], target[PATH_MAX];
	const char *rest;

	while (dir && (entry = readdir(dir))) {
		snprintf(path, sizeof(path), FOLDER "/%s", entry->d_name);
		rest = points_to(path, node, target);
		if (rest && (!*rest || *rest == 'p'))
			unlink(path);
	}
	if (dir)
		closedir(dir);
}

int link_make(const char *name, const char *node, const char *identity)
{
	char path[PATH_MAX];

	link_path(name, path, sizeof(path));
	if (udev_has_rule())
		udev_wait(name, node, identity, true);
	else
		stale_remove(node);
	return leads_to(path, node) ? 0 : link_write(path, node);
}

int link_make_alone(const char *name, const char *node, const char *identity)
{
	char path[PATH_MAX];

	(void)identity;
	link_path(name, path, sizeof(path));
	stale_remove(node);
	return link_write(path, node);
}

/* Has udev look at it again. */
static void udev_ask(const char *node)
{
	static const char action[] = "change";
	char path[PATH_MAX];
	int fd;

	snprintf(path, sizeof(path), "/sys/class/block/%s/uevent", strrchr(node, '/') + 1);
	fd = open(path, O_WRONLY | O_CLOEXEC);
	if (fd < 0)
		return;
	if (write(fd, action, strlen(action)) < 0)
		errno = 0;	/* Then it is as if there was no udev. */
	close(fd);
}

int link_make_noted(const char *name, const char *node, const char *identity)
{
	if (!note_is_possible(identity) || !udev_has_rule())
		return link_make_alone(name, node, identity);
	stale_remove(node);
	udev_ask(node);
	return link_make(name, node, identity);
}

int link_drop_noted(const char *name, const char *node, const char *identity)
{
	if (!note_is_possible(identity) || !udev_has_rule())
		return 0;
	udev_ask(node);
	link_forget(name, node, identity);
	return 0;
}

void link_forget(const char *name, const char *node, const char *identity)
{
	udev_wait(name, node, identity, false);
}
