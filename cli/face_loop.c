// SPDX-License-Identifier: GPL-2.0-only
/*
 * A disk of the kernel's own loop driver, for a machine where fastloop's module is not
 * there: with the best of its settings.  Every request goes through the file system, and
 * nobody is kept from the file.
 *
 * Its sectors are those that the module's disk would have, so that an image reads the same
 * with both: they do not grow to what the file's direct I/O needs.
 */
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include "cli.h"
#include "device.h"
#include "face.h"
#include "links.h"
#include "loop.h"
#include "message.h"
#include "module.h"
#include "names.h"
#include "native.h"

#define LOCK_PATH	"/run/fastloop-names.lock"
#define SECTOR_SIZE	512
#define MAX_NAMES	100000	/* that share one file name */
#define PATIENCE_STEPS	50	/* of 100 ms each */

static const struct timespec patience_step = { .tv_nsec = 100000000 };

/* --- what it can not do */

static const char *said = "";

static int unable(const char *why)
{
	said = why;
	return -EOPNOTSUPP;
}

static const char *loop_error(void)
{
	return said;
}

static int loop_tell(const struct device *device, const char *message)
{
	(void)device;
	(void)message;
	return unable("engine kernel-loop has no map and takes no messages");
}

static int loop_unshare(const struct device *device, uint64_t *pos)
{
	(void)device;
	(void)pos;
	return unable("engine kernel-loop has no map that could be had again");
}

/* Nothing of it ever stands still. */
static int loop_resume(const struct device *device)
{
	(void)device;
	return 0;
}

/* --- names; nothing but the lock keeps two from having the same */

static int name_compare(const struct disk_view *view, void *arg)
{
	return !strcmp(view->name, arg);
}

static bool loop_has_name(const char *name)
{
	return loop_each(name_compare, (void *)name) == 1;
}

/* Its file, to be closed, or a negative errno */
static int names_lock(void)
{
	int lock = open(LOCK_PATH, O_CREAT | O_RDWR | O_CLOEXEC | O_NOFOLLOW, 0600), err;

	if (lock >= 0 && !flock(lock, LOCK_EX))
		return lock;
	err = -errno;
	if (lock >= 0)
		close(lock);
	return err;
}

/* A name that is free again may be another disk's, and its link, in the next moment. */
static int detach_locked(const struct disk *disk)
{
	int lock = names_lock(), err;

	if (lock < 0)
		return lock;
	err = loop_detach(disk);
	close(lock);
	return err;
}

static int name_choose(const struct making *making, char name[LOOP_NAME_SIZE])
{
	unsigned int i;

	if (making->name && strlen(making->name) >= LOOP_NAME_SIZE)
		return failed(making->name,
			      "longer than the %d bytes that the kernel's loop driver keeps of a name",
			      LOOP_NAME_SIZE - 1);
	if (making->name && name_is_taken(making->name))
		return failed(making->name, "this device name is in use");
	snprintf(name, LOOP_NAME_SIZE, "%s", making->name ? making->name : "");
	for (i = 1; !*name && i <= MAX_NAMES; i++) {
		if (!making_name(making, name, LOOP_NAME_SIZE, i))
			*name = '\0';
	}
	return *name ? STATUS_DONE : failed(making->backing->name, "this device name is in use");
}

/* --- who has the bytes */

static bool is_in_the_way(const struct making *making, const struct device *device)
{
	return device->face == &face_loop && device_has_file(device, &making->backing->id) &&
	       device_overlaps(device, &making->range) &&
	       !(making->is_read_only && device->is_read_only);
}

static int report_busy(const struct making *making, const struct device *device)
{
	uint64_t end = device->offset + device->sectors * SECTOR_SIZE;
	char sentence[DEVMAPPER_NAME_SIZE + 96];

	snprintf(sentence, sizeof(sentence), "%s holds bytes %llu to %llu%s", device->name,
		 (unsigned long long)device->offset, (unsigned long long)end - 1,
		 device->is_read_only ? " read-only" : "");
	return refused(making->backing->name, "range-busy", sentence);
}

/* As the module would; the driver lets anybody have them, and losetup does not ask. */
static int range_check(const struct making *making)
{
	struct device_list list;
	int status = STATUS_DONE;
	size_t i;

	if (making->is_shared)
		return STATUS_DONE;
	devices_fetch(&list);
	for (i = 0; !status && i < list.nr; i++)
		if (is_in_the_way(making, &list.rows[i]))
			status = report_busy(making, &list.rows[i]);
	devices_free(&list);
	return status;
}

/* --- direct I/O */

/* What it must be aligned to; 0: there is none */
static unsigned int direct_unit(const struct backing *backing)
{
	struct statx stx = { 0 };

	if (!statx(backing->fd, "", AT_EMPTY_PATH, STATX_DIOALIGN, &stx) &&
	    stx.stx_mask & STATX_DIOALIGN)
		return stx.stx_dio_offset_align;
	return backing->block_size;
}

/* Why there can be none; "" if there can */
static void direct_judge(const struct making *making, char *why, size_t size)
{
	unsigned int unit = direct_unit(making->backing);

	*why = '\0';
	if (!unit)
		snprintf(why, size, "the file system has no direct I/O for this file");
	else if (making->sector % unit)
		snprintf(why, size,
			 "direct I/O of this file needs --sector-size %u, the device has %u", unit,
			 making->sector);
	else if (making->range.offset % unit)
		snprintf(why, size, "direct I/O of this file needs an offset of whole %u bytes",
			 unit);
}

/* --- making one */

static int file_open(const struct making *making, int *fd)
{
	int way = making->is_read_only ? O_RDONLY : O_RDWR;

	*fd = open(making->backing->fd_path, way | O_CLOEXEC);
	if (*fd >= 0)
		return STATUS_DONE;
	if (errno == ETXTBSY)
		return failed(making->backing->name, "%s; fastloop who says who keeps writers off",
			      strerror(errno));
	if (errno == EROFS)
		return failed(making->backing->name, "%s; --read-only attaches it",
			      strerror(errno));
	return failed(making->backing->name, "%s", strerror(errno));
}

static int attach_failed(const struct making *making, int err)
{
	if (access(LOOP_CONTROL, F_OK) || err == -ENODEV || err == -ENXIO)
		return failed(making->backing->name,
			      "%s, and there is no loop driver: " LOOP_CONTROL ": %s; try modprobe loop",
			      making->why->sentence, strerror(-err));
	if (err == -EEXIST)
		return failed(making->backing->name, "this device name is in use");
	if (err == -ENOENT)
		return failed(making->backing->name,
			      "the loop device that is free has no node below /dev");
	return failed(making->backing->name, "the kernel's loop driver refuses it: %s",
		      strerror(-err));
}

/* What was asked for and what came of it */
static int direct_check(struct making *making, bool is_direct, const char *why)
{
	if (is_direct || !strcmp(making->io, "buffered"))
		return STATUS_DONE;
	if (!*why)
		why = "the file system has no direct I/O for this file";
	if (!strcmp(making->io, "direct"))
		return failed(making->backing->name, "%s", why);
	snprintf(making->remark, sizeof(making->remark), "through the page cache: %s", why);
	return STATUS_DONE;
}

static int named_attach(struct making *making, int fd, const char *name)
{
	struct loop_attach what = {
		.fd = fd, .name = name, .why = making->why, .sector = making->sector,
		.offset = making->range.offset,
		.size = backing_limit(making->backing, making->range.offset, making->range.size),
		.is_read_only = making->is_read_only,
	};
	char why[sizeof(making->remark) - 32];
	int err;

	direct_judge(making, why, sizeof(why));
	if (*why && !strcmp(making->io, "direct"))
		return failed(making->backing->name, "%s", why);
	what.is_direct = !*why && strcmp(making->io, "buffered");
	err = loop_attach(&what);
	if (err)
		return attach_failed(making, err);
	snprintf(making->made, sizeof(making->made), "%s", name);
	return direct_check(making, what.is_direct, why);
}

static int file_attach_locked(struct making *making, int fd)
{
	char name[LOOP_NAME_SIZE];
	int lock = names_lock(), status;

	if (lock < 0)
		return failed(LOCK_PATH, "%s", strerror(-lock));
	status = name_choose(making, name);
	if (!status)
		status = range_check(making);
	if (!status)
		status = named_attach(making, fd, name);
	close(lock);
	return status;
}

/* A block that is cut in two could not be read at its end. */
static int sectors_check(const struct making *making)
{
	uint64_t rest = making->range.size % making->sector;

	if (!rest)
		return STATUS_DONE;
	return failed(making->backing->name,
		      "%llu bytes are no multiple of sectors of %u bytes; --size %llu leaves out the rest",
		      (unsigned long long)making->range.size, making->sector,
		      (unsigned long long)(making->range.size - rest));
}

static int loop_begin(void)
{
	if (native_replaces_loop())
		return failed("kernel-loop", "fastloop-disk stands in its place (replace_loop)");
	/*
	 * The kernel loads it for who opens the node, which systemd makes beforehand; in an
	 * initrd nobody does.  What came of it is seen at the node.
	 */
	if (access(LOOP_CONTROL, F_OK))
		module_load("loop");
	return STATUS_DONE;
}

static int loop_make(struct making *making)
{
	int fd, status = sectors_check(making);

	if (!status)
		status = file_open(making, &fd);
	if (status)
		return status;
	status = file_attach_locked(making, fd);
	close(fd);
	return status;
}

/* --- holding and removing it */

/* The link it has, or would have if it were not about to leave */
struct placed {
	struct disk disk;
	char link[PATH_MAX];
};

static const struct disk *disk_of(const struct device *device, struct placed *placed)
{
	char mangled[DEVMAPPER_NAME_SIZE];

	name_mangle(device->name, mangled);
	link_path(mangled, placed->link, sizeof(placed->link));
	placed->disk = (struct disk) { device->node, placed->link, device->identity };
	return &placed->disk;
}

static int loop_hold(const struct device *device)
{
	struct placed placed;

	return disk_hold(disk_of(device, &placed));
}

static void links_drop(const struct disk *disk)
{
	loop_links_remove(disk);
	link_drop_noted(strrchr(disk->path, '/') + 1, disk->node, disk->identity);
	disk_link_partitions(disk, link_drop_noted);
}

static int or_gone(int err)
{
	return err == -ENXIO || err == -ENOENT ? 0 : err;
}

static int loop_remove(const struct device *device)
{
	struct placed placed;

	return or_gone(detach_locked(disk_of(device, &placed)));
}

/* Its number may be another file's as soon as it has left, and nobody would tell us. */
static int loop_remove_deferred(const struct device *device)
{
	struct placed placed;
	int err;

	links_drop(disk_of(device, &placed));
	err = or_gone(disk_detach_deferred(&placed.disk));
	if (err)
		loop_links_make(&placed.disk);
	return err;
}

static int loop_keep(const struct device *device)
{
	struct placed placed;
	int err = disk_keep(disk_of(device, &placed));

	return err ? err : loop_links_make(&placed.disk);
}

/* Its name is the only thing known of it. */
static int made_remove(const struct disk_view *view, void *arg)
{
	const struct disk disk = { view->node, view->path, view->identity };

	if (strcmp(view->name, arg))
		return 0;
	return detach_locked(&disk) ? -EBUSY : 1;
}

static void loop_unmake(const struct making *making)
{
	int steps = 0, found;

	while ((found = loop_each(made_remove, (void *)making->made)) == -EBUSY &&
	       steps++ < PATIENCE_STEPS)
		nanosleep(&patience_step, NULL);
	if (found < 0)
		remark(making->made, "the half-made device could not be removed: it is in use");
}

/* --- its length */

/* Between two of us; where another program does the same, the shorter one may remain. */
static int file_set_end(int fd, uint64_t end)
{
	int lock = names_lock(), err = 0;
	struct stat st;

	if (lock < 0)
		return lock;
	if (fstat(fd, &st) || ((uint64_t)st.st_size < end && ftruncate(fd, (off_t)end)))
		err = -errno;
	close(lock);
	return err;
}

/*
 * Nobody is kept from the file, so we may do it as anybody else; by its last byte, since that
 * takes nothing away from a file that somebody has made longer meanwhile.
 */
static int file_grow(const char *path, uint64_t end)
{
	int fd = open(path, O_WRONLY | O_CLOEXEC), err = 0;
	struct stat st;

	if (fd < 0)
		return -errno;
	if (fstat(fd, &st))
		err = -errno;
	else if ((uint64_t)st.st_size < end && fallocate(fd, 0, (off_t)end - 1, 1))
		err = file_set_end(fd, end);
	close(fd);
	return err;
}

static int loop_grow(const struct device *device, const struct backing *backing, uint64_t end)
{
	int err;

	if (device->is_read_only)
		return failed(device->name, "the device is read-only");
	err = file_grow(backing->fd_path, end);
	return err ? failed(device->name, "its file can not be made longer: %s", strerror(-err)) :
		     STATUS_DONE;
}

/* Older kernels want nothing of the disk to be cached for a moment. */
static int loop_resize(const struct device *device, const struct backing *backing, uint64_t size)
{
	uint64_t limit = backing_limit(backing, device->offset, size);
	struct placed placed;
	int steps = 0, err;

	disk_of(device, &placed);
	while ((err = disk_resize(&placed.disk, limit)) == -EAGAIN && steps++ < PATIENCE_STEPS)
		nanosleep(&patience_step, NULL);
	if (err == -EAGAIN)
		return failed(device->name,
			      "in use, and the kernel's loop driver gives it no other length then, but that of its file");
	return err ? failed(device->name, "%s", strerror(-err)) : STATUS_DONE;
}

const struct face face_loop = {
	.word		 = "loop",
	.engine		 = ENGINE_KERNEL_LOOP,
	.begin		 = loop_begin,
	.has_name	 = loop_has_name,
	.make		 = loop_make,
	.unmake		 = loop_unmake,
	.hold		 = loop_hold,
	.remove		 = loop_remove,
	.remove_deferred = loop_remove_deferred,
	.keep		 = loop_keep,
	.resume		 = loop_resume,
	.tell		 = loop_tell,
	.unshare	 = loop_unshare,
	.grow		 = loop_grow,
	.resize		 = loop_resize,
	.error		 = loop_error,
};
