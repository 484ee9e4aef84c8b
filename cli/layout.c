// SPDX-License-Identifier: GPL-2.0-only
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#include "layout.h"

#define SECTOR_SIZE 512

/* A layout on its way */
struct reading {
	struct layout *layout;
	struct extents_sum sum;
	int err;
};

static int list_add(struct run_list *list, const struct run *run)
{
	struct run *rows;

	if (list->nr == list->room) {
		list->room = list->room ? 2 * list->room : 64;
		rows = reallocarray(list->rows, list->room, sizeof(*rows));
		if (!rows)
			return -ENOMEM;
		list->rows = rows;
	}
	list->rows[list->nr++] = *run;
	return 0;
}

static void run_add(const struct run *run, void *arg)
{
	struct reading *reading = arg;
	struct layout *layout = reading->layout;

	layout->nr += run->kind != RUN_HOLE;
	layout->bytes[run->kind] += run->len;
	extents_add(&reading->sum, run);
	if (layout->width)
		picture_add(&layout->picture, run);
	if (layout->has_list && !reading->err)
		reading->err = list_add(&layout->list, run);
}

/* --- of a block device, and of a file */

static void device_read(struct reading *reading)
{
	struct run run = { .len = reading->layout->backing->size, .kind = RUN_DATA };

	run_add(&run, reading);
	reading->layout->told_by = "device";
	reading->layout->extents.is_known = true;
}

static void behind_add(const struct run *run, void *arg)
{
	if (run->kind != RUN_HOLE)
		*(uint64_t *)arg += run->len;
}

/* The rest of the last block is the file's, and no more than that. */
static void behind_read(struct layout *layout, int fd, const struct stat *st)
{
	uint64_t block = (uint64_t)st->st_blksize;
	uint64_t begin = (layout->backing->size + block - 1) / block * block;
	struct range range = { .offset = begin, .size = INT64_MAX - begin };
	struct run_options options = { .last = RUNS_BY_FIEMAP };

	if (begin < INT64_MAX && runs_visit(fd, &range, &options, behind_add,
					    &layout->behind_bytes))
		layout->behind_bytes = 0;
}

static bool is_same_time(const struct timespec *a, const struct timespec *b)
{
	return a->tv_sec == b->tv_sec && a->tv_nsec == b->tv_nsec;
}

/* A layout can change and its times a moment later; so this sees most of it, not all. */
static bool is_same(const struct stat *a, const struct stat *b)
{
	return a->st_size == b->st_size && a->st_blocks == b->st_blocks &&
	       is_same_time(&a->st_mtim, &b->st_mtim) && is_same_time(&a->st_ctim, &b->st_ctim);
}

static int file_read(struct reading *reading, int fd)
{
	static const char *const names[] = { "fiemap", "fibmap", "seek" };
	struct layout *layout = reading->layout;
	struct range range = { .size = layout->backing->size };
	struct run_options options = { .has_sync = layout->has_sync, .last = RUNS_BY_SEEK };
	struct stat before, after;
	int err;

	if (fstat(fd, &before))
		return -errno;
	err = runs_visit(fd, &range, &options, run_add, reading);
	if (err)
		return err;
	layout->told_by = names[options.source];
	layout->is_forbidden = options.is_forbidden;
	layout->extents.is_known = options.source != RUNS_BY_SEEK;
	if (options.source == RUNS_BY_FIEMAP)
		behind_read(layout, fd, &before);
	if (fstat(fd, &after))
		return -errno;
	layout->allocated_bytes = (uint64_t)after.st_blocks * SECTOR_SIZE;
	layout->is_changed = !is_same(&before, &after);
	return 0;
}

/* --- all of it */

static int reading_do(struct reading *reading)
{
	const struct backing *backing = reading->layout->backing;
	int fd, err;

	if (backing->device) {
		device_read(reading);
		return reading->err;
	}
	fd = open(backing->fd_path, O_RDONLY | O_CLOEXEC);
	if (fd < 0)
		return -errno;
	err = file_read(reading, fd);
	close(fd);
	return err ? err : reading->err;
}

int layout_read(struct layout *layout)
{
	struct reading reading = {
		.layout = layout,
		.sum = { .extents = &layout->extents, .block_size = layout->backing->block_size },
	};

	if (layout->width && !picture_init(&layout->picture, layout->backing->size,
					   layout->width, layout->backing->block_size))
		return -ENOMEM;
	return reading_do(&reading);
}

void layout_deinit(struct layout *layout)
{
	picture_deinit(&layout->picture);
	free(layout->list.rows);
}
