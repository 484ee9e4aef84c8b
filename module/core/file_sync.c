// SPDX-License-Identifier: GPL-2.0-only
/*
 * Flushes through the file system.
 *
 * The file system tells of a write-back that failed once to each open file, and
 * ours serves many: several devices, flushes under way at the same time, FUA
 * writes.  Whoever asks first would hear it for all.  So failures are counted,
 * and each flush that they may concern fails: all that were under way, and the
 * next one of each device.  Writes that are to be durable hear of each once as well, and
 * leave it to that flush; or who sends no flushes would hear of it for ever.
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

static void told_copy(struct floop_told *to, const struct floop_told *from)
{
	atomic_set(&to->failures, atomic_read(&from->failures));
	smp_store_release(&to->write_error, READ_ONCE(from->write_error));
}

static void nothing_to_tell(struct floop_claim *claim)
{
	atomic_set(&claim->told.failures, atomic_read(&claim->backing->sync_failures));
	claim->told.write_error = errseq_sample(write_error_of(claim->backing));
	told_copy(&claim->told_writes, &claim->told);
}

void floop_file_sync_init(struct floop_claim *claim)
{
	const struct floop_claim *other;

	nothing_to_tell(claim);
	list_for_each_entry(other, &claim->backing->claims, sibling) {
		if (other == claim || other->device != claim->device)
			continue;
		told_copy(&claim->told, &other->told);
		told_copy(&claim->told_writes, &other->told_writes);
	}
}

/* Told is who has its mark moved, and that comes last: what was counted is seen before. */
static int sync_and_tell(struct floop_backing *b, struct floop_told *to)
{
	errseq_t mark = smp_load_acquire(&to->write_error);
	int before = atomic_read(&b->sync_failures);
	int err = sync_file(b->file);
	int told = errseq_check_and_advance(write_error_of(b), &mark);
	int after;

	if (err)
		floop_file_sync_failed(b);
	else
		err = told;
	after = atomic_read(&b->sync_failures);
	if (!err && (after != before || after != atomic_read(&to->failures)))
		err = -EIO;
	atomic_set(&to->failures, after);
	smp_store_release(&to->write_error, mark);
	return err;
}

/* What a flush has heard of is no news to the writes after it. */
int floop_file_sync(struct floop_claim *claim)
{
	int err = sync_and_tell(claim->backing, &claim->told);

	told_copy(&claim->told_writes, &claim->told);
	return err;
}

int floop_file_sync_write(struct floop_claim *claim)
{
	return sync_and_tell(claim->backing, &claim->told_writes);
}
