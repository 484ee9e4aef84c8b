// SPDX-License-Identifier: GPL-2.0-only
/*
 * What a file that is written to needs once a second.
 *
 * Its times: a remapped write changes neither mtime nor ctime, and a backup
 * that goes by them would skip the image.
 *
 * A look whether its file system still lives: after errors=remount-ro or a
 * shutdown the super block is not always marked read-only, but a read of zero
 * bytes fails with EIO.  Writing into such a file system must end.
 */
#include <linux/sched/mm.h>
#include <linux/uio.h>

#include "claim.h"
#include "freeze.h"
#include "upkeep.h"

static bool fs_lives(struct floop_backing *b)
{
	struct iov_iter nothing;
	struct kiocb kiocb;

	iov_iter_kvec(&nothing, READ, NULL, 0, 0);
	init_sync_kiocb(&kiocb, b->file);
	return b->file->f_op->read_iter(&kiocb, &nothing) != -EIO;
}

static void look_at_fs(struct floop_backing *b)
{
	if (b->dead || fs_lives(b))
		return;
	WRITE_ONCE(b->dead, true);
	pr_err("fastloop: inode %lu on %pg: the file system was shut down, writes fail from now on\n",
	       b->inode->i_ino, b->lower);
}

/* False if the time could not be set because the file system is frozen. */
static bool update_time(struct floop_backing *b)
{
	int err;

	if (!sb_start_write_trylock(b->sb))
		return false;
	err = file_update_time(b->file);
	sb_end_write(b->sb);
	if (err)
		pr_warn_ratelimited("fastloop: inode %lu on %pg: its modification time can not be set (%d)\n",
				    b->inode->i_ino, b->lower, err);
	return true;
}

/*
 * The bit is cleared before the time is taken: a write that completes in
 * between sets it again and gets a later time.
 */
void floop_upkeep_run(struct floop_backing *b)
{
	unsigned int noio = memalloc_noio_save();

	look_at_fs(b);
	if (test_and_clear_bit(FLOOP_WRITTEN, &b->written) && !b->dead &&
	    !update_time(b))
		floop_upkeep_written(b);
	memalloc_noio_restore(noio);
}

static void upkeep_work(struct work_struct *work)
{
	floop_upkeep_run(container_of(to_delayed_work(work),
				      struct floop_backing, upkeep));
}

void floop_upkeep_hurry(struct floop_backing *b)
{
	mod_delayed_work(floop_queue_vfs, &b->upkeep, 0);
}

void floop_upkeep_init(struct floop_backing *b)
{
	INIT_DELAYED_WORK(&b->upkeep, upkeep_work);
}

void floop_upkeep_stop(struct floop_backing *b)
{
	cancel_delayed_work_sync(&b->upkeep);
	if (!b->written)
		return;
	floop_upkeep_run(b);
	if (b->written)
		pr_warn("fastloop: inode %lu on %pg: detached while frozen, its modification time is up to a second old\n",
			b->inode->i_ino, b->lower);
	cancel_delayed_work_sync(&b->upkeep);
}
