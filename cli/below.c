// SPDX-License-Identifier: GPL-2.0-only
/*
 * The first layer that has the path has the file, unless it was moved by a redirection,
 * or only its attributes were copied up; and layers are named as whoever mounted them
 * saw them, from a place of his own, maybe.  So it is taken for the file only if all
 * that overlayfs passes on is the same, to the nanosecond.
 */
#include <fcntl.h>
#include <linux/limits.h>
#include <linux/magic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/vfs.h>
#include <sys/xattr.h>
#include <unistd.h>

#include "below.h"
#include "mounts.h"
#include "text.h"

#define TIMES_AND_SIZE	(STATX_BASIC_STATS | STATX_BTIME)

struct search {
	struct below *below;
	struct statx file;
	char path[PATH_MAX];	/* of the file, in our eyes */
	char inside[2 * PATH_MAX];	/* in those of the layers */
	bool is_over;		/* a layer has something of that name */
};

/* --- the file in a layer */

static bool is_same_time(const struct statx_timestamp *a, const struct statx_timestamp *b)
{
	return a->tv_sec == b->tv_sec && a->tv_nsec == b->tv_nsec;
}

static bool is_same(const struct statx *a, const struct statx *b)
{
	return a->stx_mode == b->stx_mode && a->stx_size == b->stx_size &&
	       a->stx_blocks == b->stx_blocks && a->stx_uid == b->stx_uid &&
	       a->stx_gid == b->stx_gid && is_same_time(&a->stx_mtime, &b->stx_mtime) &&
	       is_same_time(&a->stx_ctime, &b->stx_ctime) &&
	       (!(a->stx_mask & b->stx_mask & STATX_BTIME) ||
		is_same_time(&a->stx_btime, &b->stx_btime));
}

static bool has_data_elsewhere(const char *path)
{
	return lgetxattr(path, "trusted.overlay.metacopy", NULL, 0) >= 0 ||
	       lgetxattr(path, "user.overlay.metacopy", NULL, 0) >= 0;
}

static void layer_look(struct search *search, const char *layer, bool is_shared)
{
	struct statx found;
	char *path;

	if (search->is_over || *layer != '/' ||
	    asprintf(&path, "%s%s", layer, search->inside) < 0)
		return;
	search->is_over = !statx(AT_FDCWD, path, AT_SYMLINK_NOFOLLOW, TIMES_AND_SIZE, &found);
	if (search->is_over && is_same(&search->file, &found) && !has_data_elsewhere(path)) {
		search->below->path = path;
		search->below->is_shared = is_shared;
		return;
	}
	free(path);
}

/* --- the layers */

/* Cut the next one off *@list: a colon ends it, "\:" is one of its own. */
static char *layer_next(char **list)
{
	char *in = *list, *out = in, *layer = in;

	if (!in)
		return NULL;
	for (; *in && *in != ':'; in++) {
		if (*in == '\\' && in[1])
			in++;
		*out++ = *in;
	}
	*list = *in ? in + 1 : NULL;
	*out = '\0';
	return layer;
}

/* What comes behind an empty one has only data, by other names. */
static void layers_look(struct search *search, char *list)
{
	char *layer;

	while ((layer = layer_next(&list)) && *layer)
		layer_look(search, layer, true);
}

static void option_look(struct search *search, char *option, bool is_upper)
{
	char *value = strchr(option, '=');

	if (!value)
		return;
	*value++ = '\0';
	octal_unescape(value);
	if (is_upper && !strcmp(option, "upperdir"))
		layer_look(search, value, false);
	else if (!is_upper && !strcmp(option, "lowerdir"))
		layers_look(search, value);
	else if (!is_upper && !strcmp(option, "lowerdir+"))
		layer_look(search, value, true);
}

static void options_look(struct search *search, const char *options, bool is_upper)
{
	char *copy = strdup(options), *rest = copy, *option;

	while ((option = strsep(&rest, ",\n")))
		option_look(search, option, is_upper);
	free(copy);
}

/* --- the mount */

/* A mount may show a part of the file system only. */
static bool path_translate(struct search *search, const struct mount *mount)
{
	const char *point = strcmp(mount->point, "/") ? mount->point : "";
	const char *root = strcmp(mount->root, "/") ? mount->root : "";
	size_t len = strlen(point);

	if (strncmp(search->path, point, len) || search->path[len] != '/')
		return false;
	snprintf(search->inside, sizeof(search->inside), "%s%s", root, search->path + len);
	return true;
}

static int mount_look(const struct mount *mount, void *arg)
{
	struct search *search = arg;

	if (mount->id != search->file.stx_mnt_id)
		return false;
	if (path_translate(search, mount)) {
		options_look(search, mount->options, true);
		options_look(search, mount->options, false);
	}
	return true;
}

static bool is_on_overlay(const struct backing *backing)
{
	struct statfs fs;

	return !backing->device && !fstatfs(backing->fd, &fs) && fs.f_type == OVERLAYFS_SUPER_MAGIC;
}

void below_find(struct below *below, const struct backing *backing)
{
	struct search search = { .below = below };
	ssize_t len;

	*below = (struct below) { 0 };
	if (!is_on_overlay(backing) ||
	    statx(backing->fd, "", AT_EMPTY_PATH, TIMES_AND_SIZE | STATX_MNT_ID, &search.file) ||
	    !(search.file.stx_mask & STATX_MNT_ID))
		return;
	len = readlink(backing->fd_path, search.path, sizeof(search.path) - 1);
	if (len > 0)
		mounts_each("/proc/self/mountinfo", mount_look, &search);
}
