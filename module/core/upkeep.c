// SPDX-License-Identifier: GPL-2.0-only
/*
 * What a file that is written to needs once a second.
 *
 * Its times: a remapped write changes neither mtime nor ctime, and a backup
 * that goes by them would skip the image.
 *
 * A look whether its file system still lives: after a shutdown or an error it
 * refuses writes, often without a mark on the super block, and remapped writes
 * must end too.  A read of zero bytes tells of a shutdown; what else there is
 * to ask, the guard knows.  Through the file system a write hears of it itself.
 */
#include <linux/sched/mm.h>
#include <linux/uio.h>

#include "claim.h"
#include "guard.h"
#include "hold.h"
#include "mode.h"
#include "upkeep.h"

static int read_nothing(struct floop_backing *b)
{
	struct iov_iter nothing;
	struct kiocb kiocb;

	iov_iter_kvec(&nothing, READ, NULL, 0, 0);
	init_sync_kiocb(&kiocb, b->file);
	/* Who reads it may keep the file's lock for long. */
	if (b->file->f_mode & FMODE_NOWAIT)
		kiocb.ki_flags |= IOCB_NOWAIT;
	return b->file->f_op->read_iter(&kiocb, &nothing);
}

static void note_death(struct floop_backing *b)
{
	WRITE_ONCE(b->dead, true);
	pr_err("fastloop: inode %lu on %pg: the file system takes no writes any more, neither does the device\n",
	       b->inode->i_ino, b->lower);
}

/* Under freeze protection. */
static void update_time(struct floop_backing *b)
{
	int err;

	if (floop_mode(b) == FLOOP_MAPPED && b->guard->takes_writes && !b->guard->takes_writes(b)) {
		note_death(b);
		return;
	}
	if (floop_backing_is_device(b))
		return;		/* its node has times, and its own file system */
	err = file_update_time(b->file);
	if (err)
		pr_warn_ratelimited("fastloop: inode %lu on %pg: its modification time can not be set (%d)\n",
				    b->inode->i_ino, b->lower, err);
}

/*
 * The bit is cleared before the time is taken: a write that completes in
 * between sets it again and gets a later time.
 */
static void upkeep(struct floop_backing *b)
{
	if (b->read_only || b->dead)
		return;
	if (floop_mode(b) == FLOOP_MAPPED && read_nothing(b) == -EIO) {
		note_death(b);
		return;
	}
	if (!test_and_clear_bit(FLOOP_WRITTEN, &b->written))
		return;
	if (!sb_start_write_trylock(b->sb)) {
		floop_upkeep_written(b, b->written_sector);
		return;
	}
	update_time(b);
	sb_end_write(b->sb);
}

void floop_upkeep_run(struct floop_backing *b)
{
	unsigned int noio = memalloc_noio_save();

	upkeep(b);
	memalloc_noio_restore(noio);
}

static void upkeep_work(struct work_struct *work)
{
	floop_hold(FLOOP_HOLD_UPKEEP);
	floop_upkeep_run(container_of(to_delayed_work(work),
				      struct floop_backing, upkeep));
}

void floop_upkeep_hurry(struct floop_backing *b)
{
	mod_delayed_work(floop_upkeep_queue, &b->upkeep, 0);
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
	if (b->written && !b->dead)
		pr_warn("fastloop: inode %lu on %pg: detached while frozen, its modification time is up to a second old\n",
			b->inode->i_ino, b->lower);
	cancel_delayed_work_sync(&b->upkeep);
}
