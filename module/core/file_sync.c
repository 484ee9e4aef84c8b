// SPDX-License-Identifier: GPL-2.0-only
/*
 * Flushes through the file system.
 *
 * The file system tells of a write-back that failed once to each open file, and
 * ours serves many: several devices, flushes under way at the same time, FUA
 * writes.  Whoever asks first would hear it for all.  So failures are counted,
 * and each flush that they may concern fails: all that were under way, and the
 * next one of each device.
 */
#include <linux/fs.h>

#include "claim.h"
#include "file_sync.h"

void floop_file_sync_failed(struct floop_backing *b)
{
	atomic_inc(&b->sync_failures);
}

/* What can not be synced has nothing to be synced. */
static int sync_file(struct file *file)
{
	return file->f_op->fsync ? vfs_fsync(file, 1) : 0;
}

int floop_file_sync(struct floop_claim *claim)
{
	struct floop_backing *b = claim->backing;
	int before = atomic_read(&b->sync_failures);
	int err = sync_file(b->file);
	int after;

	if (err)
		floop_file_sync_failed(b);
	after = atomic_read(&b->sync_failures);
	if (!err && (after != before || after != atomic_read(&claim->sync_failures)))
		err = -EIO;
	atomic_set(&claim->sync_failures, after);
	return err;
}
