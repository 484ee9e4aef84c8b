// SPDX-License-Identifier: GPL-2.0-only
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <linux/fs.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/stat.h>
#include <sys/sysmacros.h>
#include <unistd.h>

#include "cli.h"
#include "device.h"
#include "devmapper.h"
#include "disk.h"
#include "face.h"
#include "floop_target.h"
#include "links.h"
#include "loop.h"
#include "message.h"
#include "native.h"
#include "opened.h"
#include "text.h"

#define SECTOR_SIZE	512
#define DELETED " (deleted)"	/* what the kernel puts behind such a path */

/* --- what the kernel prints */

/* <path> <offset in bytes> [<#opts> <opt>...] */
static bool table_parse(struct device *device, const char *params)
{
	char *line = strdup(params), *rest = line;
	const char *path, *offset;

	if (!line)
		return false;
	path = table_word_next(&rest);
	offset = table_word_next(&rest);
	table_word_next(&rest);
	device->backing_file = path ? strdup(path) : NULL;
	device->offset = offset ? strtoull(offset, NULL, 10) : 0;
	device->options = strdup(rest);
	free(line);
	return device->options;
}

static bool pair_add(struct device *device, const char *word)
{
	const char *equals = strchr(word, '=');
	struct pair *pairs;

	if (!equals)
		return true;
	pairs = realloc(device->pairs, (device->nr_pairs + 1) * sizeof(*pairs));
	if (!pairs)
		return false;
	device->pairs = pairs;
	pairs += device->nr_pairs++;
	pairs->key = strndup(word, (size_t)(equals - word));
	pairs->value = strdup(equals + 1);
	return pairs->key && pairs->value;
}

/* <mapped|file> <reason|-> key=value...; keys this tool does not know are kept */
static bool info_parse(struct device *device, const char *params)
{
	char *line = strdup(params), *rest = line;
	const char *word;
	bool is_well = line;

	if (!line)
		return false;
	word = table_word_next(&rest);
	device->mode = word ? strdup(word) : NULL;
	word = table_word_next(&rest);
	device->reason = word && strcmp(word, FLOOP_NO_REASON) ? strdup(word) : NULL;
	while (is_well && (word = table_word_next(&rest)))
		is_well = pair_add(device, word);
	free(line);
	return is_well;
}

/* One that was made without a UUID has at least a disk of its own. */
static char *dm_identity(const struct dm_view *view)
{
	char number[32];

	if (*view->uuid)
		return strdup(view->uuid);
	disk_identity_of(view->dev, number, sizeof(number));
	return strdup(number);
}

static bool dm_copy(struct device *device, const struct dm_view *view)
{
	device->face = &face_dm;
	device->name = strdup(view->name);
	device->uuid = strdup(view->uuid);
	device->identity = dm_identity(view);
	device->path = strdup(view->path);
	device->dev = view->dev;
	device->is_ours = !strncmp(view->uuid, FLOOP_UUID_PREFIX, strlen(FLOOP_UUID_PREFIX));
	device->is_read_only = view->is_read_only;
	device->is_half_made = !view->has_target;
	device->is_leaving = view->is_leaving;
	device->is_suspended = view->is_suspended;
	device->has_loaded_table = view->has_loaded_table;
	device->start = view->start;
	device->sectors = view->sectors;
	return device->name && device->uuid && device->identity && device->path &&
	       table_parse(device, view->table) && info_parse(device, view->info);
}

static bool disk_copy(struct device *device, const struct disk_view *view,
		      const struct face *face)
{
	device->face = face;
	device->name = strdup(view->name);
	device->uuid = strdup("");
	device->identity = strdup(view->identity);
	device->path = strdup(view->path);
	device->node = strdup(view->node);
	device->dev = view->dev;
	device->is_ours = view->has_name;
	device->is_read_only = view->is_read_only;
	device->is_leaving = view->is_leaving;
	device->is_suspended = view->is_suspended;
	device->sectors = view->sectors;
	device->offset = view->offset;
	device->backing_file = *view->backing_file ? strdup(view->backing_file) : NULL;
	device->options = strdup(view->options);
	return device->name && device->uuid && device->identity && device->path &&
	       device->node && device->options &&
	       info_parse(device, view->info);
}

/* --- lists */

struct reading {
	struct device_list *list;
	const char *name;	/* of the only one that is wanted, or NULL */
};

static struct device *device_append(struct device_list *list)
{
	struct device *rows = realloc(list->rows, (list->nr + 1) * sizeof(*rows));

	if (!rows)
		return NULL;
	list->rows = rows;
	memset(&rows[list->nr], 0, sizeof(*rows));
	return &rows[list->nr++];
}

static int dm_add(const struct dm_view *view, void *arg)
{
	const struct reading *reading = arg;
	struct device *device = device_append(reading->list);

	return device && dm_copy(device, view) ? 0 : -ENOMEM;
}

static int disk_add(const struct disk_view *view, const struct reading *reading,
		    const struct face *face)
{
	struct device *device;

	if (reading->name && strcmp(reading->name, view->name))
		return 0;
	device = device_append(reading->list);
	return device && disk_copy(device, view, face) ? 0 : -ENOMEM;
}

static int native_add(const struct disk_view *view, void *arg)
{
	return disk_add(view, arg, &face_native);
}

static int loop_add(const struct disk_view *view, void *arg)
{
	return disk_add(view, arg, &face_loop);
}

static int read_failed(int err)
{
	if (err == -ENOMEM)
		return failed("device-mapper", "out of memory");
	if (devmapper_absent())
		return failed("device-mapper", "%s", devmapper_absent());
	return failed("device-mapper", "%s", *devmapper_error() ? devmapper_error() :
		      strerror(-err));
}

static int disks_read(struct reading *reading)
{
	int err = native_each(native_add, reading);

	return err ? err : loop_each(loop_add, reading);
}

/* Where nobody has had device-mapper loaded there is nothing of it. */
static int targets_read(struct reading *reading)
{
	if (geteuid() || !devmapper_is_loaded())
		return 0;
	if (reading->name)
		return devmapper_one(reading->name, FLOOP_TARGET_NAME, FLOOP_UUID_PREFIX, dm_add,
				     reading);
	return devmapper_each(FLOOP_TARGET_NAME, FLOOP_UUID_PREFIX, dm_add, reading);
}

/* In a container, or for who is not root, there may be the other kinds all the same. */
static int targets_read_if_one_may(struct reading *reading)
{
	static bool is_said;
	int err = targets_read(reading);

	if (!geteuid() && (!err || !devmapper_is_out_of_reach(err)))
		return err;
	if (is_said)
		return 0;
	is_said = true;
	if (geteuid())
		remark("device-mapper", "only root sees its devices, and those of the loop driver");
	else
		remark("device-mapper", "its devices are left out: %s",
		       *devmapper_error() ? devmapper_error() : strerror(-err));
	return 0;
}

static void opened_read(struct device_list *list)
{
	size_t i;

	for (i = 0; i < list->nr; i++)
		list->rows[i].opened = opened_find(list->rows[i].name, list->rows[i].dev);
}

static int list_read(struct device_list *list, const char *name,
		     int (*read_targets)(struct reading *reading))
{
	struct reading reading = { list, name };
	int err;

	*list = (struct device_list) { 0 };
	err = disks_read(&reading);
	if (!err)
		err = read_targets(&reading);
	opened_read(list);
	return err ? read_failed(err) : STATUS_DONE;
}

int devices_read(struct device_list *list)
{
	return list_read(list, NULL, targets_read_if_one_may);
}

int devices_read_all(struct device_list *list)
{
	return list_read(list, NULL, targets_read);
}

int devices_read_one(struct device_list *list, const char *name)
{
	return list_read(list, name, targets_read_if_one_may);
}

void devices_fetch(struct device_list *list)
{
	struct reading reading = { .list = list };

	*list = (struct device_list) { 0 };
	disks_read(&reading);
	targets_read(&reading);
	opened_read(list);
}

static void device_free(struct device *device)
{
	size_t i;

	for (i = 0; i < device->nr_pairs; i++) {
		free(device->pairs[i].key);
		free(device->pairs[i].value);
	}
	free(device->pairs);
	free(device->name);
	free(device->uuid);
	free(device->identity);
	free(device->path);
	free(device->node);
	free(device->backing_file);
	free(device->options);
	free(device->mode);
	free(device->reason);
	opened_free(device->opened);
}

void devices_free(struct device_list *list)
{
	size_t i;

	for (i = 0; i < list->nr; i++)
		device_free(&list->rows[i]);
	free(list->rows);
	*list = (struct device_list) { 0 };
}

/* --- what belongs to what */

const char *device_info(const struct device *device, const char *key)
{
	size_t i;

	for (i = 0; i < device->nr_pairs; i++)
		if (!strcmp(device->pairs[i].key, key))
			return device->pairs[i].value;
	return NULL;
}

/* 0: the kernel does not say. */
static dev_t status_dev(const struct device *device)
{
	const char *text = device_info(device, "dev");
	unsigned int major, minor;

	return text && sscanf(text, "%u:%u", &major, &minor) == 2 ? makedev(major, minor) : 0;
}

bool device_may_have_file(const struct device *device, const struct file_id *id)
{
	const char *ino_text = device_info(device, "ino");
	dev_t dev = status_dev(device);

	return dev && ino_text && (dev == id->dev || dev == id->super_dev) &&
	       strtoull(ino_text, NULL, 10) == id->ino;
}

/*
 * By stat's numbers: the disk tells them, unless it stands still, when nobody may be able to
 * open it.  Otherwise there is no more than the path.
 */
static bool is_at_stat(const struct device *device, const struct file_id *id)
{
	struct file_id found;
	struct loop_file file;

	if (device->node && !device->is_suspended &&
	    !loop_file_read(strrchr(device->node, '/') + 1, &file))
		return file.dev == id->dev && file.ino == id->ino;
	return device->backing_file && file_id_read(AT_FDCWD, device->backing_file, &found) &&
	       found.dev == id->dev && found.ino == id->ino;
}

/* The snapshot of a subvolume has the same inodes, on the same super block. */
bool device_has_file(const struct device *device, const struct file_id *id)
{
	return device_may_have_file(device, id) &&
	       (status_dev(device) == id->dev || is_at_stat(device, id));
}

bool device_overlaps(const struct device *device, const struct range *range)
{
	return range->offset < device->offset + device->sectors * SECTOR_SIZE &&
	       device->offset < range->offset + range->size;
}

const char *device_user_name(const struct device *device)
{
	return device->opened ? device->opened->name : device->name;
}

const char *device_user_path(const struct device *device)
{
	return device->opened ? device->opened->path : device->path;
}

dev_t device_user_dev(const struct device *device)
{
	return device->opened ? device->opened->dev : device->dev;
}

unsigned int device_sector_size(const struct device *device)
{
	int fd = open(device->path, O_RDONLY | O_CLOEXEC);
	int size = SECTOR_SIZE;

	if (fd < 0)
		return SECTOR_SIZE;
	if (ioctl(fd, BLKSSZGET, &size) || size < SECTOR_SIZE)
		size = SECTOR_SIZE;
	close(fd);
	return (unsigned int)size;
}

bool device_is_mapped(const struct device *device)
{
	return device->mode && !strcmp(device->mode, FLOOP_MODE_MAPPED);
}

const struct device *devices_find(const struct device_list *list, const char *name)
{
	size_t i;

	for (i = 0; i < list->nr; i++)
		if (!strcmp(list->rows[i].name, name) ||
		    !strcmp(device_user_name(&list->rows[i]), name))
			return &list->rows[i];
	return NULL;
}

size_t devices_count(const struct device_list *list)
{
	size_t i, nr = 0;

	for (i = 0; i < list->nr; i++)	/* a device's targets stand together */
		nr += !i || list->rows[i].dev != list->rows[i - 1].dev;
	return nr;
}

/* What the word of a command line may mean */
struct target_word {
	const char *word;	/* as it was written */
	const char *name;	/* NULL: a path, no name */
	dev_t node;		/* 0: no device's node */
	bool is_file;
	struct file_id file;
	char path[PATH_MAX];	/* absolute, "" if there is something there */
};

/* The absolute path of a file that is gone, if its folder is still there */
static void missing_path(const char *word, char *path, size_t size)
{
	const char *slash = strrchr(word, '/');
	const char *base = slash ? slash + 1 : word;
	char folder[PATH_MAX] = ".", resolved[PATH_MAX];
	int len;

	if (slash)	/* with the slash, so that the root is not empty */
		snprintf(folder, sizeof(folder), "%.*s", (int)(base - word), word);
	if (!realpath(folder, resolved))
		return;
	len = snprintf(path, size, "%s/%s", strcmp(resolved, "/") ? resolved : "", base);
	if (len < 0 || (size_t)len >= size)
		*path = '\0';
}

/* It was one's that has gone, and another file may have its disk. */
static bool is_stale_link(const char *word)
{
	static const char folder[] = "/dev/fastloop/";

	return !strncmp(word, folder, strlen(folder)) && !link_is_true(word + strlen(folder));
}

static void word_understand(struct target_word *meaning, const char *word)
{
	struct stat st;

	*meaning = (struct target_word) { .word = word };
	if (!strchr(word, '/'))
		meaning->name = word;
	if (stat(word, &st)) {
		missing_path(word, meaning->path, sizeof(meaning->path));
		return;
	}
	if (S_ISBLK(st.st_mode) && !is_stale_link(word))
		meaning->node = st.st_rdev;
	if (S_ISREG(st.st_mode) || S_ISBLK(st.st_mode))
		meaning->is_file = file_id_read(AT_FDCWD, word, &meaning->file);
}

static bool is_path_of(const struct device *device, const char *path)
{
	size_t len = strlen(path);

	return *path && device->backing_file && !strncmp(device->backing_file, path, len) &&
	       (!device->backing_file[len] || !strcmp(device->backing_file + len, DELETED));
}

static bool is_file_meant(const struct device *device, const struct target_word *meaning)
{
	return (meaning->is_file && device_has_file(device, &meaning->file)) ||
	       is_path_of(device, meaning->path);
}

bool device_is_of_file(const struct device *device, const char *path)
{
	struct target_word meaning;

	word_understand(&meaning, path);
	return is_file_meant(device, &meaning);
}

static bool is_opened_meant(const struct opened *opened, const struct target_word *meaning)
{
	return (meaning->name && !strcmp(opened->name, meaning->name)) ||
	       (meaning->node && opened->dev == meaning->node) ||
	       !strcmp(opened->path, meaning->word);
}

static bool is_meant(const struct device *device, const struct target_word *meaning)
{
	return (device->opened && is_opened_meant(device->opened, meaning)) ||
	       (meaning->name && !strcmp(device->name, meaning->name)) ||
	       (meaning->node && device->dev == meaning->node) ||
	       is_file_meant(device, meaning) || !strcmp(device->path, meaning->word);
}

static void list_filter(struct device_list *list, const char *word,
			bool (*is_wanted)(const struct device *device,
					  const struct target_word *meaning))
{
	struct target_word meaning;
	size_t i, nr = 0;

	word_understand(&meaning, word);
	for (i = 0; i < list->nr; i++) {
		if (is_wanted(&list->rows[i], &meaning))
			list->rows[nr++] = list->rows[i];
		else
			device_free(&list->rows[i]);
	}
	list->nr = nr;
}

void devices_select(struct device_list *list, const char *word)
{
	list_filter(list, word, is_meant);
}

void devices_select_file(struct device_list *list, const char *word)
{
	list_filter(list, word, is_file_meant);
}
