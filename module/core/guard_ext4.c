// SPDX-License-Identifier: GPL-2.0-only
/*
 * ext2, ext3 and ext4, by the ext4 driver.
 *
 * What keeps the blocks still: everything that moves or frees blocks of a file
 * (truncate, fallocate, EXT4_IOC_MOVE_EXT, EXT4_IOC_SWAP_BOOT) needs it open
 * for writing, or goes through get_write_access(), and the exclusion refuses
 * both.  There is no clone and no dedupe.  What an owner can do without write
 * access (chattr +e, chattr -e, growing the file system) keeps the numbers of
 * data blocks.
 *
 * Journalled data are refused: their newest version may be in the journal
 * only, and its replay would bring an older one back over ours.
 */
#include <linux/blkdev.h>
#include <linux/falloc.h>
#include <linux/fileattr.h>
#include <linux/magic.h>
#include <linux/stat.h>
#include <linux/string.h>

#include "extents.h"
#include "guard.h"
#include "refusal.h"

/* The old ext2 driver shares name and magic; nothing was proven for it. */
static bool ext4_matches(const struct super_block *sb)
{
	const char *type = sb->s_type->name;

	if (sb->s_magic != EXT4_SUPER_MAGIC)
		return false;
	if (!IS_ENABLED(CONFIG_EXT2_FS) && !strcmp(type, "ext2"))
		return true;
	return !strcmp(type, "ext4") || !strcmp(type, "ext3");
}

static int refuse_indirect(struct floop_backing *b)
{
	struct fileattr attr = { .flags_valid = true };
	int err = vfs_fileattr_get(b->file->f_path.dentry, &attr);

	if (!err && attr.flags & FS_INLINE_DATA_FL)
		return floop_refuse(FLOOP_REASON_INLINE_DATA, "");
	return floop_refuse(FLOOP_REASON_JOURNALED_DATA, "");
}

/*
 * ext4 reports no alignment for direct I/O exactly where data do not simply
 * lie in blocks of the file: journalled, inline, verity, encrypted.
 */
static int get_attributes(struct floop_backing *b, struct kstat *stat)
{
	return vfs_getattr(&b->file->f_path, stat, STATX_BASIC_STATS | STATX_DIOALIGN,
			   AT_STATX_SYNC_AS_STAT);
}

static int ext4_check_direct(struct floop_backing *b)
{
	struct kstat stat;
	int err = get_attributes(b, &stat);

	if (err)
		return floop_fail(err, "the file's attributes can not be read (error %d)", -err);
	if (!(stat.result_mask & STATX_DIOALIGN))
		return floop_refuse(FLOOP_REASON_UNKNOWN_FS, "this ext4 does not report STATX_DIOALIGN");
	return stat.dio_offset_align ? 0 : refuse_indirect(b);
}

/* chattr +j: the journal would bring back what a fill wrote, over what came later. */
static bool ext4_fills(struct floop_backing *b)
{
	struct kstat stat;

	return !get_attributes(b, &stat) && stat.dio_offset_align;
}

static int ext4_check(struct floop_backing *b)
{
	b->unit_sectors = i_blocksize(b->inode) >> SECTOR_SHIFT;
	return ext4_check_direct(b);
}

/* By a block that was written a moment ago */
static bool is_refused(struct floop_backing *b)
{
	loff_t pos = round_down(READ_ONCE(b->written_sector) << SECTOR_SHIFT,
				(u64)i_blocksize(b->inode));
	long err = b->file->f_op->fallocate(b->file, FALLOC_FL_KEEP_SIZE, pos,
					    i_blocksize(b->inode));

	return err == -EROFS || err == -EIO;
}

/*
 * After an error ext4 may refuse every change while reads, and the super
 * block's flags, say nothing of it (6.1).  Preallocating a block that is
 * there changes nothing but needs a journal handle, which is what is refused; one
 * that has been discarded meanwhile gets a block, and stays a hole.  Not through
 * vfs_fallocate(), which would take freeze protection once more.
 *
 * It wants the file's lock alone.  Who reads the file may have it while his memory is
 * faulted in from this very device, and that may need it once more: behind us, who wait
 * for him.  So it is left for the next time then.
 */
static bool ext4_takes_writes(struct floop_backing *b)
{
	if (!inode_trylock(b->inode))
		return true;
	inode_unlock(b->inode);
	return !is_refused(b);
}

/* What is pinned is looked up afterwards, too. */
static int ext4_read_map(struct floop_backing *b, u64 sector, u64 nr_sectors, bool pinned)
{
	if (!floop_extents_are_told())
		return 0;
	return floop_extents_read(b, sector, nr_sectors, pinned);
}

const struct floop_guard floop_guard_ext4 = {
	.matches	= ext4_matches,
	.check		= ext4_check,
	.punches	= true,
	.fills		= ext4_fills,
	.read_map	= ext4_read_map,
	.takes_writes	= ext4_takes_writes,
};
