// SPDX-License-Identifier: GPL-2.0-only
/*
 * File systems are frozen from the top down, each by FIFREEZE, which knows of more of
 * them than a suspend does (btrfs), and then the devices are suspended.  Where
 * FIFREEZE can not be had (vfat has none, or nothing leads to the mount), the file
 * system's device is suspended, too, and the kernel freezes what is mounted on it.
 */
#include <errno.h>
#include <fcntl.h>
#include <linux/fs.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <unistd.h>

#include "cli.h"
#include "devmapper.h"
#include "disk.h"
#include "freezing.h"
#include "message.h"
#include "native.h"

/* --- the plan */

static bool is_root(dev_t dev, const dev_t *roots, size_t nr)
{
	size_t i;

	for (i = 0; i < nr; i++)
		if (roots[i] == dev)
			return true;
	return false;
}

static size_t device_plan(struct freezing *freezing, const struct above_device *device,
			  bool is_due)
{
	freezing->steps[freezing->nr] = (struct freezing_step) {
		.name = device->path, .fd = -1, .dev = device->dev, .identity = device->identity,
		.is_device = true, .kind = device->kind, .is_due = is_due, .locks_fs = true,
	};
	return freezing->nr++;
}

static void mounts_plan(struct freezing *freezing, const struct above *above, size_t device)
{
	size_t i;

	for (i = 0; i < above->nr_mounts; i++)
		if (above->mounts[i].device == device)
			freezing->steps[freezing->nr++] = (struct freezing_step) {
				.name = above->mounts[i].point, .fd = above->mounts[i].fd,
				.is_due = true,
			};
}

/* Its file systems, and behind them itself; the roots come after all others. */
static void steps_plan(struct freezing *freezing, const struct above *above, size_t device,
		       bool is_due)
{
	size_t first = freezing->nr, i;

	mounts_plan(freezing, above, device);
	device_plan(freezing, &above->devices[device], is_due);
	for (i = first; i < freezing->nr; i++)
		freezing->steps[i].device = freezing->nr - 1;
}

static bool is_native(const struct freezing_step *step)
{
	return step->kind == ABOVE_NATIVE || step->kind == ABOVE_PARTITION;
}

/* While it is open nobody else can take the disk for another file. */
static int native_open(struct freezing_step *step)
{
	step->fd = open(step->name, O_RDONLY | O_CLOEXEC);
	if (step->fd < 0 && errno != ENOENT && errno != ENXIO)
		return failed(step->name, "%s", strerror(errno));
	if (step->fd < 0 || !disk_has_identity(step->fd, step->identity))
		return failed(step->name, FREEZING_GONE);
	return STATUS_DONE;
}

static int natives_open(struct freezing *freezing)
{
	int status = STATUS_DONE;
	size_t i;

	for (i = 0; !status && i < freezing->nr; i++)
		if (freezing->steps[i].is_device && is_native(&freezing->steps[i]))
			status = native_open(&freezing->steps[i]);
	return status;
}

static bool needs_devmapper(const struct above *above)
{
	size_t i;

	for (i = 0; i < above->nr_devices; i++)
		if (above->devices[i].kind == ABOVE_DM)
			return true;
	return false;
}

int freezing_plan(struct freezing **freezing, const struct above *above, const dev_t *roots,
		  size_t nr_roots)
{
	size_t size = sizeof(**freezing) + (above->nr_devices + above->nr_mounts) *
		      sizeof(struct freezing_step);
	struct freezing *f;
	int status;
	size_t i;

	f = mmap(NULL, size, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
	if (f == MAP_FAILED)
		return failed("memory", "%s", strerror(errno));
	f->size = size;
	f->control = needs_devmapper(above) ? devmapper_control_open() : -1;
	if (f->control < 0 && needs_devmapper(above)) {
		munmap(f, size);
		return failed("device-mapper", "%s", strerror(-f->control));
	}
	for (i = 0; i < above->nr_devices; i++)
		if (!is_root(above->devices[i].dev, roots, nr_roots))
			steps_plan(f, above, i, false);
	for (i = 0; i < above->nr_devices; i++)
		if (is_root(above->devices[i].dev, roots, nr_roots))
			steps_plan(f, above, i, true);
	status = natives_open(f);
	if (status)
		freezing_free(f);
	*freezing = f;
	return status;
}

static void devices_close(const struct freezing *freezing)
{
	size_t i;

	for (i = 0; i < freezing->nr; i++)
		if (freezing->steps[i].is_device && freezing->steps[i].fd >= 0)
			close(freezing->steps[i].fd);
}

void freezing_free(struct freezing *freezing)
{
	devices_close(freezing);
	if (freezing->control >= 0)
		close(freezing->control);
	munmap(freezing, freezing->size);
}

/* Who writes to a device itself may have it in the device's page cache. */
static void device_sync(const char *path)
{
	int fd = open(path, O_RDONLY | O_NONBLOCK | O_CLOEXEC);

	if (fd < 0)
		return;
	fsync(fd);
	close(fd);
}

void freezing_prepare(const struct freezing *freezing, const struct above *above)
{
	size_t i;

	for (i = 0; i < freezing->nr; i++)
		if (!freezing->steps[i].is_device && freezing->steps[i].fd >= 0)
			syncfs(freezing->steps[i].fd);
	for (i = 0; i < above->nr_devices; i++)
		if (!above->devices[i].is_used)
			device_sync(above->devices[i].path);
}

/* --- doing it */

/* 0 also if it is frozen already, by somebody who will thaw it himself. */
static int file_system_freeze(struct freezing *freezing, struct freezing_step *step)
{
	struct freezing_step *device = &freezing->steps[step->device];
	int err = 0;

	if (step->fd < 0 || ioctl(step->fd, FIFREEZE, 0))
		err = step->fd < 0 ? -EOPNOTSUPP : -errno;
	step->state = err ? FREEZING_NOT : FREEZING_DONE;
	if (!err || err == -EBUSY) {
		device->locks_fs = false;	/* 6.1 refuses what is frozen */
		return 0;
	}
	device->is_due = true;
	return err == -EOPNOTSUPP ? 0 : err;
}

/* A partition of a native disk is asked only if what is on it has to be frozen. */
static int device_suspend(const struct freezing *freezing, struct freezing_step *step)
{
	int err;

	if (is_native(step))
		err = native_suspend(step->fd, step->locks_fs);
	else
		err = devmapper_suspend_number(freezing->control, step->dev, step->locks_fs);
	step->state = err ? FREEZING_NOT : FREEZING_DONE;
	return err;
}

int freezing_begin(struct freezing *freezing, bool (*may_go_on)(void *arg), void *arg)
{
	struct freezing_step *step;
	int err = 0;
	size_t i;

	for (i = 0; !err && i < freezing->nr; i++) {
		step = &freezing->steps[i];
		freezing->failed = i;
		if (!may_go_on(arg))
			return -EINTR;
		if (!step->is_due)
			continue;
		step->state = FREEZING_BEGUN;
		err = step->is_device ? device_suspend(freezing, step) :
					file_system_freeze(freezing, step);
	}
	return err;
}

/* A file system that is not frozen says EINVAL, a device that runs nothing. */
static int step_undo(const struct freezing *freezing, const struct freezing_step *step)
{
	if (step->is_device && is_native(step))
		return native_resume(step->fd);
	if (step->is_device)
		return devmapper_resume_number(freezing->control, step->dev);
	return ioctl(step->fd, FITHAW, 0) && errno != EINVAL ? -errno : 0;
}

void freezing_end(struct freezing *freezing)
{
	struct freezing_step *step;
	size_t i;
	int err;

	for (i = freezing->nr; i-- > 0;) {
		step = &freezing->steps[i];
		if (step->state == FREEZING_NOT)
			continue;
		err = step_undo(freezing, step);
		if (!err) {
			step->state = FREEZING_NOT;
			continue;
		}
		freezing->left = i;
		freezing->left_err = err;
	}
}
