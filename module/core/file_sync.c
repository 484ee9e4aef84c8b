// SPDX-License-Identifier: GPL-2.0-only
/*
 * Flushes through the file system.
 *
 * The file system tells of a write-back that failed once to each open file, and
 * ours serves many: several devices, flushes under way at the same time, FUA
 * writes.  Whoever asks first would hear it for all.  So failures are counted,
 * and each flush that they may concern fails: all that were under way, and the
 * next one of each device.  A write that is to be durable hears of them as well, and
 * leaves them to that flush.
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

struct address_space *floop_file_mapping(const struct floop_backing *b)
{
	if (floop_backing_is_device(b))
		return b->file->f_mapping;
	return d_real_inode(b->file->f_path.dentry)->i_mapping;
}

static errseq_t *write_error_of(const struct floop_backing *b)
{
	return &floop_file_mapping(b)->wb_err;
}

static void nothing_to_tell(struct floop_claim *claim)
{
	atomic_set(&claim->sync_failures, atomic_read(&claim->backing->sync_failures));
	claim->write_error = errseq_sample(write_error_of(claim->backing));
}

void floop_file_sync_init(struct floop_claim *claim)
{
	const struct floop_claim *other;

	nothing_to_tell(claim);
	list_for_each_entry(other, &claim->backing->claims, sibling) {
		if (other == claim || other->device != claim->device)
			continue;
		atomic_set(&claim->sync_failures, atomic_read(&other->sync_failures));
		claim->write_error = READ_ONCE(other->write_error);
	}
}

/* What the device has been told of, or would be */
struct told {
	errseq_t mark;
	int failures;
};

static int sync_and_compare(const struct floop_claim *claim, struct told *now)
{
	struct floop_backing *b = claim->backing;
	int before, err, told;

	now->mark = smp_load_acquire(&claim->write_error);
	before = atomic_read(&b->sync_failures);
	err = sync_file(b->file);
	told = errseq_check_and_advance(write_error_of(b), &now->mark);
	if (err)
		floop_file_sync_failed(b);
	else
		err = told;
	now->failures = atomic_read(&b->sync_failures);
	if (!err && (now->failures != before ||
		     now->failures != atomic_read(&claim->sync_failures)))
		err = -EIO;
	return err;
}

/* Told is who has its mark moved, and that comes last: what was counted is seen before. */
int floop_file_sync(struct floop_claim *claim)
{
	struct told now;
	int err = sync_and_compare(claim, &now);

	atomic_set(&claim->sync_failures, now.failures);
	smp_store_release(&claim->write_error, now.mark);
	return err;
}

int floop_file_sync_write(struct floop_claim *claim)
{
	struct told now;

	return sync_and_compare(claim, &now);
}
