// SPDX-License-Identifier: GPL-2.0-only
/*
 * Flushes through the file system.
 *
 * The file system tells of a write-back that failed once to each open file, and
 * ours serves many: several devices, flushes under way at the same time, FUA
 * writes.  Whoever asks first would hear it for all.  So failures are counted,
 * and each flush that they may concern fails: all that were under way, and the
 * next one of each device.
 *
 * Between being told and counting there is time for another's flush.  So each device
 * compares for itself what the page cache remembers of its last failure, too.
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

/* An overlay's files are written elsewhere, and so are the nodes of devices. */
static errseq_t *write_error_of(const struct floop_backing *b)
{
	if (floop_backing_is_device(b))
		return &b->file->f_mapping->wb_err;
	return &d_real_inode(b->file->f_path.dentry)->i_mapping->wb_err;
}

void floop_file_sync_init(struct floop_claim *claim)
{
	atomic_set(&claim->sync_failures, atomic_read(&claim->backing->sync_failures));
	claim->write_error = errseq_sample(write_error_of(claim->backing));
}

/* Of flushes that are under way together each has looked before one of them is told. */
static int check_cache(struct floop_claim *claim, errseq_t before)
{
	errseq_t *of_cache = write_error_of(claim->backing);
	errseq_t now = errseq_sample(of_cache);
	int err = errseq_check(of_cache, before);

	WRITE_ONCE(claim->write_error, now);
	return err;
}

int floop_file_sync(struct floop_claim *claim)
{
	struct floop_backing *b = claim->backing;
	errseq_t write_error = READ_ONCE(claim->write_error);
	int before = atomic_read(&b->sync_failures);
	int err = sync_file(b->file);
	int told = check_cache(claim, write_error);
	int after;

	if (err)
		floop_file_sync_failed(b);
	else
		err = told;
	after = atomic_read(&b->sync_failures);
	if (!err && (after != before || after != atomic_read(&claim->sync_failures)))
		err = -EIO;
	atomic_set(&claim->sync_failures, after);
	return err;
}
