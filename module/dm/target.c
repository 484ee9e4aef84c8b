// SPDX-License-Identifier: GPL-2.0-only
/*
 * The device-mapper face: target `loop`.
 *
 *	<start> <sectors> loop <path> <offset in bytes> [<#opts> <opt>...]
 *
 * Read uapi/floop_target.h for the words and docs/table-format.md for their
 * meaning.  All decisions about the file are core's; this file speaks
 * device-mapper.
 */
#include <linux/device-mapper.h>
#include <linux/dm-ioctl.h>
#include <linux/limits.h>
#include <linux/module.h>
#include <linux/slab.h>

#include "../core/face.h"
#include "../core/refusal.h"
#include "../uapi/floop_target.h"
#include "floop_compat.h"
#include "table_args.h"
#include "version.h"

#define DM_MSG_PREFIX FLOOP_TARGET_NAME

/* Owned by the target from constructor to destructor. */
struct loop_target {
	struct floop_claim *claim;
	struct mapped_device *md;
	struct floop_table_args args;	/* path not kept */
	/*
	 * The lower device as device-mapper's limit stacking wants it.  It is
	 * mounted, so it can not be had from dm_get_device(); the claim pins it.
	 */
	struct dm_dev lower;
};

static struct floop_io *io_of_bio(struct bio *bio)
{
	return dm_per_bio_data(bio, sizeof(struct floop_io));
}

static void face_submit(struct bio *bio, struct bio *piece)
{
	dm_submit_bio_remap(bio, piece);
}

static bool face_wants_back(void *target)
{
	return dm_noflush_suspending(target);
}

static void face_name(const void *device, char *buf, size_t size)
{
	struct mapped_device *md = (struct mapped_device *)device;
	char name[DM_NAME_LEN];

	if (dm_copy_name_and_uuid(md, name, NULL))
		strscpy(buf, dm_device_name(md), size);
	else
		strscpy(buf, name, size);
}

static const struct floop_face dm_face = {
	.accept_partial	= dm_accept_partial_bio,
	.submit		= face_submit,
	.wants_back	= face_wants_back,
	.name		= face_name,
};

static int check_opts(const struct floop_table_args *args)
{
	if (args->map == FLOOP_MAP_NEVER)
		return floop_refuse(FLOOP_REASON_POLICY, "and there is none yet, leave map:never out");
	if (args->discard == FLOOP_DISCARD_PUNCH)
		return floop_refuse(FLOOP_REASON_DISCARD_PUNCH, "use discard:pass or discard:ignore");
	return 0;
}

static int parse_line(struct floop_table_args *args, unsigned int argc, char **argv)
{
	const char *wrong = floop_table_args_parse(args, argc, argv);

	if (wrong)
		return floop_fail(-EINVAL, "%s", wrong);
	return check_opts(args);
}

static int claim_file(struct loop_target *t, struct dm_target *ti)
{
	bool writable = dm_table_get_mode(ti->table) & BLK_OPEN_WRITE;
	struct floop_claim_spec spec = {
		.path		= t->args.path,
		.offset		= t->args.offset,
		.nr_sectors	= ti->len,
		.read_only	= !writable,
		.face		= &dm_face,
		.target		= ti,
		.device		= t->md,
		.table		= ti->table,
		.device_sector	= ti->begin,
		.disk		= dm_disk(t->md),
	};
	int err = floop_claim_create(&t->claim, &spec);

	t->args.path = NULL;
	return err;
}

static void describe_lower(struct loop_target *t, struct dm_target *ti)
{
	struct block_device *lower = floop_claim_lower(t->claim);

	t->lower.bdev = lower;
	t->lower.mode = dm_table_get_mode(ti->table);
	format_dev_t(t->lower.name, lower->bd_dev);
}

/* Completion must come through floop_map(), hence no flush_bypasses_map. */
static void set_features(struct dm_target *ti, const struct floop_table_args *args)
{
	ti->per_io_data_size = sizeof(struct floop_io);
	ti->accounts_remapped_io = true;
	ti->flush_supported = true;
	ti->num_flush_bios = 1;
	ti->num_write_zeroes_bios = 1;
	ti->num_discard_bios = args->discard == FLOOP_DISCARD_PASS;
}

/* Tolerates a half-built target. */
static void loop_dtr(struct dm_target *ti)
{
	struct loop_target *t = ti->private;

	if (t->claim)
		floop_claim_destroy(t->claim);
	kfree(t);
}

static int loop_ctr(struct dm_target *ti, unsigned int argc, char **argv)
{
	struct loop_target *t;
	int err;

	floop_refusal_clear();
	t = kzalloc(sizeof(*t), GFP_KERNEL);
	if (!t) {
		ti->error = "no memory for the target";
		return -ENOMEM;
	}
	ti->private = t;
	t->md = dm_table_get_md(ti->table);

	err = parse_line(&t->args, argc, argv);
	if (!err)
		err = claim_file(t, ti);
	if (err) {
		ti->error = (char *)floop_refusal_sentence();
		loop_dtr(ti);
		return err;
	}
	describe_lower(t, ti);
	set_features(ti, &t->args);
	return 0;
}

static int loop_map(struct dm_target *ti, struct bio *bio)
{
	struct loop_target *t = ti->private;

	switch (floop_map(t->claim, io_of_bio(bio), bio,
			  dm_target_offset(ti, bio->bi_iter.bi_sector))) {
	case FLOOP_REMAPPED:
		return DM_MAPIO_REMAPPED;
	case FLOOP_TAKEN:
		return DM_MAPIO_SUBMITTED;
	default:
		return DM_MAPIO_KILL;
	}
}

static int loop_end_io(struct dm_target *ti, struct bio *bio, blk_status_t *error)
{
	struct floop_io *io = io_of_bio(bio);

	if (!floop_endio(io))
		return DM_ENDIO_INCOMPLETE;
	return unlikely(io->requeue) ? DM_ENDIO_REQUEUE : DM_ENDIO_DONE;
}

/*
 * The exclusion stays: a suspended device is still someone's device.  The time
 * is set before, while whoever the lower file system waits for can still write
 * to this device.
 */
static void loop_presuspend(struct dm_target *ti)
{
	struct loop_target *t = ti->private;

	floop_claim_sync_time(t->claim);
}

static void loop_resume(struct dm_target *ti)
{
	struct loop_target *t = ti->private;

	floop_claim_activate(t->claim);
}

/* Offset and options, as they can be loaded again; the path comes before. */
static void print_table(struct loop_target *t, char *result, unsigned int maxlen)
{
	char *buf = kmalloc(PATH_MAX, GFP_NOIO);
	char *path = buf ? floop_claim_path(t->claim, buf, PATH_MAX) : ERR_PTR(-ENOMEM);
	size_t sz = 0;

	if (IS_ERR(path))
		path = "?";
	sz += floop_table_path_escape(result, maxlen, path);
	if (sz < maxlen)
		sz += scnprintf(result + sz, maxlen - sz, " %llu", t->args.offset);
	if (sz < maxlen)
		floop_table_opts_print(result + sz, maxlen - sz, &t->args);
	kfree(buf);
}

static void loop_status(struct dm_target *ti, status_type_t type,
			unsigned int status_flags, char *result, unsigned int maxlen)
{
	struct loop_target *t = ti->private;
	size_t sz = 0;

	switch (type) {
	case STATUSTYPE_INFO:
		floop_claim_info(t->claim, result, maxlen);
		break;
	case STATUSTYPE_TABLE:
		print_table(t, result, maxlen);
		break;
	case STATUSTYPE_IMA:
		DMEMIT_TARGET_NAME_VERSION(ti->type);
		DMEMIT(",lower=%s,offset=%llu;", t->lower.name, t->args.offset);
		break;
	}
}

/*
 * The whole lower device, as far as it can hold the target: the extents may be
 * anywhere on it, and a sparse file may be larger.
 */
static int loop_iterate_devices(struct dm_target *ti, iterate_devices_callout_fn fn,
				void *data)
{
	struct loop_target *t = ti->private;
	sector_t len = min_t(sector_t, ti->len, bdev_nr_sectors(t->lower.bdev));

	return fn(ti, &t->lower, 0, len, data);
}

static struct target_type loop_target = {
	.name		= FLOOP_TARGET_NAME,
	.version	= {1, 0, 0},
	.features	= DM_TARGET_NOWAIT,
	.module		= THIS_MODULE,
	.ctr		= loop_ctr,
	.dtr		= loop_dtr,
	.map		= loop_map,
	.end_io		= loop_end_io,
	.presuspend	= loop_presuspend,
	.resume		= loop_resume,
	.status		= loop_status,
	.iterate_devices = loop_iterate_devices,
};

static int __init loop_target_init(void)
{
	return dm_register_target(&loop_target);
}

static void __exit loop_target_exit(void)
{
	dm_unregister_target(&loop_target);
}

module_init(loop_target_init);
module_exit(loop_target_exit);
MODULE_DESCRIPTION("device-mapper target loop: a file as a block device, by fastloop");
MODULE_AUTHOR("The fastloop developers");
MODULE_VERSION(FLOOP_VERSION);
MODULE_LICENSE("GPL");
