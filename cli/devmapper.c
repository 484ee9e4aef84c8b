// SPDX-License-Identifier: GPL-2.0-only
/*
 * libdevmapper.  A device is made in three steps of our own and not in the one
 * of libdevmapper: that one removes what it made when the table is refused,
 * but then reports the removal's errno, and a caller can not tell a name that
 * is taken from a table that is refused.
 *
 * Every task that makes the kernel tell udev something (resume, remove) carries
 * a cookie, and the cookie is waited for whether the task failed or not.
 */
#include <errno.h>
#include <fcntl.h>
#include <libdevmapper.h>
#include <linux/dm-ioctl.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/sysmacros.h>
#include <unistd.h>

#include "devmapper.h"

#define LOG_LEVEL_MASK	7
#define LOG_LEVEL_ERROR	3

static char task_error[512];

/*
 * libdevmapper writes to stderr on its own; keep what it says for our line. Of
 * several remarks on one task the first is the cause.
 */
__attribute__((format(printf, 5, 6)))
static void message_keep(int level, const char *file, int line, int error,
			 const char *format, ...)
{
	va_list args;

	(void)file;
	(void)line;
	(void)error;
	if ((level & LOG_LEVEL_MASK) > LOG_LEVEL_ERROR || *task_error)
		return;
	va_start(args, format);
	vsnprintf(task_error, sizeof(task_error), format, args);
	va_end(args);
}

const char *devmapper_error(void)
{
	return task_error;
}

#define DEVMAPPER_NODE	"/dev/mapper/control"

bool devmapper_is_loaded(void)
{
	return !access("/sys/class/misc/device-mapper", F_OK);
}

const char *devmapper_absent(void)
{
	if (geteuid())
		return "only root may use it";
	return devmapper_is_loaded() ? NULL : "this kernel has none; try modprobe dm-mod";
}

bool devmapper_is_out_of_reach(int err)
{
	return err == -EPERM || err == -EACCES || access(DEVMAPPER_NODE, R_OK | W_OK);
}

static struct dm_task *task_new(int type, const char *name)
{
	struct dm_task *task;

	*task_error = '\0';
	dm_log_with_errno_init(message_keep);
	/* One way there and back; "auto" guesses by what a name looks like. */
	dm_set_name_mangling_mode(DM_STRING_MANGLING_HEX);
	task = dm_task_create(type);
	if (task && name && !dm_task_set_name(task, name)) {
		dm_task_destroy(task);
		task = NULL;
	}
	return task;
}

/* The device with this UUID, whatever it is called by now, or without one that of the name */
static struct dm_task *task_new_for(int type, const char *name, const char *uuid)
{
	struct dm_task *task = task_new(type, *uuid ? NULL : name);

	if (task && *uuid && !dm_task_set_uuid(task, uuid)) {
		dm_task_destroy(task);
		task = NULL;
	}
	return task;
}

static int task_errno(struct dm_task *task)
{
	int err = dm_task_get_errno(task);

	return err ? -err : errno ? -errno : -EIO;
}

static int task_run(struct dm_task *task)
{
	if (!task)
		return -EINVAL;
	errno = 0;
	return dm_task_run(task) ? 0 : task_errno(task);
}

static int task_run_and_destroy(struct dm_task *task)
{
	int err = task_run(task);

	if (task)
		dm_task_destroy(task);
	return err;
}

static int task_run_with_udev(struct dm_task *task, uint16_t flags)
{
	uint32_t cookie = 0;
	int err;

	if (!task)
		return -EINVAL;
	if (!dm_task_set_cookie(task, &cookie, flags))
		return -EIO;
	err = task_run(task);
	dm_udev_wait(cookie);
	return err;
}

bool devmapper_target_exists(const char *target)
{
	struct dm_task *task = task_new(DM_DEVICE_GET_TARGET_VERSION, target);

	return !task_run_and_destroy(task);
}

/* False without such a device */
static bool info_read(const char *name, struct dm_info *info)
{
	struct dm_task *task = task_new(DM_DEVICE_INFO, name);
	bool is_there;

	is_there = !task_run(task) && dm_task_get_info(task, info) && info->exists;
	if (task)
		dm_task_destroy(task);
	return is_there;
}

bool devmapper_name_is_taken(const char *name)
{
	struct dm_info info = { 0 };

	return info_read(name, &info);
}

bool devmapper_is_leaving(const char *name)
{
	struct dm_info info = { 0 };

	return info_read(name, &info) && info.deferred_remove;
}

int devmapper_open_count(const char *name)
{
	struct dm_info info = { 0 };

	return info_read(name, &info) ? info.open_count : 0;
}

int devmapper_create(const char *name, const char *uuid)
{
	struct dm_task *task = task_new(DM_DEVICE_CREATE, name);

	if (task && !dm_task_set_uuid(task, uuid)) {
		dm_task_destroy(task);
		return -EINVAL;
	}
	return task_run_and_destroy(task);
}

int devmapper_load(const char *name, const char *target, const char *params,
		   uint64_t sectors, bool is_read_only)
{
	struct dm_task *task = task_new(DM_DEVICE_RELOAD, name);

	if (task && (!dm_task_add_target(task, 0, sectors, target, params) ||
		     (is_read_only && !dm_task_set_ro(task)))) {
		dm_task_destroy(task);
		return -ENOMEM;
	}
	return task_run_and_destroy(task);
}

static void node_path(struct dm_task *task, char *path, size_t size)
{
	char *name = dm_task_get_name_mangled(task);

	snprintf(path, size, "%s/%s", dm_dir(), name ? name : "?");
	dm_free(name);
}

int devmapper_resume(const char *name, char *path, size_t size)
{
	struct dm_task *task = task_new(DM_DEVICE_RESUME, name);
	int err = task_run_with_udev(task, 0);

	if (!task)
		return err;
	node_path(task, path, size);
	dm_task_destroy(task);
	return err;
}

static struct dm_task *message_new(const char *name, const char *message)
{
	struct dm_task *task = task_new(DM_DEVICE_TARGET_MSG, name);

	if (task && (!dm_task_set_sector(task, 0) || !dm_task_set_message(task, message))) {
		dm_task_destroy(task);
		task = NULL;
	}
	return task;
}

int devmapper_message(const char *name, const char *message)
{
	return task_run_and_destroy(message_new(name, message));
}

int devmapper_ask(const char *name, const char *message, char *answer, size_t size)
{
	struct dm_task *task = message_new(name, message);
	int err = task_run(task);
	const char *said = err ? NULL : dm_task_get_message_response(task);

	snprintf(answer, size, "%s", said ? said : "");
	if (task)
		dm_task_destroy(task);
	return err;
}

/* The kernel suspends, exchanges and resumes in this one call. */
int devmapper_exchange(const char *name)
{
	struct dm_task *task = task_new(DM_DEVICE_RESUME, name);
	int err;

	if (task) {
		dm_task_skip_lockfs(task);
		dm_task_no_flush(task);
	}
	err = task_run_with_udev(task, 0);
	if (task)
		dm_task_destroy(task);
	return err;
}

int devmapper_clear(const char *name)
{
	return task_run_and_destroy(task_new(DM_DEVICE_CLEAR, name));
}

int devmapper_wake(const char *name)
{
	struct dm_task *task = task_new(DM_DEVICE_INFO, name);
	struct dm_info info = { 0 };
	int err = task_run(task);

	if (!err && !dm_task_get_info(task, &info))
		err = -EIO;
	if (task)
		dm_task_destroy(task);
	return !err && info.suspended ? devmapper_exchange(name) : err;
}

/* --- without a library's help */

int devmapper_control_open(void)
{
	char path[PATH_MAX];
	int fd;

	snprintf(path, sizeof(path), "%s/" DM_CONTROL_NODE, dm_dir());
	fd = open(path, O_RDWR | O_CLOEXEC);
	return fd < 0 ? -errno : fd;
}

/* As the kernel writes a device's number into 32 bits */
static uint64_t number_encode(dev_t dev)
{
	return (minor(dev) & 0xff) | major(dev) << 8 | (minor(dev) & ~0xffU) << 12;
}

static int number_suspend(int control, dev_t dev, uint32_t flags)
{
	struct dm_ioctl request = {
		.version = { DM_VERSION_MAJOR, 0, 0 },
		.data_size = sizeof(request),
		.dev = number_encode(dev),
		.flags = flags,
	};

	return ioctl(control, DM_DEV_SUSPEND, &request) ? -errno : 0;
}

int devmapper_suspend_number(int control, dev_t dev, bool locks_fs)
{
	return number_suspend(control, dev,
			      DM_SUSPEND_FLAG | (locks_fs ? 0 : DM_SKIP_LOCKFS_FLAG));
}

int devmapper_resume_number(int control, dev_t dev)
{
	return number_suspend(control, dev, 0);
}

/* Where there is no udev the library removes the node of a name alone, not of a UUID. */
static void node_remove(const char *name)
{
	task_run_and_destroy(task_new(DM_DEVICE_MKNODES, name));
}

static int remove_device(const char *name, const char *uuid,
			 int (*modify)(struct dm_task *task), uint16_t flags)
{
	struct dm_task *task = task_new_for(DM_DEVICE_REMOVE, name, uuid);
	int err;

	if (task && modify)
		modify(task);
	err = task_run_with_udev(task, flags);
	if (task)
		dm_task_destroy(task);
	if (!err && *uuid)
		node_remove(name);
	return err;
}

int devmapper_remove(const char *name, const char *uuid)
{
	return remove_device(name, uuid, NULL, 0);
}

int devmapper_remove_patiently(const char *name, const char *uuid)
{
	return remove_device(name, uuid, dm_task_retry_remove, 0);
}

int devmapper_remove_deferred(const char *name, const char *uuid)
{
	/* Or libdevmapper would remove the node of the device that is still there. */
	return remove_device(name, uuid, dm_task_deferred_remove,
			     DM_UDEV_DISABLE_LIBRARY_FALLBACK);
}

int devmapper_keep(const char *name)
{
	return devmapper_message(name, "@cancel_deferred_remove");
}

/* --- looking at devices */

struct line {
	uint64_t start;
	uint64_t sectors;
	char *type;
	char *params;
};

/* The next line of a table or status task; false behind the last one */
static bool line_next(struct dm_task *task, void **next, struct line *line)
{
	line->type = NULL;
	*next = dm_get_next_target(task, *next, &line->start, &line->sectors, &line->type,
				   &line->params);
	return line->type;
}

/*
 * INFO of the target at @start.  The table may have been replaced since it was
 * read; then there is none, and the caller shows what it has.
 */
static const char *info_find(struct dm_task *status, const char *target, uint64_t start)
{
	struct line line;
	void *next = NULL;

	while (line_next(status, &next, &line)) {
		if (line.start == start && !strcmp(line.type, target))
			return line.params;
		if (!next)
			break;
	}
	return "";
}

static struct dm_task *status_read(const char *name)
{
	struct dm_task *task = task_new(DM_DEVICE_STATUS, name);

	if (!task)
		return NULL;
	dm_task_no_flush(task);
	if (!task_run(task))
		return task;
	dm_task_destroy(task);
	return NULL;
}

struct visit {
	const char *target;
	const char *uuid_prefix;
	dm_view_fn each;
	void *arg;
};

static int targets_visit(struct dm_task *table, struct dm_view *view, const struct visit *visit)
{
	struct dm_task *status = NULL;
	struct line line;
	void *next = NULL;
	int stop = 0;

	while (!stop && line_next(table, &next, &line)) {
		if (!strcmp(line.type, visit->target)) {
			if (!status)
				status = status_read(view->name);
			view->has_target = true;
			view->start = line.start;
			view->sectors = line.sectors;
			view->table = line.params;
			view->info = status ? info_find(status, visit->target, line.start) : "";
			stop = visit->each(view, visit->arg);
		}
		if (!next)
			break;
	}
	if (status)
		dm_task_destroy(status);
	return stop;
}

static bool is_half_made(const struct dm_info *info, const char *uuid, const char *prefix)
{
	return !info->live_table && !strncmp(uuid, prefix, strlen(prefix));
}

static int table_visit(struct dm_task *table, const char *name, const struct visit *visit)
{
	const char *uuid = dm_task_get_uuid(table);
	struct dm_info info;
	char path[PATH_MAX];
	struct dm_view view = {
		.name = name, .uuid = uuid ? uuid : "", .path = path, .table = "", .info = "",
	};

	if (!dm_task_get_info(table, &info) || !info.exists)
		return 0;
	node_path(table, path, sizeof(path));
	view.dev = makedev(info.major, info.minor);
	view.is_read_only = info.read_only;
	view.is_suspended = info.suspended;
	view.is_leaving = info.deferred_remove;
	view.has_loaded_table = info.inactive_table;
	if (is_half_made(&info, view.uuid, visit->uuid_prefix))
		return visit->each(&view, visit->arg);
	return targets_visit(table, &view, visit);
}

/* A device that is gone by now has nothing to visit. */
static int device_visit(const char *name, const struct visit *visit)
{
	struct dm_task *table = task_new(DM_DEVICE_TABLE, name);
	int err = -EINVAL;

	if (!table)
		return err;
	dm_task_no_open_count(table);
	err = task_run(table);
	if (!err)
		err = table_visit(table, name, visit);
	dm_task_destroy(table);
	return err == -ENXIO ? 0 : err;
}

int devmapper_one(const char *name, const char *target, const char *uuid_prefix,
		  dm_view_fn each, void *arg)
{
	struct visit visit = { target, uuid_prefix, each, arg };

	return device_visit(name, &visit);
}

static int names_visit(const struct dm_names *names, const struct visit *visit)
{
	int stop = 0;

	if (!names || !names->dev)
		return 0;
	for (;;) {
		stop = device_visit(names->name, visit);
		if (stop || !names->next)
			return stop;
		names = (const void *)((const char *)names + names->next);
	}
}

int devmapper_each(const char *target, const char *uuid_prefix, dm_view_fn each, void *arg)
{
	struct visit visit = { target, uuid_prefix, each, arg };
	struct dm_task *list = task_new(DM_DEVICE_LIST, NULL);
	int err = task_run(list);

	if (!err)
		err = names_visit(dm_task_get_names(list), &visit);
	if (list)
		dm_task_destroy(list);
	return err;
}
