// SPDX-License-Identifier: GPL-2.0-only
/*
 * From a disk without a file to one with it, back, and what can be changed in between: the
 * meaning of the loop device's ioctls, and of ours.  How their arguments come in is
 * ioctl.c's.
 *
 * A disk is bound by who has it open, and gives its file up when the last one closes it,
 * if LOOP_CLR_FD or LO_FLAGS_AUTOCLEAR wanted that.  Then nobody can have a bio under way.
 */
#include <linux/capability.h>
#include <linux/file.h>
#include <linux/fs.h>
#include <linux/kobject.h>
#include <linux/module.h>
#include <linux/slab.h>
#include <linux/stat.h>

#include "../core/refusal.h"
#include "attach.h"
#include "attributes.h"
#include "binding.h"
#include "freezing.h"
#include "limits.h"
#include "registry.h"
#include "request.h"
#include "suspension.h"

/* --- small things */

static void tell_change(struct floop_disk *d)
{
	kobject_uevent(&disk_to_dev(d->gd)->kobj, KOBJ_CHANGE);
}

static void hush(struct floop_disk *d, bool hush)
{
	dev_set_uevent_suppress(disk_to_dev(d->gd), hush);
}

static void set_size(struct floop_disk *d, u64 nr_sectors)
{
	if (!set_capacity_and_notify(d->gd, nr_sectors))
		tell_change(d);
}

static void __scan_partitions(struct floop_disk *d)
{
	int err = bdev_disk_changed(d->gd, false);

	if (err)
		pr_warn("fastloop: %s: its partitions can not be read (%d)\n", d->gd->disk_name,
			err);
}

/* Not with d->change held: it waits for who is opening the disk, or closing it. */
static void scan_partitions(struct floop_disk *d)
{
	mutex_lock(&d->gd->open_mutex);
	__scan_partitions(d);
	mutex_unlock(&d->gd->open_mutex);
}

/* What is cached above the disk belongs to what it was. */
static void forget_cached(struct floop_disk *d)
{
	sync_blockdev(d->gd->part0);
	invalidate_bdev(d->gd->part0);
}

static void set_state(struct floop_disk *d, enum floop_disk_state state)
{
	mutex_lock(&d->lock);
	d->state = state;
	mutex_unlock(&d->lock);
}

/* Who may turn the disk into another one under whoever has it mounted. */
static int exclusive_begin(blk_mode_t mode, struct block_device *bdev)
{
	return mode & BLK_OPEN_EXCL ? 0 : floop_prepare_to_claim(bdev, exclusive_begin);
}

static void exclusive_end(blk_mode_t mode, struct block_device *bdev)
{
	if (!(mode & BLK_OPEN_EXCL))
		bd_abort_claiming(bdev, exclusive_begin);
}

/* One change at a time, of a disk that is bound. */
static int change_begin(struct floop_disk *d)
{
	int err = mutex_lock_killable(&d->change);

	if (err)
		return err;
	if (d->state == FLOOP_DISK_BOUND)
		return 0;
	mutex_unlock(&d->change);
	return floop_fail(-ENXIO, "%s has nothing attached", d->gd->disk_name);
}

static void change_end(struct floop_disk *d)
{
	mutex_unlock(&d->change);
}

/*
 * One of what it leads to.  Who suspended it relies on what it is; and a change waits for
 * bios, which wait for him.
 */
static int rebind_begin(struct floop_disk *d)
{
	int err = change_begin(d);

	if (err || !READ_ONCE(d->suspended))
		return err;
	change_end(d);
	return floop_fail(-EBUSY, "%s is suspended: resume it first", d->gd->disk_name);
}

/* --- what the arguments say */

static int check_info(const struct loop_info64 *info)
{
	if (info->lo_encrypt_key_size > LO_KEY_SIZE || info->lo_encrypt_type != LO_CRYPT_NONE)
		return -EINVAL;
	if ((s64)info->lo_offset < 0 || (s64)info->lo_sizelimit < 0)
		return -EOVERFLOW;
	return 0;
}

static void take_file_name(struct floop_disk *d, const u8 *name)
{
	memcpy(d->file_name, name, LO_NAME_SIZE);
	d->file_name[LO_NAME_SIZE - 1] = 0;
}

/* What it was opened for is what its owner gives away. */
static struct file *get_file_by_fd(unsigned int fd)
{
	struct file *file = fget(fd);

	if (!file)
		return ERR_PTR(-EBADF);
	if (file->f_mode & FMODE_READ)
		return file;
	fput(file);
	return ERR_PTR(-EBADF);
}

static u64 file_size(const struct file *file)
{
	return i_size_read(file->f_mapping->host);
}

static bool is_read_only(const struct file *file, blk_mode_t mode, u32 flags)
{
	return !(file->f_mode & FMODE_WRITE) || !(mode & BLK_OPEN_WRITE) ||
	       flags & LO_FLAGS_READ_ONLY;
}

/* --- to attach */

/* What is asked for: the binding, and what is the disk's. */
struct attachment {
	struct floop_binding want;
	u64 file_size;
	u32 flags;			/* LO_FLAGS_AUTOCLEAR, LO_FLAGS_PARTSCAN */
	const char *name;
	u8 file_name[LO_NAME_SIZE];
};

static void announce(struct floop_disk *d)
{
	struct floop_binding *b = d->binding;

	hush(d, true);
	floop_force_media_change(d->gd);
	set_disk_ro(d->gd, b->read_only);
	floop_attributes_show(d);
	set_size(d, b->nr_sectors);
	if (d->flags & LO_FLAGS_PARTSCAN)
		clear_bit(GD_SUPPRESS_PART_SCAN, &d->gd->state);
	set_state(d, FLOOP_DISK_BOUND);
	hush(d, false);
	tell_change(d);
}

static int __bind(struct floop_disk *d, const struct floop_binding *want, u64 size)
{
	struct floop_binding *b;
	int err = floop_binding_create(d, want, size, &b);

	if (err)
		return err;
	err = floop_binding_attach(d, b);
	if (err)
		floop_binding_destroy(b);
	return err;
}

static int __bind_named(struct floop_disk *d, const struct attachment *a)
{
	int err = floop_registry_take_name(d, a->name);

	if (err)
		return err;
	err = __bind(d, &a->want, a->file_size);
	if (err)
		floop_registry_drop_name(d);
	return err;
}

/* Who can do with another disk has to tell it from a file that is busy. */
#define not_free(a, sentence, d) \
	floop_fail((a)->want.by_options ? -EALREADY : -EBUSY, sentence, (d)->gd->disk_name)

static int __attach(struct floop_disk *d, const struct attachment *a)
{
	int err;

	if (d->state != FLOOP_DISK_UNBOUND)
		return not_free(a, "%s has something attached already", d);
	set_state(d, FLOOP_DISK_BINDING);
	err = __bind_named(d, a);
	if (err) {
		set_state(d, FLOOP_DISK_UNBOUND);
		return err;
	}
	__module_get(THIS_MODULE);	/* who has it open keeps it, too */
	d->flags = a->flags;
	take_file_name(d, a->file_name);
	announce(d);
	return 0;
}

static int attach(struct floop_disk *d, const struct attachment *a)
{
	int err = mutex_lock_killable(&d->change);

	if (err)
		return err;
	err = __attach(d, a);
	mutex_unlock(&d->change);
	if (!err && a->flags & LO_FLAGS_PARTSCAN)
		scan_partitions(d);
	return err;
}

static int attach_exclusively(struct floop_disk *d, blk_mode_t mode,
			      struct block_device *bdev, const struct attachment *a)
{
	int err = exclusive_begin(mode, bdev);

	if (err)
		return not_free(a, "somebody has %s for himself", d);
	err = attach(d, a);
	exclusive_end(mode, bdev);
	return err;
}

/* --- as losetup asks for it */

static void configuration_read(struct attachment *a, const struct loop_config *config,
			       const struct file *file, blk_mode_t mode)
{
	const struct loop_info64 *info = &config->info;

	*a = (struct attachment) {
		.want = {
			.path = file->f_path,
			.offset = info->lo_offset,
			.size_limit = info->lo_sizelimit,
			.block_size = config->block_size,
			.read_only = is_read_only(file, mode, info->lo_flags),
			.direct = info->lo_flags & LO_FLAGS_DIRECT_IO || file->f_flags & O_DIRECT,
		},
		.file_size = file_size(file),
		.flags = info->lo_flags & (LO_FLAGS_AUTOCLEAR | LO_FLAGS_PARTSCAN),
		.name = "",
	};
	memcpy(a->file_name, info->lo_file_name, LO_NAME_SIZE);
}

int floop_configure(struct floop_disk *d, blk_mode_t mode, struct block_device *bdev,
		    const struct loop_config *config)
{
	struct attachment a;
	struct file *file;
	int err = check_info(&config->info);

	if (!err && config->info.lo_flags & ~LOOP_CONFIGURE_SETTABLE_FLAGS)
		err = -EINVAL;
	if (!err && config->block_size && !floop_block_size_is_valid(config->block_size))
		err = -EINVAL;
	if (err)
		return err;
	file = get_file_by_fd(config->fd);
	if (IS_ERR(file))
		return PTR_ERR(file);
	configuration_read(&a, config, file, mode);
	err = attach_exclusively(d, mode, bdev, &a);
	fput(file);
	return err;
}

/* --- as fastloop asks for it */

/* As far as it fits. */
static int file_name_from_path(u8 *name, const struct path *path)
{
	char *buf = kmalloc(PATH_MAX, GFP_KERNEL);
	char *whole;

	if (!buf)
		return floop_fail(-ENOMEM, "no memory for the path of the file");
	whole = d_path(path, buf, PATH_MAX);
	if (!IS_ERR(whole))
		strscpy((char *)name, whole, LO_NAME_SIZE);
	kfree(buf);
	return 0;
}

static void request_read(struct attachment *a, const struct floop_attach *request,
			 const struct floop_options *options, blk_mode_t mode)
{
	*a = (struct attachment) {
		.want = {
			.offset = request->offset,
			.size_limit = request->size,
			.block_size = floop_options_sector_bytes(options),
			.read_only = request->flags & LO_FLAGS_READ_ONLY ||
				     !(mode & BLK_OPEN_WRITE),
			.direct = true,
			.by_options = true,
			.asks = true,
			.options = *options,
		},
		.file_size = FLOOP_SIZE_UNKNOWN,
		.flags = request->flags & (LO_FLAGS_AUTOCLEAR | LO_FLAGS_PARTSCAN),
		.name = request->name,
	};
}

int floop_attach(struct floop_disk *d, blk_mode_t mode, struct block_device *bdev,
		 struct floop_attach *request)
{
	struct floop_options options = { };
	struct attachment a;
	struct file *file;
	int err = floop_request_read(request, &options);

	if (err)
		return err;
	file = fget_raw(request->fd);
	if (!file)
		return floop_fail(-EBADF, "descriptor %u is not open", request->fd);
	request_read(&a, request, &options, mode);
	a.want.path = file->f_path;
	err = file_name_from_path(a.file_name, &file->f_path);
	if (!err)
		err = attach_exclusively(d, mode, bdev, &a);
	fput(file);
	return err;
}

/* --- to detach */

int floop_clear(struct floop_disk *d)
{
	int err = change_begin(d);

	if (err)
		return err;
	mutex_lock(&d->lock);
	d->flags |= LO_FLAGS_AUTOCLEAR;
	if (disk_openers(d->gd) == 1)
		d->state = FLOOP_DISK_RUNDOWN;
	mutex_unlock(&d->lock);
	change_end(d);
	return 0;
}

/*
 * Whoever is opening it, or has just done so, is waited for; with d->change that could be for
 * ever, because the last close waits for messages.  Another change of this moment is by
 * somebody who has it open.
 */
int floop_detach(struct floop_disk *d, struct block_device *bdev)
{
	int err = 0;

	if (bdev_is_partition(bdev))	/* its users are not counted with the disk's */
		return floop_fail(-EINVAL, "it is a partition: detach the whole disk");
	mutex_lock(&d->gd->open_mutex);
	mutex_lock(&d->lock);
	if (d->state != FLOOP_DISK_BOUND)
		err = floop_fail(-ENXIO, "%s has nothing attached", d->gd->disk_name);
	else if (disk_openers(d->gd) > 1)
		err = floop_fail(-EBUSY, "somebody else has %s open", d->gd->disk_name);
	else
		d->state = FLOOP_DISK_RUNDOWN;
	mutex_unlock(&d->lock);
	mutex_unlock(&d->gd->open_mutex);
	return err;
}

static bool is_to_be_detached(struct floop_disk *d)
{
	bool is;

	mutex_lock(&d->lock);
	if (d->state == FLOOP_DISK_BOUND && d->flags & LO_FLAGS_AUTOCLEAR)
		d->state = FLOOP_DISK_RUNDOWN;
	is = d->state == FLOOP_DISK_RUNDOWN;
	mutex_unlock(&d->lock);
	return is;
}

static void forget_settings(struct floop_disk *d)
{
	memset(d->file_name, 0, LO_NAME_SIZE);
	d->flags = 0;
	set_bit(GD_SUPPRESS_PART_SCAN, &d->gd->state);
	floop_registry_drop_name(d);
}

/*
 * With open_mutex.  Nobody has a bio under way, nor one that is kept: what is attached next
 * is not suspended.
 */
void floop_last_close(struct floop_disk *d)
{
	bool scan = d->flags & LO_FLAGS_PARTSCAN;

	if (!is_to_be_detached(d))
		return;
	floop_attributes_hide(d);
	floop_suspension_end(d);
	floop_binding_detach(d);
	floop_limits_clear(d);
	invalidate_disk(d->gd);
	set_disk_ro(d->gd, false);
	tell_change(d);
	floop_force_media_change(d->gd);
	if (scan)
		__scan_partitions(d);
	forget_settings(d);
	set_state(d, FLOOP_DISK_UNBOUND);
	module_put(THIS_MODULE);	/* who closes it has it still */
}

/* --- to change what is attached */

/* Its sectors are as large as they were, for whoever is above; unless that was asked for. */
static int __prepare(struct floop_disk *d, struct floop_binding *want, u64 size,
		     struct floop_binding **b)
{
	if (want->block_size == d->binding->block_size)
		want->block_size = queue_logical_block_size(d->gd->queue);
	want->asks = false;		/* as for any loop device */
	return floop_binding_create(d, want, size, b);
}

/* Of the same file, whose size may be another one by now. */
static int __rebind_same(struct floop_disk *d, struct floop_binding *want)
{
	struct floop_binding *b;
	int err = __prepare(d, want, floop_claim_file_size(d->binding->claim), &b);

	return err ? err : floop_binding_replace(d, b);
}

static int __check_other_file(struct floop_disk *d, const struct file *file)
{
	const struct floop_binding *b = d->binding;

	if (!b->read_only || floop_binding_size(b, file_size(file)) != b->nr_sectors)
		return -EINVAL;
	return 0;
}

/* Whoever is above is told that what he knew is gone, when that is certain. */
static int __change_file(struct floop_disk *d, const struct file *file)
{
	struct floop_binding want = *d->binding;
	struct floop_binding *b;
	int err = __check_other_file(d, file);

	want.path = file->f_path;
	want.direct |= !!(file->f_flags & O_DIRECT);
	if (!err)
		err = __prepare(d, &want, file_size(file), &b);
	if (err)
		return err;
	hush(d, true);
	floop_force_media_change(d->gd);
	err = floop_binding_replace(d, b);
	hush(d, false);
	tell_change(d);
	return err;
}

int floop_change_file(struct floop_disk *d, unsigned int fd)
{
	struct file *file = get_file_by_fd(fd);
	bool scan = false;
	int err;

	if (IS_ERR(file))
		return PTR_ERR(file);
	err = rebind_begin(d);
	if (!err) {
		err = __change_file(d, file);
		scan = d->flags & LO_FLAGS_PARTSCAN;
		change_end(d);
	}
	fput(file);
	if (!err && scan)
		scan_partitions(d);
	return err;
}

static int __move(struct floop_disk *d, const struct loop_info64 *info)
{
	struct floop_binding want = *d->binding;
	int err;

	if (want.offset == info->lo_offset && want.size_limit == info->lo_sizelimit)
		return 0;
	if (want.by_options && !capable(CAP_SYS_ADMIN))
		return floop_fail(-EPERM, "only who may attach %s may move it", d->gd->disk_name);
	want.offset = info->lo_offset;
	want.size_limit = info->lo_sizelimit;
	forget_cached(d);
	err = __rebind_same(d, &want);
	if (!err)
		set_size(d, d->binding->nr_sectors);
	return err;
}

/* True: its partitions are to be looked for from now on. */
static bool __set_flags(struct floop_disk *d, u32 flags)
{
	bool scanned = d->flags & LO_FLAGS_PARTSCAN;

	d->flags = (flags & LO_FLAGS_AUTOCLEAR) | ((d->flags | flags) & LO_FLAGS_PARTSCAN);
	if (scanned || !(d->flags & LO_FLAGS_PARTSCAN))
		return false;
	clear_bit(GD_SUPPRESS_PART_SCAN, &d->gd->state);
	return true;
}

static int __set_status(struct floop_disk *d, const struct loop_info64 *info, bool *scan)
{
	int err = __move(d, info);

	if (err)
		return err;
	mutex_lock(&d->lock);
	take_file_name(d, info->lo_file_name);
	*scan = __set_flags(d, info->lo_flags);
	mutex_unlock(&d->lock);
	return 0;
}

int floop_set_status(struct floop_disk *d, const struct loop_info64 *info)
{
	bool scan = false;
	int err = rebind_begin(d);

	if (err)
		return err;
	err = check_info(info);
	if (!err)
		err = __set_status(d, info, &scan);
	change_end(d);
	if (scan)
		scan_partitions(d);
	return err;
}

static int __resize(struct floop_disk *d)
{
	struct floop_binding want = *d->binding;

	if (floop_binding_size(&want, floop_claim_file_size(want.claim)) == want.nr_sectors)
		return 0;
	return __rebind_same(d, &want);
}

int floop_set_capacity(struct floop_disk *d)
{
	int err = rebind_begin(d);

	if (err)
		return err;
	err = __resize(d);
	if (!err)
		set_size(d, d->binding->nr_sectors);
	change_end(d);
	return err;
}

/* The way it is now; as it was asked for, it may become mapped later. */
static bool __is_direct(const struct floop_disk *d)
{
	return d->binding->direct && floop_claim_goes_direct(d->binding->claim);
}

/* What was attached for everybody is promoted once that claim has gone. */
static int __set_direct(struct floop_disk *d, bool direct)
{
	struct floop_binding want = *d->binding;
	int err;

	want.direct = direct;
	err = __rebind_same(d, &want);
	if (err)
		return err;
	floop_claim_set_io(d->binding->claim, direct ? FLOOP_IO_AUTO : FLOOP_IO_BUFFERED);
	if (direct)
		floop_claim_promote(d->binding->claim);
	floop_refusal_clear();
	return 0;
}

static int __change_direct(struct floop_disk *d, bool direct)
{
	int err = 0;

	if (d->binding->direct != direct)
		err = __set_direct(d, direct);
	if (!err && direct && !__is_direct(d)) {
		__set_direct(d, false);
		err = -EINVAL;
	}
	return err;
}

/* Of a disk whose options say how it goes. */
static int __check_direct(const struct floop_disk *d, bool direct)
{
	if (direct && __is_direct(d))
		return 0;
	return floop_fail(-EINVAL, "%s was attached with options, which say how it goes",
			  d->gd->disk_name);
}

int floop_set_direct(struct floop_disk *d, bool direct)
{
	int err = rebind_begin(d);

	if (err)
		return err;
	if (d->binding->by_options)
		err = __check_direct(d, direct);
	else
		err = __change_direct(d, direct);
	change_end(d);
	return err;
}

static int __set_block_size(struct floop_disk *d, unsigned int size)
{
	struct floop_binding want = *d->binding;

	if (queue_logical_block_size(d->gd->queue) == size)
		return 0;
	want.block_size = size;
	forget_cached(d);
	return __rebind_same(d, &want);
}

int floop_set_block_size(struct floop_disk *d, blk_mode_t mode, struct block_device *bdev,
			 unsigned long size)
{
	int err = exclusive_begin(mode, bdev);

	if (err)
		return err;
	err = rebind_begin(d);
	if (!err) {
		err = !size || floop_block_size_is_valid(size) ? __set_block_size(d, size) : -EINVAL;
		change_end(d);
	}
	exclusive_end(mode, bdev);
	return err;
}

/* --- of ours */

int floop_unshare(struct floop_disk *d, u64 *pos)
{
	bool more;
	int err = change_begin(d);

	if (err)
		return err;
	err = floop_claim_unshare(d->binding->claim, pos, &more);
	if (!more)
		*pos = 0;
	change_end(d);
	return err;
}

/* A partition does not stand still by itself, but what is mounted on it may be frozen. */
static int __suspend(struct floop_disk *d, struct block_device *bdev, bool freezes)
{
	if (!bdev_is_partition(bdev))
		return floop_suspension_begin(d, freezes);
	if (freezes)
		return floop_freeze(d, bdev);
	return floop_fail(-EINVAL, "%pg is a partition: suspend the whole disk", bdev);
}

int floop_suspend(struct floop_disk *d, struct block_device *bdev, unsigned long flags)
{
	int err = 0;

	if (flags & ~FLOOP_SUSPEND_FREEZES)
		err = floop_fail(-EINVAL, "unknown flags: %#lx", flags);
	if (!err)
		err = change_begin(d);
	if (err)
		return err;
	err = __suspend(d, bdev, flags & FLOOP_SUSPEND_FREEZES);
	change_end(d);
	return err;
}

/* A disk without a file has none that wait, and may be getting one now. */
int floop_resume(struct floop_disk *d)
{
	floop_suspension_end(d);
	return 0;
}

/* --- to look */

static void __describe(const struct floop_disk *d, struct loop_info64 *info)
{
	const struct floop_binding *b = d->binding;

	*info = (struct loop_info64) {
		.lo_number = d->number,
		.lo_offset = b->offset,
		.lo_sizelimit = b->size_limit,
		.lo_flags = d->flags | (b->read_only ? LO_FLAGS_READ_ONLY : 0) |
			    (__is_direct(d) ? LO_FLAGS_DIRECT_IO : 0),
	};
	memcpy(info->lo_file_name, d->file_name, LO_NAME_SIZE);
}

/* The path is taken along, because a file system may take its time to answer. */
static int look(struct floop_disk *d, struct loop_info64 *info, struct path *path)
{
	int err = mutex_lock_killable(&d->lock);

	if (err)
		return err;
	if (d->state == FLOOP_DISK_BOUND) {
		__describe(d, info);
		*path = d->binding->path;
		path_get(path);
	} else {
		err = -ENXIO;
	}
	mutex_unlock(&d->lock);
	return err;
}

int floop_get_status(struct floop_disk *d, struct loop_info64 *info)
{
	struct path path;
	struct kstat stat;
	int err = look(d, info, &path);

	if (err)
		return err;
	err = vfs_getattr(&path, &stat, STATX_INO, AT_STATX_SYNC_AS_STAT);
	if (!err) {
		info->lo_device = huge_encode_dev(stat.dev);
		info->lo_inode = stat.ino;
		info->lo_rdevice = huge_encode_dev(stat.rdev);
	}
	path_put(&path);
	return err;
}
