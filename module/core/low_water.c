// SPDX-License-Identifier: GPL-2.0-only
/*
 * A thin image promises space that its file system may not have.
 *
 * Whoever writes where there is none is told so, which is late for those who
 * could have made room.  So the file system is asked how much it has left: when a
 * file is attached, a second after it was given blocks, and slowly as long as it
 * lacks some, because others fill the file system too.  While that is little, and
 * less than all attached files there lack together, low water is reached.
 */
#include <linux/fs.h>
#include <linux/math64.h>
#include <linux/module.h>
#include <linux/overflow.h>
#include <linux/sched/mm.h>
#include <linux/sizes.h>
#include <linux/stat.h>
#include <linux/statfs.h>

#include "claim.h"
#include "low_water.h"

#define SHARE		16	/* of a file system, the default, */
#define MAX_BYTES	SZ_1G	/* or so much, if that is less */
#define HYSTERESIS	8	/* a share of the mark */
#define SLOWLY		(30 * HZ)

static unsigned int low_water_mib;
module_param(low_water_mib, uint, 0644);
MODULE_PARM_DESC(low_water_mib, "tell of a file system that has less left, in MiB, and of thin images on it (0: a sixteenth, at most 1024)");

/* Bytes */
struct room {
	u64 left;
	u64 mark;
	u64 wanted;		/* by all files that are attached */
};

static u64 times(u64 nr, u64 size)
{
	u64 bytes;

	return check_mul_overflow(nr, size, &bytes) ? U64_MAX : bytes;
}

static u64 mark_of(u64 size)
{
	if (low_water_mib)
		return (u64)low_water_mib << 20;
	return min_t(u64, div_u64(size, SHARE), MAX_BYTES);
}

static int measure_file(struct floop_backing *b)
{
	struct kstat file;
	int err = vfs_getattr_nosec(&b->file->f_path, &file, STATX_SIZE | STATX_BLOCKS, 0);

	if (!err)
		WRITE_ONCE(b->low_water.wanted,
			   file.size - min_t(u64, file.size, file.blocks << SECTOR_SHIFT));
	return err;
}

/* What there is for everybody: to take the reserve of root is no way to live. */
static int measure_fs(const struct floop_backing *b, struct room *room)
{
	struct kstatfs fs;
	int err = vfs_statfs(&b->file->f_path, &fs);

	if (!err && !fs.f_blocks)
		err = -EOPNOTSUPP;		/* it does not count */
	if (err)
		return err;
	room->left = times(fs.f_bavail, fs.f_frsize);
	room->mark = mark_of(times(fs.f_blocks, fs.f_frsize));
	room->wanted = floop_backing_all_wanted(b->sb);
	return 0;
}

static bool is_of_interest(const struct floop_backing *b)
{
	return READ_ONCE(b->low_water.wanted) || READ_ONCE(b->low_water.reached);
}

/* False: there is nothing to be said. */
static bool measure(struct floop_backing *b, struct room *room)
{
	if (b->read_only || floop_backing_is_device(b))
		return false;
	return !measure_file(b) && is_of_interest(b) && !measure_fs(b, room);
}

/* What has been told once is not taken back for a few blocks. */
static bool is_reached(const struct floop_low_water *low, const struct room *room)
{
	u64 mark = low->wanted ? min(room->mark, room->wanted) : 0;

	if (low->reached)
		mark += div_u64(mark, HYSTERESIS);
	return room->left < mark;
}

static void say(const struct floop_backing *b, const struct room *room)
{
	if (b->low_water.reached)
		pr_warn("fastloop: inode %lu on %s: low water: %llu MiB are left, and it may take %llu MiB more\n",
			b->inode->i_ino, b->sb->s_id, room->left >> 20,
			b->low_water.wanted >> 20);
	else
		pr_info("fastloop: inode %lu on %s: no longer low water, %llu MiB are left\n",
			b->inode->i_ino, b->sb->s_id, room->left >> 20);
}

static void __note(struct floop_backing *b, const struct room *room)
{
	bool reached = is_reached(&b->low_water, room);
	struct floop_claim *claim;

	if (reached == b->low_water.reached)
		return;
	WRITE_ONCE(b->low_water.reached, reached);
	say(b, room);
	list_for_each_entry(claim, &b->claims, sibling)
		claim->face->event(claim->target);
}

static void go_on(struct floop_backing *b)
{
	if (READ_ONCE(b->low_water.reached))
		floop_low_water_due(&b->low_water);
	else if (is_of_interest(b))
		queue_delayed_work(floop_upkeep_queue, &b->low_water.work, SLOWLY);
}

/*
 * The file system is asked without the lock: a server that does not answer should
 * hold up nobody else.  Whoever holds it may wait for what waits for us: another time.
 */
void floop_low_water_look(struct floop_backing *b)
{
	struct room room;

	WRITE_ONCE(b->low_water.due, false);
	if (!measure(b, &room))
		return;
	if (mutex_trylock(&b->mode_lock)) {
		__note(b, &room);
		mutex_unlock(&b->mode_lock);
		go_on(b);
	} else {
		floop_low_water_due(&b->low_water);
	}
}

static void low_water_work(struct work_struct *work)
{
	struct floop_low_water *low = container_of(to_delayed_work(work),
						   struct floop_low_water, work);
	unsigned int noio = memalloc_noio_save();

	floop_low_water_look(container_of(low, struct floop_backing, low_water));
	memalloc_noio_restore(noio);
}

void floop_low_water_init(struct floop_low_water *low)
{
	INIT_DELAYED_WORK(&low->work, low_water_work);
}

void floop_low_water_stop(struct floop_low_water *low)
{
	cancel_delayed_work_sync(&low->work);
	WRITE_ONCE(low->wanted, 0);
}
