// SPDX-License-Identifier: GPL-2.0-only
/*
 * fastloop umount: unmount, and remove the device below.
 *
 * A device that leaves by itself is gone some time after the umount, and its
 * file may be kept from writers a little longer.  So it is told to stay, and
 * removed here, where its end can be waited for.
 */
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/sysmacros.h>
#include <unistd.h>

#include "choose.h"
#include "cli.h"
#include "devmapper.h"
#include "face.h"
#include "message.h"
#include "mounting.h"
#include "mounts.h"
#include "opened.h"
#include "options.h"
#include "removal.h"
#include "signals.h"

/* --- which mount */

/* What is looked for, and the last that was found: the one on top */
struct search {
	const char *point;	/* NULL: by device */
	dev_t dev;
	unsigned int nr;
	char found[PATH_MAX];
	char source[PATH_MAX];
	const struct device_list *list;
	const struct device *device;	/* of the list, that it is a mount of */
};

static const struct device *device_below(const struct device_list *list,
					 const struct mount *mount)
{
	size_t i;

	for (i = 0; i < list->nr; i++)
		if (mount_is_of(mount, device_user_dev(&list->rows[i])))
			return &list->rows[i];
	return NULL;
}

static int mount_match(const struct mount *mount, void *arg)
{
	struct search *search = arg;

	if (search->point ? strcmp(mount->point, search->point) :
			    !mount_is_of(mount, search->dev))
		return false;
	search->nr++;
	search->device = search->list ? device_below(search->list, mount) : NULL;
	snprintf(search->found, sizeof(search->found), "%s", mount->point);
	snprintf(search->source, sizeof(search->source), "%s", mount->source);
	return false;
}

static void mount_search(struct search *search)
{
	mounts_each("/proc/self/mountinfo", mount_match, search);
}

/* --- unmount, then remove */

static int dir_unmount(const char *dir)
{
	int status;

	signals_pass_on();
	status = file_system_unmount(dir);
	signals_hold_again();
	return status;
}

static void device_keep(const struct device *device)
{
	if (device->is_leaving)
		device->face->keep(device);
	if (device->opened && device->opened->is_leaving)
		devmapper_keep(device->opened->name);
}

static void device_let_leave(const struct device *device)
{
	if (device->opened && device->opened->is_leaving && opened_is_there(device->opened))
		devmapper_remove_deferred(device->opened->name, "");
	if (device->is_leaving)
		device->face->remove_deferred(device);
}

static int unmount_and_remove(const struct device *device, const char *dir)
{
	int status;

	device_keep(device);
	status = dir_unmount(dir);
	if (!status)
		status = device_remove_unmounted(device);
	if (status)
		device_let_leave(device);
	return status;
}

static int device_unmount(const struct device *device, const char *dir)
{
	int status;

	signals_hold();
	status = unmount_and_remove(device, dir);
	signals_release();
	return status;
}

/* --- what the word means */

/* A folder here that is called as a device is no reason to guess. */
static int word_check(const struct search *search, const char *word)
{
	size_t i;

	for (i = 0; i < search->list->nr; i++)
		if (!strcmp(search->list->rows[i].name, word) &&
		    &search->list->rows[i] != search->device)
			return failed(word, "is a device, and a folder here, %s; say ./%s or %s",
				      search->found, word, device_user_path(&search->list->rows[i]));
	return STATUS_DONE;
}

static int mount_point_unmount(const struct search *search, const char *word)
{
	int status = word_check(search, word);

	if (status)
		return status;
	if (search->device)
		return device_unmount(search->device, search->found);
	return failed(search->found, "mounted from %s, which is no attached file; umount takes it away",
		      search->source);
}

static int chosen_unmount(const struct device *device, const char *word)
{
	struct search search = { .dev = device_user_dev(device) };

	mount_search(&search);
	if (!search.nr)
		return failed(word, "%s is not mounted; fastloop detach removes it",
			      device_user_path(device));
	if (search.nr > 1)
		return failed(word, "%s is mounted %u times; say which folder is to be unmounted",
			      device_user_path(device), search.nr);
	return device_unmount(device, search.found);
}

static int device_word_unmount(const char *word)
{
	struct device_list list;
	int status = device_choose(&list, word);

	if (!status)
		status = chosen_unmount(&list.rows[0], word);
	devices_free(&list);
	return status;
}

static int point_unmount(const char *word, const char *point, const struct device_list *list)
{
	struct search search = { .point = point, .list = list };
	struct stat st;

	mount_search(&search);
	if (search.nr)
		return mount_point_unmount(&search, word);
	if (!stat(point, &st) && S_ISDIR(st.st_mode) && strchr(word, '/'))
		return failed(word, "nothing is mounted there");
	return device_word_unmount(word);
}

static int word_unmount(const char *word)
{
	char point[PATH_MAX];
	struct device_list list;
	int status;

	if (!realpath(word, point))
		return device_word_unmount(word);
	status = devices_read(&list);
	if (!status)
		status = point_unmount(word, point, &list);
	devices_free(&list);
	return status;
}

int umount_verb(int argc, char **argv)
{
	const struct option_row options[] = { { 0 } };
	const struct syntax syntax = {
		.verb = "umount",
		.operands = "DIR|NAME|DEVICE|FILE",
		.about = "Unmount the file system in an attached file, and remove the device.\n"
			 "It is gone when this returns.",
		.min_operands = 1,
		.max_operands = 1,
		.is_for_root = true,
		.options = options,
	};
	int status;

	if (!options_read(&syntax, argc, argv, &status))
		return status;
	return word_unmount(argv[optind]);
}
