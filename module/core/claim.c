// SPDX-License-Identifier: GPL-2.0-only
/*
 * A face's hold on a range of a backing file.
 *
 * Many claims may share one backing file; which of them may overlap is decided
 * here and nowhere else.  Two ranges may overlap when both are read-only, when
 * neither wants protection, or when they belong to one device that builds a new
 * table beside its active one.
 */
#include <linux/blkdev.h>
#include <linux/module.h>
#include <linux/namei.h>
#include <linux/sched/mm.h>
#include <linux/slab.h>

#include "claim.h"
#include "extents.h"
#include "freeze.h"
#include "guard.h"
#include "hold.h"
#include "mode.h"
#include "refusal.h"
#include "upkeep.h"
#include "../uapi/floop_target.h"

#define NAME_LEN 128

/* Guards the list, and what struct claim says so of. */
static DEFINE_MUTEX(claims_lock);
static LIST_HEAD(claims);

static bool may_overlap(const struct floop_claim *a, const struct floop_claim *b)
{
	if (a->read_only && b->read_only)
		return true;
	if (a->shared && b->shared)
		return true;
	return a->device == b->device && a->table != b->table;
}

static int refuse_overlap(const struct floop_claim *held)
{
	char name[NAME_LEN];

	held->face->name(held->device, name, sizeof(name));
	return floop_refuse(FLOOP_REASON_RANGE_BUSY, "%s holds bytes %llu to %llu%s", name,
			    held->first_sector << SECTOR_SHIFT,
			    ((held->first_sector + held->nr_sectors) << SECTOR_SHIFT) - 1,
			    held->read_only ? " read-only" : "");
}

static int refuse_read_only(const struct floop_claim *held)
{
	char name[NAME_LEN];

	held->face->name(held->device, name, sizeof(name));
	return floop_refuse(FLOOP_REASON_HELD_READ_ONLY, "by %s, detach it first", name);
}

/* A renamed or replaced image: the path leads elsewhere than the device does. */
static bool is_other_file(const struct floop_claim *claim, const struct floop_claim *held)
{
	return held->active && held->device == claim->device &&
	       held->device_sector == claim->device_sector &&
	       held->backing != claim->backing;
}

/* The file was opened for reading only, by whoever attached it first. */
static bool wants_more(const struct floop_claim *claim)
{
	return claim->backing->read_only && !claim->read_only;
}

static int __claim_check_others(const struct floop_claim *claim)
{
	const struct floop_claim *held;

	list_for_each_entry(held, &claims, node)
		if (floop_claims_overlap(claim, held) && !may_overlap(claim, held))
			return refuse_overlap(held);
	list_for_each_entry(held, &claims, node) {
		if (is_other_file(claim, held))
			return floop_refuse(FLOOP_REASON_OTHER_FILE, "inode %lu instead of %lu",
					    claim->backing->inode->i_ino,
					    held->backing->inode->i_ino);
		if (wants_more(claim) && held->backing == claim->backing)
			return refuse_read_only(held);
	}
	if (wants_more(claim))
		return floop_refuse(FLOOP_REASON_HELD_READ_ONLY, "try again");
	return 0;
}

static int claim_register(struct floop_claim *claim)
{
	int err;

	mutex_lock(&claims_lock);
	err = __claim_check_others(claim);
	if (!err)
		list_add_tail(&claim->node, &claims);
	mutex_unlock(&claims_lock);
	return err;
}

static void claim_unregister(struct floop_claim *claim)
{
	mutex_lock(&claims_lock);
	list_del_init(&claim->node);
	mutex_unlock(&claims_lock);
}

/* Of a file that ends before it there is nothing to attach. */
static int reach_to_end(struct floop_claim *claim, const struct floop_claim_spec *spec)
{
	u64 size = floop_backing_size(claim->backing);

	claim->nr_sectors = size > spec->offset ? (size - spec->offset) >> SECTOR_SHIFT : 0;
	if (claim->nr_sectors)
		return 0;
	return floop_fail(-EINVAL, "no sector lies behind offset %llu, the file ends at %llu",
			  spec->offset, size);
}

static int check_range(struct floop_claim *claim, const struct floop_claim_spec *spec)
{
	u64 size = floop_backing_size(claim->backing);

	if (spec->offset & (SECTOR_SIZE - 1))
		return floop_refuse(FLOOP_REASON_UNALIGNED_OFFSET, "%llu, a sector has 512 bytes",
				    spec->offset);
	if (spec->nr_sectors == FLOOP_TO_END)
		return reach_to_end(claim, spec);
	if (spec->offset > size || spec->nr_sectors > (size - spec->offset) >> SECTOR_SHIFT)
		return floop_fail(-EINVAL, "%llu sectors at offset %llu reach past the end of the file at %llu",
				  spec->nr_sectors, spec->offset, size);
	return 0;
}

static bool sectors_are_too_small(const struct floop_claim *claim)
{
	return claim->sector_size &&
	       claim->sector_size < bdev_logical_block_size(claim->backing->lower);
}

/* Whether its blocks can be the lower device's. */
static bool is_aligned(const struct floop_claim *claim)
{
	struct block_device *lower = claim->backing->lower;

	if (!lower)
		return true;
	if (sectors_are_too_small(claim))
		return false;
	return !(((claim->first_sector | claim->nr_sectors) << SECTOR_SHIFT) &
		 (bdev_logical_block_size(lower) - 1));
}

static int check_alignment(const struct floop_claim *claim)
{
	struct block_device *lower = claim->backing->lower;
	u64 mask = bdev_logical_block_size(lower) - 1;

	if (is_aligned(claim))
		return 0;
	if (sectors_are_too_small(claim))
		return floop_refuse(FLOOP_REASON_SECTOR_SIZE, "%u, %pg has blocks of %llu bytes",
				    claim->sector_size, lower, mask + 1);
	if ((claim->first_sector << SECTOR_SHIFT) & mask)
		return floop_refuse(FLOOP_REASON_UNALIGNED_OFFSET, "%llu, %pg has blocks of %llu bytes",
				    claim->first_sector << SECTOR_SHIFT, lower, mask + 1);
	return floop_refuse(FLOOP_REASON_UNALIGNED_SIZE, "%llu sectors, %pg has blocks of %llu bytes",
			    claim->nr_sectors, lower, mask + 1);
}

/* Whoever could write to it while it went through the file system may have cut it. */
static int check_length(const struct floop_claim *claim)
{
	if (claim->first_sector + claim->nr_sectors <= floop_backing_sectors(claim->backing))
		return 0;
	return floop_refuse(FLOOP_REASON_TOO_SHORT, "it has %lld bytes",
			    floop_backing_size(claim->backing));
}

/*
 * For as long as the file is open: its map has no cap, so that nothing is evicted. Of
 * blocks that are shared there is no second look.
 */
static void lift_cap(struct floop_backing *b)
{
	mutex_lock(&b->map_lock);
	b->map.max_bytes = SIZE_MAX;
	mutex_unlock(&b->map_lock);
}

int floop_claim_read_map(struct floop_claim *claim)
{
	struct floop_backing *b = claim->backing;
	int err = check_alignment(claim);

	if (!err)
		err = check_length(claim);
	if (!err && (claim->pinned || b->shares))
		lift_cap(b);
	if (!err)
		err = b->guard->read_map(b, claim->first_sector, claim->nr_sectors, claim->pinned);
	if (!err && claim->pinned)
		err = floop_extents_load(b, claim->first_sector, claim->nr_sectors);
	return err;
}

int floop_claim_refuse_for(enum floop_reason reason, const struct floop_claim *other)
{
	char name[NAME_LEN];

	other->face->name(other->device, name, sizeof(name));
	return floop_refuse(reason, "by %s", name);
}

/* Found before it is opened: to open it would wait for it. */
static int check_itself(const struct inode *inode, const struct floop_claim_spec *spec)
{
	if (spec->disk && S_ISBLK(inode->i_mode) && inode->i_rdev == disk_devt((struct gendisk *)spec->disk))
		return floop_fail(-ELOOP, "it is the device itself");
	return 0;
}

/* A device above itself would wait for itself. */
static int check_nesting(const struct floop_claim *claim, const struct floop_claim_spec *spec)
{
	if (spec->disk && claim->backing->lower && claim->backing->lower->bd_disk == spec->disk)
		return floop_fail(-ELOOP, "the file lies on the device itself");
	return 0;
}

static struct floop_claim *claim_alloc(const struct floop_claim_spec *spec)
{
	struct floop_claim *claim = kzalloc(sizeof(*claim), GFP_KERNEL);

	if (!claim)
		return NULL;
	claim->count = alloc_percpu(struct floop_claim_count);
	if (!claim->count) {
		kfree(claim);
		return NULL;
	}
	INIT_LIST_HEAD(&claim->node);
	INIT_LIST_HEAD(&claim->sibling);
	claim->first_sector = spec->offset >> SECTOR_SHIFT;
	claim->nr_sectors = spec->nr_sectors;
	claim->read_only = spec->read_only;
	claim->shared = spec->map == FLOOP_MAP_NEVER;
	claim->bound = spec->map == FLOOP_MAP_REQUIRE;
	claim->patient = spec->patient && spec->map == FLOOP_MAP_AUTO;
	claim->pinned = spec->pin;
	claim->sector_size = spec->sector_size;
	claim->face = spec->face;
	claim->target = spec->target;
	claim->device = spec->device;
	claim->table = spec->table;
	claim->device_sector = spec->device_sector;
	return claim;
}

static int get_backing_at(struct floop_claim *claim, const struct floop_claim_spec *spec,
			  const struct path *path)
{
	struct floop_backing_spec want = {
		.read_only = spec->read_only,
		.map = spec->map,
		.io = spec->io,
		.patient = spec->patient,
	};
	int err = check_itself(d_inode(path->dentry), spec);

	if (!err)
		err = floop_backing_get(&claim->backing, path, &want);
	return err;
}

static int get_backing_if_permitted(struct floop_claim *claim,
				    const struct floop_claim_spec *spec, const struct path *path)
{
	int err = path_permission(path, claim->read_only ? MAY_READ : MAY_READ | MAY_WRITE);

	return err ? floop_backing_refuse_open(err) : get_backing_at(claim, spec, path);
}

static int claim_get_backing(struct floop_claim *claim, const struct floop_claim_spec *spec)
{
	struct path path;
	int err;

	if (spec->where && spec->asks)
		return get_backing_if_permitted(claim, spec, spec->where);
	if (spec->where)
		return get_backing_at(claim, spec, spec->where);
	err = kern_path(spec->path, LOOKUP_FOLLOW, &path);
	if (err)
		return floop_fail(err, "%s: the file can not be found (error %d)", spec->path, -err);
	err = get_backing_if_permitted(claim, spec, &path);
	path_put(&path);
	return err;
}

/* Tolerates a half-built one. */
static void claim_destroy(struct floop_claim *claim)
{
	claim_unregister(claim);
	if (claim->backing) {
		floop_mode_leave(claim);
		floop_backing_put(claim->backing);
	}
	free_percpu(claim->count);
	kfree(claim);
}

/* Of a block device there is nothing to keep; what is pinned is never given back. */
static void choose_discards(struct floop_claim *claim, enum floop_discard_mode mode)
{
	bool is_device = floop_backing_is_device(claim->backing);

	claim->pass_discards = mode == FLOOP_DISCARD_PASS ||
			       (mode == FLOOP_DISCARD_DEFAULT && is_device);
	claim->punches = !claim->pinned &&
			 (mode == FLOOP_DISCARD_PUNCH ||
			  (mode == FLOOP_DISCARD_DEFAULT && !is_device));
}

static int claim_create(struct floop_claim **claimp, const struct floop_claim_spec *spec)
{
	struct floop_claim *claim;
	int err;

	claim = claim_alloc(spec);
	if (!claim)
		return floop_fail(-ENOMEM, "no memory for the claim");
	err = claim_get_backing(claim, spec);
	if (!err)
		choose_discards(claim, spec->discard);
	if (!err)
		err = check_range(claim, spec);
	if (!err)
		err = check_nesting(claim, spec);
	if (!err)
		err = claim_register(claim);
	floop_hold(FLOOP_HOLD_ATTACH_CLAIMED);
	if (!err)
		err = floop_mode_join(claim, spec->map);
	if (err) {
		claim_destroy(claim);
		return err;
	}
	floop_low_water_look(claim->backing);
	*claimp = claim;
	return 0;
}

/*
 * The device may be in use already, with another table or by another claim on
 * the same file, and whoever is above it may hold what reclaim wants.  So no
 * allocation of these two may lead to I/O.
 */
int floop_claim_create(struct floop_claim **claimp, const struct floop_claim_spec *spec)
{
	unsigned int noio = memalloc_noio_save();
	struct floop_claim_spec want = *spec;
	int err;

	/* What can not be pinned is no use by the file system. */
	if (want.pin)
		want.map = FLOOP_MAP_REQUIRE;
	floop_refusal_clear();
	err = claim_create(claimp, &want);
	memalloc_noio_restore(noio);
	return err;
}
EXPORT_SYMBOL_GPL(floop_claim_create);

void floop_claim_destroy(struct floop_claim *claim)
{
	unsigned int noio = memalloc_noio_save();

	claim_destroy(claim);
	memalloc_noio_restore(noio);
}
EXPORT_SYMBOL_GPL(floop_claim_destroy);

/* What happened before the device could raise an event. */
static void tell_of_low_water(const struct floop_claim *claim)
{
	if (READ_ONCE(claim->backing->low_water.reached))
		claim->face->event(claim->target);
}

void floop_claim_activate(struct floop_claim *claim)
{
	bool was_active;

	mutex_lock(&claims_lock);
	was_active = claim->active;
	claim->active = true;
	mutex_unlock(&claims_lock);
	if (!was_active)
		tell_of_low_water(claim);
}
EXPORT_SYMBOL_GPL(floop_claim_activate);

void floop_claim_sync_time(struct floop_claim *claim)
{
	floop_upkeep_run(claim->backing);
}
EXPORT_SYMBOL_GPL(floop_claim_sync_time);

int floop_claim_demote(struct floop_claim *claim)
{
	unsigned int noio = memalloc_noio_save();

	floop_mode_demote(claim->backing, FLOOP_REASON_POLICY);
	memalloc_noio_restore(noio);
	return 0;
}
EXPORT_SYMBOL_GPL(floop_claim_demote);

int floop_claim_promote(struct floop_claim *claim)
{
	unsigned int noio = memalloc_noio_save();
	int err;

	floop_refusal_clear();
	err = floop_mode_promote(claim);
	memalloc_noio_restore(noio);
	return err;
}
EXPORT_SYMBOL_GPL(floop_claim_promote);

int floop_claim_grow(struct floop_claim *claim, u64 size)
{
	unsigned int noio = memalloc_noio_save();
	int err;

	floop_refusal_clear();
	if (claim->read_only)
		err = floop_fail(-EROFS, "the device is read-only");
	else if (floop_backing_is_device(claim->backing))
		err = floop_fail(-EINVAL, "a block device can not be made longer here");
	else if (size > MAX_LFS_FILESIZE)
		err = floop_fail(-EFBIG, "no file has %llu bytes", size);
	else
		err = floop_mode_grow(claim->backing, size);
	memalloc_noio_restore(noio);
	return err;
}
EXPORT_SYMBOL_GPL(floop_claim_grow);

int floop_claim_unshare(struct floop_claim *claim, u64 *pos, bool *more)
{
	unsigned int noio = memalloc_noio_save();
	int err;

	floop_refusal_clear();
	if (claim->backing->read_only)
		err = floop_fail(-EROFS, "the device is read-only");
	else if (floop_backing_is_device(claim->backing))
		err = floop_fail(-EINVAL, "a block device shares no blocks");
	else
		err = floop_mode_unshare(claim->backing, pos);
	*more = *pos < floop_backing_size(claim->backing);
	memalloc_noio_restore(noio);
	return err;
}
EXPORT_SYMBOL_GPL(floop_claim_unshare);

int floop_claim_set_io(struct floop_claim *claim, enum floop_io_mode io)
{
	unsigned int noio = memalloc_noio_save();
	int err;

	floop_refusal_clear();
	err = floop_mode_set_io(claim->backing, io);
	memalloc_noio_restore(noio);
	return err;
}
EXPORT_SYMBOL_GPL(floop_claim_set_io);

bool floop_claim_goes_direct(const struct floop_claim *claim)
{
	return floop_claim_is_mapped(claim) || claim->backing->file_path.direct;
}
EXPORT_SYMBOL_GPL(floop_claim_goes_direct);

bool floop_claim_is_mapped(const struct floop_claim *claim)
{
	return floop_mode(claim->backing) == FLOOP_MAPPED;
}
EXPORT_SYMBOL_GPL(floop_claim_is_mapped);

bool floop_claim_passes_discards(const struct floop_claim *claim)
{
	return claim->pass_discards;
}
EXPORT_SYMBOL_GPL(floop_claim_passes_discards);

bool floop_claim_punches(const struct floop_claim *claim)
{
	return claim->punches && claim->backing->guard && claim->backing->guard->punches;
}
EXPORT_SYMBOL_GPL(floop_claim_punches);

unsigned int floop_claim_block_size(const struct floop_claim *claim)
{
	return claim->backing->file_path.block_mask + 1;
}
EXPORT_SYMBOL_GPL(floop_claim_block_size);

struct block_device *floop_claim_lower(const struct floop_claim *claim)
{
	return is_aligned(claim) ? claim->backing->lower : NULL;
}
EXPORT_SYMBOL_GPL(floop_claim_lower);

struct gendisk *floop_claim_disk(const struct floop_claim *claim)
{
	return claim->backing->lower ? claim->backing->lower->bd_disk : NULL;
}
EXPORT_SYMBOL_GPL(floop_claim_disk);

u64 floop_claim_nr_sectors(const struct floop_claim *claim)
{
	return claim->nr_sectors;
}
EXPORT_SYMBOL_GPL(floop_claim_nr_sectors);

loff_t floop_claim_file_size(const struct floop_claim *claim)
{
	return floop_backing_size(claim->backing);
}
EXPORT_SYMBOL_GPL(floop_claim_file_size);

char *floop_claim_path(const struct floop_claim *claim, char *buf, int size)
{
	return d_path(&claim->backing->file->f_path, buf, size);
}
EXPORT_SYMBOL_GPL(floop_claim_path);

u64 floop_claim_nr_ended(const struct floop_claim *claim)
{
	u64 ended = 0;
	int cpu;

	for_each_possible_cpu(cpu)
		ended += READ_ONCE(per_cpu_ptr(claim->count, cpu)->ended);
	return ended;
}
EXPORT_SYMBOL_GPL(floop_claim_nr_ended);

/* Ended is summed first: a bio that begins meanwhile must not count below 0. */
static void sum_counts(const struct floop_claim *claim, u64 *in_flight, u64 *errors)
{
	u64 begun = 0, ended = floop_claim_nr_ended(claim);
	int cpu;

	*errors = 0;
	for_each_possible_cpu(cpu)
		*errors += READ_ONCE(per_cpu_ptr(claim->count, cpu)->errors);
	smp_rmb();
	for_each_possible_cpu(cpu)
		begun += READ_ONCE(per_cpu_ptr(claim->count, cpu)->begun);
	*in_flight = begun - ended;
}

static const char *mode_word(const struct floop_backing *b)
{
	return floop_mode(b) == FLOOP_MAPPED ? FLOOP_MODE_MAPPED : FLOOP_MODE_FILE;
}

size_t floop_claim_info(struct floop_claim *claim, char *buf, size_t size)
{
	struct floop_backing *b = claim->backing;
	dev_t lower = b->lower ? b->lower->bd_dev : 0;
	struct floop_map_usage usage;
	u64 in_flight, errors;

	floop_map_usage(&b->map, claim->first_sector, claim->nr_sectors, &usage);
	sum_counts(claim, &in_flight, &errors);
	return scnprintf(buf, size,
			 "%s %s dev=%u:%u ino=%lu fs=%s lower=%u:%u extents=%llu mapped_sectors=%llu map_bytes=%zu lookups=%llu fills=%llu breaks=%u low_water=%d demotions=%u parked=%u in_flight=%llu invalidated=%llu errors=%llu",
			 mode_word(b), floop_reason_token(READ_ONCE(b->reason)),
			 MAJOR(b->key->i_sb->s_dev), MINOR(b->key->i_sb->s_dev), b->key->i_ino,
			 b->sb->s_type->name, MAJOR(lower), MINOR(lower),
			 usage.extents, usage.mapped_sectors, usage.bytes,
			 (u64)atomic64_read(&b->lookups),
			 (u64)atomic64_read(&b->fills), READ_ONCE(b->breaks),
			 READ_ONCE(b->low_water.reached), READ_ONCE(b->demotions),
			 floop_nr_parked(claim), in_flight,
			 (u64)atomic64_read(&b->invalidated), errors);
}
EXPORT_SYMBOL_GPL(floop_claim_info);
