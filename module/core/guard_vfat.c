// SPDX-License-Identifier: GPL-2.0-only
/*
 * vfat and msdos.
 *
 * What keeps the blocks still: a file's clusters change by writing beyond its
 * end and by truncating it, and the exclusion refuses both.  There is no
 * clone, no dedupe, no ioctl that moves clusters.  Below its end a file has no
 * holes.
 *
 * FAT can only be walked cluster by cluster, so nothing is read at attach and
 * each range is looked up when it is first used.
 */
#include <linux/blkdev.h>
#include <linux/log2.h>
#include <linux/magic.h>
#include <linux/statfs.h>
#include <linux/string.h>

#include "guard.h"
#include "refusal.h"

static bool vfat_matches(const struct super_block *sb)
{
	const char *type = sb->s_type->name;

	if (sb->s_magic != MSDOS_SUPER_MAGIC)
		return false;
	return !strcmp(type, "vfat") || !strcmp(type, "msdos");
}

/* The file system's blocks are sectors; its clusters are what statfs reports. */
static int vfat_check(struct floop_backing *b)
{
	struct kstatfs stat;
	int err = vfs_statfs(&b->file->f_path, &stat);

	if (err)
		return floop_fail(err, "the file system's cluster size can not be read (error %d)", -err);
	if (!is_power_of_2(stat.f_bsize) || stat.f_bsize < SECTOR_SIZE)
		return floop_refuse(FLOOP_REASON_UNKNOWN_FS, "clusters of %ld bytes", stat.f_bsize);
	b->unit_sectors = stat.f_bsize >> SECTOR_SHIFT;
	return 0;
}

static int vfat_read_map(struct floop_backing *b, u64 sector, u64 nr_sectors,
			 bool pinned)
{
	return 0;
}

const struct floop_guard floop_guard_vfat = {
	.matches	= vfat_matches,
	.check		= vfat_check,
	.read_map	= vfat_read_map,
};
