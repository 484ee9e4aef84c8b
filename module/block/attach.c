// SPDX-License-Identifier: GPL-2.0-only
/*
 * From a disk without a file to one with it, as losetup asks for it and as fastloop does.
 * How their arguments come in is ioctl.c's.
 */
#include <linux/file.h>
#include <linux/fs.h>
#include <linux/module.h>
#include <linux/slab.h>

#include "../core/refusal.h"
#include "arguments.h"
#include "attach.h"
#include "attributes.h"
#include "binding.h"
#include "limits.h"
#include "registry.h"
#include "request.h"
#include "state.h"

static bool is_read_only(const struct file *file, blk_mode_t mode, u32 flags)
{
	return !(file->f_mode & FMODE_WRITE) || !(mode & BLK_OPEN_WRITE) ||
	       flags & LO_FLAGS_READ_ONLY;
}

/* What is asked for: the binding, and what is the disk's. */
struct attachment {
	struct floop_binding want;
	u64 file_size;
	u32 flags;			/* LO_FLAGS_AUTOCLEAR, LO_FLAGS_PARTSCAN */
	bool awaits_user;
	const char *name;
	u8 file_name[LO_NAME_SIZE];
};

static void announce(struct floop_disk *d)
{
	struct floop_binding *b = d->binding;

	floop_disk_hush(d, true);
	floop_force_media_change(d->gd);
	set_disk_ro(d->gd, b->read_only);
	floop_attributes_show(d);
	floop_disk_set_size(d, b->nr_sectors);
	if (d->flags & LO_FLAGS_PARTSCAN)
		clear_bit(GD_SUPPRESS_PART_SCAN, &d->gd->state);
	floop_disk_set_state(d, FLOOP_DISK_BOUND);
	floop_disk_hush(d, false);
	floop_disk_tell(d);
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
	floop_disk_set_state(d, FLOOP_DISK_BINDING);
	err = __bind_named(d, a);
	if (err) {
		floop_disk_set_state(d, FLOOP_DISK_UNBOUND);
		return err;
	}
	__module_get(THIS_MODULE);	/* who has it open keeps it, too */
	d->flags = a->flags;
	d->awaits_user = a->awaits_user;
	floop_disk_set_file_name(d, a->file_name);
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
		floop_disk_scan_partitions(d);
	return err;
}

static int attach_exclusively(struct floop_disk *d, blk_mode_t mode,
			      struct block_device *bdev, const struct attachment *a)
{
	int err = floop_disk_exclusive_begin(mode, bdev);

	if (err)
		return not_free(a, "somebody has %s for himself", d);
	err = attach(d, a);
	floop_disk_exclusive_end(mode, bdev);
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
		.file_size = floop_file_bytes(file),
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
	int err = floop_status_check(&config->info);

	if (!err && config->info.lo_flags & ~LOOP_CONFIGURE_SETTABLE_FLAGS)
		err = -EINVAL;
	if (!err && config->block_size && !floop_block_size_is_valid(config->block_size))
		err = -EINVAL;
	if (err)
		return err;
	file = floop_file_get(config->fd);
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
		.flags = request->flags & LO_FLAGS_PARTSCAN,
		.awaits_user = request->flags & LO_FLAGS_AUTOCLEAR,
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
