// SPDX-License-Identifier: GPL-2.0-only
/*
 * In the kernel's order, so that the first reason here is the one that attach
 * would give: the file system, its mount, the file's flags, who else uses it,
 * the range, its blocks.
 */
#include <errno.h>
#include <fcntl.h>
#include <linux/fs.h>
#include <linux/magic.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/stat.h>
#include <sys/statvfs.h>
#include <sys/sysmacros.h>
#include <sys/vfs.h>
#include <unistd.h>

#include "device.h"
#include "face.h"
#include "holders.h"
#include "mounts.h"
#include "rules.h"
#include "sysfs.h"
#include "text.h"

#define SECTOR_SIZE 512

/* Not in linux/magic.h, from the file systems' own headers */
#define BCACHEFS_MAGIC	0xca451a4e
#define GFS2_FS_MAGIC	0x01161970

static const char ext4_proof[] =
	"only who writes to a file moves its blocks, and other writers are kept off";
static const char vfat_proof[] =
	"only who writes to a file moves its clusters, and other writers are kept off";

static const char xfs_proof[] =
	"other writers are kept off, and who would share its blocks has to wait for a lease";

static const struct file_system {
	uint32_t magic;
	enum reason reason;	/* REASON_NONE: there is a rule */
	const char *rule;
	const char *proof;
	bool has_leases;	/* by which whoever reads a file can end its map */
} file_systems[] = {
	{ EXT4_SUPER_MAGIC,	REASON_NONE, "ext4", ext4_proof, false },
	{ MSDOS_SUPER_MAGIC,	REASON_NONE, "vfat", vfat_proof, false },
	{ XFS_SUPER_MAGIC,	REASON_NONE, "xfs", xfs_proof, true },
	{ BTRFS_SUPER_MAGIC,	REASON_COW_FS, NULL, NULL, false },
	{ BCACHEFS_MAGIC,	REASON_COW_FS, NULL, NULL, false },
	{ NILFS_SUPER_MAGIC,	REASON_COW_FS, NULL, NULL, false },
	{ F2FS_SUPER_MAGIC,	REASON_COW_FS, NULL, NULL, false },
	{ ZONEFS_MAGIC,		REASON_ZONED, NULL, NULL, false },
	{ NFS_SUPER_MAGIC,	REASON_NETWORK_FS, NULL, NULL, false },
	{ CIFS_SUPER_MAGIC,	REASON_NETWORK_FS, NULL, NULL, false },
	{ SMB2_SUPER_MAGIC,	REASON_NETWORK_FS, NULL, NULL, false },
	{ CEPH_SUPER_MAGIC,	REASON_NETWORK_FS, NULL, NULL, false },
	{ AFS_FS_MAGIC,		REASON_NETWORK_FS, NULL, NULL, false },
	{ V9FS_MAGIC,		REASON_NETWORK_FS, NULL, NULL, false },
	{ GFS2_FS_MAGIC,	REASON_NETWORK_FS, NULL, NULL, false },
	{ OCFS2_SUPER_MAGIC,	REASON_NETWORK_FS, NULL, NULL, false },
};

static const struct file_system *file_system_find(int fd)
{
	struct statfs fs;
	size_t i;

	if (fstatfs(fd, &fs))
		return NULL;
	for (i = 0; i < sizeof(file_systems) / sizeof(file_systems[0]); i++)
		if (file_systems[i].magic == (uint32_t)fs.f_type)
			return &file_systems[i];
	return NULL;
}

static enum reason judge_device(struct verdict *v)
{
	v->lower = v->backing->device;
	v->rule = "block device";
	v->proof = "a device's blocks are where their numbers say, and nobody else makes use of it";
	return REASON_NONE;
}

static enum reason judge_file_system(struct verdict *v)
{
	const struct file_system *fs;

	if (v->backing->device)
		return judge_device(v);
	fs = file_system_find(v->fd);
	v->lower = v->backing->id.dev;
	if (!fs)
		return major(v->lower) ? REASON_UNKNOWN_FS : REASON_NO_BLOCK_DEVICE;
	v->rule = fs->rule;
	v->proof = fs->proof;
	return fs->reason;
}

static enum reason judge_mount(struct verdict *v)
{
	struct statvfs mount;

	if (!v->is_read_only && !fstatvfs(v->fd, &mount) && mount.f_flag & ST_RDONLY)
		return REASON_READ_ONLY_FS;
	return lower_is_zoned(v->lower) ? REASON_ZONED : REASON_NONE;
}

/* --- the file's flags */

static bool is_same_file(const char *path, const struct file_id *id)
{
	struct stat st;

	return !stat(path, &st) && st.st_dev == id->dev && st.st_ino == id->ino;
}

static bool is_swap_file(const struct file_id *id)
{
	FILE *file = fopen("/proc/swaps", "re");
	char *line = NULL;
	size_t size = 0;
	bool is_found = false;

	if (!file)
		return false;
	while (!is_found && getline(&line, &size, file) > 0) {
		line[strcspn(line, " \t\n")] = '\0';
		is_found = is_same_file(octal_unescape(line), id);
	}
	free(line);
	fclose(file);
	return is_found;
}

static enum reason judge_attributes(struct verdict *v)
{
	struct statx stx = { 0 };

	if (statx(v->fd, "", AT_EMPTY_PATH, STATX_BASIC_STATS, &stx))
		return REASON_NONE;
	if (stx.stx_attributes & STATX_ATTR_DAX)
		return REASON_DAX;
	if (is_swap_file(&v->backing->id))
		return REASON_SWAPFILE;
	if (stx.stx_attributes & STATX_ATTR_ENCRYPTED)
		return REASON_ENCRYPTED;
	if (stx.stx_attributes & STATX_ATTR_VERITY)
		return REASON_VERITY;
	if (stx.stx_attributes & STATX_ATTR_APPEND)
		return REASON_APPEND_ONLY;
	if (stx.stx_attributes & STATX_ATTR_IMMUTABLE && !v->is_read_only)
		return REASON_IMMUTABLE;
	return REASON_NONE;
}

/*
 * ext4 reports no alignment for direct I/O where data go through the journal,
 * be it for the file's flag or the mount's, and where they lie in the inode.
 */
static enum reason judge_data(struct verdict *v)
{
	struct statx stx = { 0 };
	int flags = 0;

	if (ioctl(v->fd, FS_IOC_GETFLAGS, &flags))
		flags = 0;
	if (flags & FS_INLINE_DATA_FL)
		return REASON_INLINE_DATA;
	if (statx(v->fd, "", AT_EMPTY_PATH, STATX_DIOALIGN, &stx))
		return REASON_NONE;
	if (stx.stx_mask & STATX_DIOALIGN && !stx.stx_dio_offset_align)
		return REASON_JOURNALED_DATA;
	return REASON_NONE;
}

/*
 * XFS names no block of a file that shares any, or ever did.  Whether it does, only
 * root may ask.
 */
static bool has_no_names(int fd)
{
	off_t data = lseek(fd, 0, SEEK_DATA);
	int unit, block;

	if (data < 0 || ioctl(fd, FIGETBSZ, &unit) || unit <= 0)
		return false;
	block = (int)(data / unit);
	return !ioctl(fd, FIBMAP, &block) && !block;
}

static bool is_realtime(int fd)
{
	struct fsxattr attributes;

	return !ioctl(fd, FS_IOC_FSGETXATTR, &attributes) &&
	       attributes.fsx_xflags & FS_XFLAG_REALTIME;
}

static bool leases_are_disabled(void)
{
	FILE *file = fopen("/proc/sys/fs/leases-enable", "re");
	bool are_disabled = file && fgetc(file) == '0';

	if (file)
		fclose(file);
	return are_disabled;
}

static enum reason judge_lease(struct verdict *v)
{
	const struct file_system *fs = v->backing->device ? NULL : file_system_find(v->fd);

	if (!fs || !fs->has_leases)
		return REASON_NONE;
	if (leases_are_disabled())
		return REASON_LEASES_DISABLED;
	if (is_realtime(v->fd))
		return REASON_REALTIME;
	if (!v->is_read_only && has_no_names(v->fd))
		return REASON_REFLINKED;
	return v->is_pinned ? REASON_CLONABLE : REASON_NONE;
}

/* --- who else */

/*
 * A read lease can not be had while the file is open for writing anywhere: in
 * a process, in the kernel, or through a mapping.  It is given back at once;
 * an open that comes in between waits that long.
 */
static bool is_open_for_writing(int fd)
{
	bool is_open;

	signal(SIGIO, SIG_IGN);
	is_open = fcntl(fd, F_SETLEASE, F_RDLCK) && errno == EAGAIN;
	fcntl(fd, F_SETLEASE, F_UNLCK);
	return is_open;
}

static enum reason judge_users(struct verdict *v)
{
	struct holders users;

	holders_of_device(&users, v->backing->device);
	v->detail = users.text;
	return users.is_lasting ? REASON_DEVICE_BUSY : REASON_NONE;
}

static enum reason judge_writers(struct verdict *v)
{
	const struct file_id *id = &v->backing->id;
	struct holders writers;

	if (v->backing->device)
		return judge_users(v);
	holders_writing_file(&writers, id->dev, id->ino, !v->is_read_only);
	v->detail = writers.text;
	return writers.text || is_open_for_writing(v->fd) ? REASON_HAS_WRITERS : REASON_NONE;
}

static enum reason judge_range(struct verdict *v)
{
	if (v->range.offset % v->backing->block_size)
		return REASON_UNALIGNED_OFFSET;
	return v->range.size % v->backing->block_size ? REASON_UNALIGNED_SIZE : REASON_NONE;
}

static enum reason judge_neighbour(const struct verdict *v, const struct device *device)
{
	if (!device_has_file(device, &v->backing->id) || device->face == &face_loop)
		return REASON_NONE;	/* fastloop's module knows nothing of the latter */
	if (device_overlaps(device, &v->range) && !(v->is_read_only && device->is_read_only))
		return REASON_RANGE_BUSY;
	return device->is_read_only && !v->is_read_only ? REASON_HELD_READ_ONLY : REASON_NONE;
}

/* Nothing is said of devices when device-mapper may not be asked. */
static enum reason judge_neighbours(struct verdict *v)
{
	enum reason reason = REASON_NONE;
	struct device_list list;
	size_t i;

	devices_fetch(&list);
	for (i = 0; !reason && i < list.nr; i++) {
		reason = judge_neighbour(v, &list.rows[i]);
		if (reason)
			v->detail = strdup(list.rows[i].path);
	}
	devices_free(&list);
	return reason;
}

/* --- the blocks */

/* Holes get their blocks when they are written to, unless that must not be needed. */
static enum reason judge_holes(const struct extents *extents)
{
	if (extents->hole_bytes)
		return REASON_SPARSE;
	return extents->unwritten_bytes ? REASON_UNWRITTEN : REASON_NONE;
}

/* A block that is shared moves for nobody who only reads. */
static enum reason judge_extents(const struct extents *extents, bool is_pinned,
				 bool is_read_only)
{
	if (extents->has_inline)
		return REASON_INLINE_DATA;
	if (extents->has_encrypted || extents->has_encoded)
		return REASON_ENCODED;
	if (extents->has_shared && !is_read_only)
		return REASON_REFLINKED;
	if (extents->has_unaligned)
		return REASON_UNALIGNED_EXTENT;
	return is_pinned ? judge_holes(extents) : REASON_NONE;
}

static enum reason judge_blocks(struct verdict *v)
{
	return judge_extents(&v->extents, v->is_pinned, v->is_read_only);
}

static enum reason (*const judges[])(struct verdict *v) = {
	judge_file_system,
	judge_mount,
	judge_attributes,
	judge_writers,
	judge_data,
	judge_lease,
	judge_range,
	judge_neighbours,
	judge_blocks,
};

int rules_judge(struct verdict *v)
{
	int err = extents_read(&v->extents, v->fd, &v->range, v->backing->block_size);
	size_t i;

	for (i = 0; !v->reason && i < sizeof(judges) / sizeof(judges[0]); i++)
		v->reason = judges[i](v);
	/* One who may not see where clusters lie needs not see it to know the rule. */
	return v->reason || err == -EPERM || err == -EOPNOTSUPP || err == -ENOTTY ? 0 : err;
}
