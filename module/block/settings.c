// SPDX-License-Identifier: GPL-2.0-only
/* What can be changed of a disk that has a file, and what is told of it. */
#include <linux/capability.h>
#include <linux/file.h>
#include <linux/fs.h>
#include <linux/stat.h>

#include "../core/refusal.h"
#include "arguments.h"
#include "binding.h"
#include "limits.h"
#include "settings.h"
#include "state.h"
#include "suspension.h"

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
static int __prepare_same(struct floop_disk *d, struct floop_binding *want,
			  struct floop_binding **b)
{
	return __prepare(d, want, floop_claim_file_size(d->binding->claim), b);
}

static int __rebind_same(struct floop_disk *d, struct floop_binding *want)
{
	struct floop_binding *b;
	int err = __prepare_same(d, want, &b);

	return err ? err : floop_binding_replace(d, b);
}

/*
 * What is cached above the disk belongs to what it was: it is written there, and goes. First
 * it is sent only, and seen to end: that may take as long as the file system below is frozen.
 */
static int __forget_cached(struct floop_disk *d)
{
	int err;

	sync_blockdev_nowait(d->gd->part0);
	err = floop_still_begin(d);
	if (err)
		return err;
	floop_still_end(d);
	sync_blockdev(d->gd->part0);
	invalidate_bdev(d->gd->part0);
	return 0;
}

/* The same file as another disk: its bytes are elsewhere, or its sectors of another size. */
static int __become_another(struct floop_disk *d, struct floop_binding *want)
{
	struct floop_binding *b;
	int err = __prepare_same(d, want, &b);

	if (err)
		return err;
	err = __forget_cached(d);
	if (err) {
		floop_binding_destroy(b);
		return err;
	}
	err = floop_binding_replace(d, b);
	if (!err)
		invalidate_bdev(d->gd->part0);	/* read meanwhile, from where it was */
	return err;
}

static int __check_other_file(struct floop_disk *d, const struct file *file)
{
	const struct floop_binding *b = d->binding;

	if (!b->read_only || floop_binding_size(b, floop_file_bytes(file)) != b->nr_sectors)
		return -EINVAL;
	return 0;
}

/* Whoever is above is told that what he knew is gone, once it is: that ends a file system. */
static int __change_file(struct floop_disk *d, const struct file *file)
{
	struct floop_binding want = *d->binding;
	struct floop_binding *b;
	int err = __check_other_file(d, file);

	want.path = file->f_path;
	want.direct |= !!(file->f_flags & O_DIRECT);
	if (!err)
		err = __prepare(d, &want, floop_file_bytes(file), &b);
	if (err)
		return err;
	err = floop_binding_replace(d, b);
	if (err)
		return err;
	floop_disk_hush(d, true);
	floop_force_media_change(d->gd);
	floop_disk_hush(d, false);
	floop_disk_tell(d);
	return 0;
}

int floop_change_file(struct floop_disk *d, unsigned int fd)
{
	struct file *file = floop_file_get(fd);
	bool scan = false;
	int err;

	if (IS_ERR(file))
		return PTR_ERR(file);
	err = floop_disk_rebind_begin(d);
	if (!err) {
		err = __change_file(d, file);
		scan = d->flags & LO_FLAGS_PARTSCAN;
		floop_disk_change_end(d);
	}
	fput(file);
	if (!err && scan)
		floop_disk_scan_partitions(d);
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
	err = __become_another(d, &want);
	if (!err)
		floop_disk_set_size(d, d->binding->nr_sectors);
	return err;
}

/*
 * True: its partitions are to be looked for from now on.  Who gives back what he was told
 * changes nothing: a disk that awaits its user goes on doing so.
 */
static bool __set_flags(struct floop_disk *d, u32 flags)
{
	bool scanned = d->flags & LO_FLAGS_PARTSCAN;
	u32 autoclear = flags & LO_FLAGS_AUTOCLEAR;

	d->awaits_user = d->awaits_user && autoclear;
	if (d->awaits_user)
		autoclear = 0;
	d->flags = autoclear | ((d->flags | flags) & LO_FLAGS_PARTSCAN);
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
	floop_disk_set_file_name(d, info->lo_file_name);
	*scan = __set_flags(d, info->lo_flags);
	mutex_unlock(&d->lock);
	return 0;
}

int floop_set_status(struct floop_disk *d, const struct loop_info64 *info)
{
	bool scan = false;
	int err = floop_disk_rebind_begin(d);

	if (err)
		return err;
	err = floop_status_check(info);
	if (!err)
		err = __set_status(d, info, &scan);
	floop_disk_change_end(d);
	if (scan)
		floop_disk_scan_partitions(d);
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
	int err = floop_disk_rebind_begin(d);

	if (err)
		return err;
	err = __resize(d);
	if (!err)
		floop_disk_set_size(d, d->binding->nr_sectors);
	floop_disk_change_end(d);
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
	int err = floop_disk_rebind_begin(d);

	if (err)
		return err;
	if (d->binding->by_options)
		err = __check_direct(d, direct);
	else
		err = __change_direct(d, direct);
	floop_disk_change_end(d);
	return err;
}

static int __set_block_size(struct floop_disk *d, unsigned int size)
{
	struct floop_binding want = *d->binding;

	if (queue_logical_block_size(d->gd->queue) == size)
		return 0;
	want.block_size = size;
	return __become_another(d, &want);
}

int floop_set_block_size(struct floop_disk *d, blk_mode_t mode, struct block_device *bdev,
			 unsigned long size)
{
	int err = floop_disk_exclusive_begin(mode, bdev);

	if (err)
		return err;
	err = floop_disk_rebind_begin(d);
	if (!err) {
		err = !size || floop_block_size_is_valid(size) ? __set_block_size(d, size) : -EINVAL;
		floop_disk_change_end(d);
	}
	floop_disk_exclusive_end(mode, bdev);
	return err;
}

int floop_unshare(struct floop_disk *d, u64 *pos)
{
	bool more;
	int err = floop_disk_change_begin(d);

	if (err)
		return err;
	err = floop_claim_unshare(d->binding->claim, pos, &more);
	if (!more)
		*pos = 0;
	floop_disk_change_end(d);
	return err;
}

/* --- to look */

static void __describe(const struct floop_disk *d, struct loop_info64 *info)
{
	const struct floop_binding *b = d->binding;

	*info = (struct loop_info64) {
		.lo_number = d->number,
		.lo_offset = b->offset,
		.lo_sizelimit = b->size_limit,
		.lo_flags = d->flags | (d->awaits_user ? LO_FLAGS_AUTOCLEAR : 0) |
			    (b->read_only ? LO_FLAGS_READ_ONLY : 0) |
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
