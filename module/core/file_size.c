// SPDX-License-Identifier: GPL-2.0-only
/*
 * How long the backing file is.
 *
 * It is grown the way its owner would grow it, by a change of attributes, but on
 * our own file: truncate() by path asks for write access, which is what the
 * exclusion refuses to all.  Nothing here ever makes a file shorter.
 *
 * The file's lock is never waited for.  Who reads the file past the cache holds it
 * while his memory is faulted in, and that may come from the very device that waits
 * for us.
 */
#include <linux/fs.h>

#include "backing.h"
#include "file_size.h"
#include "refusal.h"
#include "floop_compat.h"

static int extend(struct floop_backing *b, loff_t size)
{
	struct file *file = b->file;
	struct inode *inode = file_inode(file);
	struct floop_lease_owner owner;
	struct iattr attr = {
		.ia_size = size,
		.ia_valid = ATTR_SIZE | ATTR_MTIME | ATTR_CTIME | ATTR_FILE,
		.ia_file = file,
	};
	int err = 0;

	if (!inode_trylock(inode))
		return -EAGAIN;
	floop_lease_own(b, &owner);
	if (size > i_size_read(inode))
		err = floop_notify_change(file, &attr);
	floop_lease_disown(b, &owner);
	inode_unlock(inode);
	return err;
}

int floop_file_extend(struct floop_backing *b, loff_t size)
{
	int err = -EROFS;

	if (!sb_start_write_trylock(b->sb))
		return floop_fail(-EBUSY, "the lower file system is frozen, thaw it first");
	if (!sb_rdonly(b->sb))
		err = extend(b, size);
	sb_end_write(b->sb);
	if (!err || err == -EAGAIN)
		return err;
	if (err == -EFBIG)
		return floop_fail(err, "the file system has no files of %lld bytes, or the process must not make one", size);
	return floop_fail(err, "the file can not be made longer (error %d)", -err);
}
