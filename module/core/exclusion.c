// SPDX-License-Identifier: GPL-2.0-only
/*
 * Keeping every other writer out of a file.
 *
 * inode->i_writecount counts the writable open files of an inode while it is
 * positive and those that deny writing while it is negative; the VFS tests it
 * in get_write_access() and deny_write_access().  We are a writer that denies
 * all others: open for writing (count 1), then exchange 1 for -1.  From then
 * on opening for writing and truncating fail with ETXTBSY, also for nfsd,
 * overlayfs and swapon, while our own file keeps working because the count is
 * looked at when a file is opened and not when it is written.
 *
 * The exchange fails while anybody else holds the file open for writing,
 * including a shared mapping or an asynchronous request that outlived its
 * descriptor.
 */
#include <linux/atomic.h>
#include <linux/delay.h>
#include <linux/file.h>

#include "exclusion.h"

/*
 * The last close of a file is finished behind the closer's back.  A writer
 * that was closed a moment ago deserves a moment.
 */
#define NR_TRIES	10
#define TRY_MS		10

static int exclude_once(struct file *file, bool read_only)
{
	if (read_only)
		return deny_write_access(file);
	if (atomic_cmpxchg(&file_inode(file)->i_writecount, 1, -1) != 1)
		return -ETXTBSY;
	return 0;
}

int floop_exclude(struct file *file, bool read_only)
{
	unsigned int i;
	int err;

	for (i = 0; i < NR_TRIES; i++) {
		err = exclude_once(file, read_only);
		if (!err)
			return 0;
		msleep(TRY_MS);
	}
	return err;
}

/*
 * Add what was taken and never "set to 1": meanwhile execve() may have pushed
 * the count further down, and its own undo must find it there.  Closing the
 * writable file takes the remaining 1.
 */
void floop_unexclude(struct file *file, bool read_only)
{
	if (read_only)
		allow_write_access(file);
	else
		atomic_add(2, &file_inode(file)->i_writecount);
}

bool floop_has_writers(const struct file *file, bool read_only)
{
	return atomic_read(&file_inode(file)->i_writecount) > (read_only ? 0 : 1);
}
