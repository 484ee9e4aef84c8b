// SPDX-License-Identifier: GPL-2.0-only
/*
 * The backing file: opened, kept still, and shared by all who attach it.
 *
 * Opening runs through fixed steps, and the order matters: refuse what can be
 * refused by looking, open a private file, exclude other writers, make what is
 * in memory durable, look again now that nobody can change it any more.
 */
#include <linux/backing-dev.h>
#include <linux/blkdev.h>
#include <linux/completion.h>
#include <linux/cred.h>
#include <linux/delay.h>
#include <linux/file.h>
#include <linux/lockdep.h>
#include <linux/mm.h>
#include <linux/module.h>
#include <linux/mount.h>
#include <linux/pagemap.h>
#include <linux/sched/mm.h>
#include <linux/sched/task.h>
#include <linux/slab.h>

#include "backing.h"
#include "exclusion.h"
#include "file_sync.h"
#include "freeze.h"
#include "guard.h"
#include "hold.h"
#include "mode.h"
#include "refusal.h"
#include "upkeep.h"

/* Guards the list and users. */
static DEFINE_MUTEX(registry_lock);
static LIST_HEAD(registry);

#define SETTLE_TRIES	20
#define SETTLE_MS	10

static unsigned int map_max_kib;
module_param(map_max_kib, uint, 0644);
MODULE_PARM_DESC(map_max_kib, "memory for the map of one file attached from now on, in KiB (0: 1/64 of memory)");

static size_t map_max_bytes(void)
{
	if (map_max_kib)
		return (size_t)map_max_kib << 10;
	return (totalram_pages() << PAGE_SHIFT) / 64;
}

/*
 * With the kernel's own credentials, so that the keyrings of whoever loads
 * the table are not pinned for as long as the device lives.  Reads move no time,
 * as mapped ones can not.
 */
static struct file *open_private(const struct path *path, int flags)
{
	struct cred *cred = prepare_kernel_cred(&init_task);
	struct file *file;

	if (!cred)
		return ERR_PTR(-ENOMEM);
	file = dentry_open(path, flags | O_LARGEFILE | O_NOATIME, cred);
	put_cred(cred);
	return file;
}

int floop_backing_refuse_open(int err)
{
	switch (err) {
	case -EROFS:
		return floop_refuse(FLOOP_REASON_READ_ONLY_FS, "attach it read-only");
	case -ETXTBSY:
		return floop_refuse(FLOOP_REASON_HAS_WRITERS,
				    "or it is being executed, or something denies writing to it");
	case -EPERM:
		return floop_refuse(FLOOP_REASON_IMMUTABLE, "attach it read-only");
	case -EIO:
		return floop_refuse(FLOOP_REASON_FS_SHUT_DOWN, "or its device fails");
	case -EACCES:
		return floop_fail(err, "permission denied");
	default:
		return floop_fail(err, "the file can not be opened (error %d)", -err);
	}
}

struct closing {
	struct work_struct work;
	struct file *file;
	struct completion done;
};

static void close_work(struct work_struct *work)
{
	struct closing *closing = container_of(work, struct closing, work);
	unsigned int noio = memalloc_noio_save();

	__fput_sync(closing->file);
	memalloc_noio_restore(noio);
	complete(&closing->done);
}

/*
 * Now, and not when this task returns to user space: until then the file would
 * count as a writer, and refuse whoever attaches it next.  Only kernel threads
 * may close a file at once.  That may be the last close of a disk of ours, whose file is
 * closed then, by another worker; flush_work() would tell lockdep that one waits for itself.
 */
static void close_private(struct file *file)
{
	struct closing closing = { .file = file };

	init_completion(&closing.done);
	INIT_WORK_ONSTACK(&closing.work, close_work);
	queue_work(floop_upkeep_queue, &closing.work);
	wait_for_completion(&closing.done);
	destroy_work_on_stack(&closing.work);
}

/* Its content is an inode of its own, with the pages; and it is its own lower device. */
static void use_device(struct floop_backing *b)
{
	b->inode = b->file->f_mapping->host;
	b->sb = b->inode->i_sb;
	b->lower = I_BDEV(b->inode);
}

static int refuse_open_device(int err)
{
	switch (err) {
	case -EBUSY:
		return floop_refuse(FLOOP_REASON_DEVICE_BUSY, "");
	case -EACCES:
	case -EROFS:
		return floop_fail(err, "the block device is read-only, attach it read-only");
	default:
		return floop_fail(err, "the block device can not be opened (error %d)", -err);
	}
}

static bool may_open_device(const struct path *path)
{
	return !(path->mnt->mnt_flags & MNT_NODEV) &&
	       !(path->mnt->mnt_sb->s_iflags & SB_I_NODEV);
}

/* A block device that is to be protected is claimed like a mount claims its. */
static int backing_open_file(struct floop_backing *b, const struct path *path,
			     enum floop_map_mode map)
{
	bool is_device = S_ISBLK(b->key->i_mode);
	bool claims = is_device && map != FLOOP_MAP_NEVER;
	struct file *file;

	if (is_device && !may_open_device(path))
		return floop_fail(-EACCES, "devices can not be opened on this mount");
	file = open_private(path, (b->read_only ? O_RDONLY : O_RDWR) | (claims ? O_EXCL : 0));
	if (IS_ERR(file) && is_device)
		return refuse_open_device(PTR_ERR(file));
	if (IS_ERR(file))
		return floop_backing_refuse_open(PTR_ERR(file));
	if (!(file->f_op->read_iter && (b->read_only || file->f_op->write_iter))) {
		close_private(file);
		return floop_fail(-EINVAL, "the file can not be read or written by the kernel");
	}
	b->file = file;
	b->excluded = claims;
	if (is_device)
		use_device(b);
	return 0;
}

int floop_backing_exclude(struct floop_backing *b)
{
	if (b->excluded)
		return 0;
	if (floop_backing_is_device(b))
		return floop_refuse(FLOOP_REASON_POLICY, "the device is shared, detach it first");
	if (floop_exclude(b->file, b->read_only))
		return floop_refuse(FLOOP_REASON_HAS_WRITERS, "close it there first");
	b->excluded = true;
	return 0;
}

bool floop_backing_has_writers(const struct floop_backing *b)
{
	return !b->excluded && !floop_backing_is_device(b) &&
	       floop_has_writers(b->file, b->read_only);
}

void floop_backing_unexclude(struct floop_backing *b)
{
	if (b->excluded && !floop_backing_is_device(b))
		floop_unexclude(b->file, b->read_only);
	b->excluded = false;
}

/*
 * Delayed allocation gets its blocks, unwritten extents under written-back
 * pages are converted, the journal is committed and the device flushed: from
 * here on the map on disk is the map.
 *
 * Then no page may stay cached.  A page that was pinned for direct I/O while
 * it was mapped can still be dirtied, after its mapping and its writer are
 * gone; once it has left the cache, nobody writes it back any more.
 */
int floop_backing_settle(struct floop_backing *b)
{
	unsigned int i;
	int err;

	for (i = 0; i < SETTLE_TRIES; i++) {
		err = vfs_fsync(b->file, 0);
		if (err)
			floop_file_sync_failed(b);
		if (err)
			return floop_fail(err, "the file can not be synced (error %d)", -err);
		if (floop_backing_is_device(b))
			invalidate_bdev(b->lower);	/* buffers held for reuse */
		if (!invalidate_inode_pages2(b->inode->i_mapping))
			return 0;
		msleep(SETTLE_MS);
	}
	return floop_refuse(FLOOP_REASON_HAS_WRITERS, "its cached pages keep getting dirty or busy");
}

static int backing_init(struct floop_backing *b, enum floop_io_mode io)
{
	int err;

	if (!floop_backing_sectors(b))
		return floop_fail(-EINVAL, "the file is smaller than one sector");
	err = floop_map_init(&b->map, MAX_LFS_FILESIZE >> SECTOR_SHIFT, map_max_bytes());
	if (!err)
		err = floop_drain_init(&b->drain);
	if (!err)
		err = floop_queues_init(&b->queues, b->inode->i_ino);
	if (err)
		return floop_fail(err, "no memory for the map of the file");
	return floop_file_init(b, io);
}

/* Tolerates a half-open one. */
static void backing_close(struct floop_backing *b)
{
	if (!b->file)
		return;
	floop_mode_stop(b);
	floop_upkeep_stop(b);
	floop_low_water_stop(&b->low_water);
	floop_freeze_stop(b);
	floop_drain_wait(&b->drain);
	floop_drain_deinit(&b->drain);
	floop_file_deinit(b);
	floop_queues_deinit(&b->queues);
	floop_map_deinit(&b->map);
	floop_backing_unexclude(b);
	close_private(b->file);
	b->file = NULL;
}

/* All that has to be true before blocks are looked at; or a refusal. */
static int backing_make_mappable(struct floop_backing *b)
{
	int err = floop_backing_exclude(b);

	floop_hold(FLOOP_HOLD_ATTACH_EXCLUDED);
	if (!err)
		err = floop_guard_hold(b);
	if (!err)
		err = floop_backing_settle(b);
	if (!err)
		err = floop_guard_check(b);
	return err;
}

static int protect_if_possible(struct floop_backing *b)
{
	floop_backing_exclude(b);
	floop_refusal_clear();
	return 0;
}

/*
 * Refused in words, for whoever insists on the map; for the others that is why
 * they get the file path.  A file that is mapped by nobody is still protected
 * from other writers, unless that can not be had or is not wanted.
 */
static int backing_choose_mode(struct floop_backing *b, const struct floop_backing_spec *spec)
{
	enum floop_map_mode map = spec->map;
	bool waits;
	int err;

	b->mode = FLOOP_FILE;
	b->reason = FLOOP_REASON_POLICY;
	if (map == FLOOP_MAP_NEVER)
		return 0;
	err = floop_guard_look(b);
	waits = spec->patient && floop_backing_has_writers(b);
	if (!err && waits) {
		b->reason = FLOOP_REASON_HAS_WRITERS;
		return 0;
	}
	if (!err)
		err = backing_make_mappable(b);
	b->reason = err ? floop_refusal_reason() : FLOOP_REASON_NONE;
	if (!err)
		b->mode = FLOOP_MAPPED;
	else
		floop_guard_release(b);
	if (!err || map != FLOOP_MAP_AUTO || !floop_reason_allows_file(b->reason))
		return err;
	return waits ? 0 : protect_if_possible(b);
}

/* Whoever breaks the lease meanwhile has to wait until there is something to stop. */
static int backing_start(struct floop_backing *b, const struct floop_backing_spec *spec)
{
	int err;

	mutex_lock(&b->mode_lock);
	err = backing_choose_mode(b, spec);
	if (!err)
		err = backing_init(b, spec->io);
	if (!err)
		floop_mode_start(b);
	mutex_unlock(&b->mode_lock);
	return err;
}

static int backing_open(struct floop_backing *b, const struct path *path,
			const struct floop_backing_spec *spec)
{
	int err;

	b->inode = b->key;
	b->sb = b->inode->i_sb;
	b->lower = floop_guard_lower(b->sb);
	b->read_only = spec->read_only;
	b->dead = false;
	b->low_water.reached = false;
	b->low_water.due = false;
	b->written = 0;
	b->demotions = 0;
	b->breaks = 0;
	b->shares = false;
	b->kept_in_file = false;
	err = floop_guard_look_file(b);
	if (!err)
		err = backing_open_file(b, path, spec->map);
	if (err)
		return err;
	err = backing_start(b, spec);
	if (err)
		backing_close(b);
	return err;
}

static struct floop_backing *backing_create(const struct path *path)
{
	struct floop_backing *b = kvzalloc(sizeof(*b), GFP_KERNEL);

	if (!b)
		return NULL;
	b->key = d_inode(path->dentry);
	mutex_init(&b->map_lock);
	mutex_init(&b->open_lock);
	/* To open or close one that is a disk of ours is to open or close that one's. */
	lockdep_register_key(&b->open_key);
	lockdep_set_class(&b->open_lock, &b->open_key);
	floop_changes_init(&b->changes);
	floop_punch_init(b);
	floop_mode_init(b);
	floop_freeze_init(b);
	floop_upkeep_init(b);
	floop_low_water_init(&b->low_water);
	return b;
}

static struct floop_backing *__registry_find(const struct inode *inode)
{
	struct floop_backing *b;

	list_for_each_entry(b, &registry, node)
		if (b->key == inode)
			return b;
	return NULL;
}

/*
 * A backing that is not open pins nothing; its inode is a key, and good only
 * because its getter holds the path.
 */
static struct floop_backing *registry_get(const struct path *path)
{
	struct floop_backing *b;

	mutex_lock(&registry_lock);
	b = __registry_find(d_inode(path->dentry));
	if (!b) {
		b = backing_create(path);
		if (b)
			list_add(&b->node, &registry);
	}
	if (b)
		b->users++;
	mutex_unlock(&registry_lock);
	return b;
}

static void backing_free(struct floop_backing *b)
{
	lockdep_unregister_key(&b->open_key);
	kvfree(b);
}

static void registry_put(struct floop_backing *b)
{
	bool last;

	mutex_lock(&registry_lock);
	last = --b->users == 0;
	if (last)
		list_del(&b->node);
	mutex_unlock(&registry_lock);
	if (last)
		backing_free(b);
}

/*
 * Closed while it can still be found: whoever wants the same inode now waits,
 * and then finds the exclusion undone.
 */
void floop_backing_put(struct floop_backing *b)
{
	mutex_lock(&b->open_lock);
	if (--b->openers == 0) {
		floop_hold(FLOOP_HOLD_DETACH_LAST);
		backing_close(b);
	}
	mutex_unlock(&b->open_lock);
	floop_hold(FLOOP_HOLD_DETACHED);
	registry_put(b);
}

int floop_backing_get(struct floop_backing **backing, const struct path *path,
		      const struct floop_backing_spec *spec)
{
	struct floop_backing *b = registry_get(path);
	int err = 0;

	if (!b)
		return floop_fail(-ENOMEM, "no memory for the backing file");
	mutex_lock(&b->open_lock);
	if (!b->openers)
		err = backing_open(b, path, spec);
	if (!err)
		b->openers++;
	mutex_unlock(&b->open_lock);
	if (err)
		registry_put(b);
	else
		*backing = b;
	return err;
}

u64 floop_backing_all_wanted(const struct super_block *sb)
{
	struct floop_backing *b;
	u64 sum = 0;

	mutex_lock(&registry_lock);
	list_for_each_entry(b, &registry, node)
		if (b->sb == sb)
			sum += READ_ONCE(b->low_water.wanted);
	mutex_unlock(&registry_lock);
	return sum;
}

bool floop_backing_none(void)
{
	return list_empty(&registry);
}
