// SPDX-License-Identifier: GPL-2.0-only
/*
 * The device-mapper face: target `loop`.
 *
 *	<start> <sectors> loop <path> <offset in bytes> [<#opts> <opt>...]
 *
 * Read uapi/floop_target.h for the words and dm-loop(4) for their meaning.  All
 * decisions about the file are core's; this file speaks device-mapper.
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
	 * No device if the file system has none.
	 */
	struct dm_dev lower;
};

static struct floop_io *io_of_bio(struct bio *bio)
{
	return dm_per_bio_data(bio, sizeof(struct floop_io));
}

static bool face_accept_partial(struct bio *bio, unsigned int nr_sectors)
{
	dm_accept_partial_bio(bio, nr_sectors);
	return true;
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

static void face_event(void *target)
{
	struct dm_target *ti = target;

	dm_table_event(ti->table);
}

static const struct floop_face dm_face = {
	.accept_partial	= face_accept_partial,
	.submit		= face_submit,
	.wants_back	= face_wants_back,
	.name		= face_name,
	.event		= face_event,
};

static int parse_line(struct floop_table_args *args, unsigned int argc, char **argv)
{
	const char *wrong = floop_table_args_parse(args, argc, argv);

	if (wrong)
		return floop_fail(-EINVAL, "%s", wrong);
	return 0;
}

static int check_sectors(const struct floop_table_args *args, const struct dm_target *ti)
{
	unsigned int size = floop_options_sector_bytes(&args->options);

	if (!size || !(((ti->begin | ti->len) << SECTOR_SHIFT) & (size - 1)))
		return 0;
	return floop_fail(-EINVAL, "start and length, %llu and %llu, are no multiples of sectors of %u bytes",
			  (u64)ti->begin, (u64)ti->len, size);
}

static int claim_file(struct loop_target *t, struct dm_target *ti)
{
	bool writable = dm_table_get_mode(ti->table) & BLK_OPEN_WRITE;
	struct floop_claim_spec spec = {
		.path		= t->args.path,
		.offset		= t->args.offset,
		.nr_sectors	= ti->len,
		.read_only	= !writable,
		.discard	= t->args.options.discard,
		.map		= t->args.options.map,
		.pin		= t->args.options.pin,
		.io		= t->args.options.io,
		.sector_size	= floop_options_sector_bytes(&t->args.options),
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
	format_dev_t(t->lower.name, lower ? lower->bd_dev : 0);
}

/* A mapped file keeps its blocks; one that is not gives back what is discarded. */
static bool takes_discards(const struct loop_target *t)
{
	switch (t->args.options.discard) {
	case FLOOP_DISCARD_PASS:
	case FLOOP_DISCARD_PUNCH:
		return true;
	case FLOOP_DISCARD_IGNORE:
		return false;
	default:
		return !floop_claim_is_mapped(t->claim) ||
		       floop_claim_passes_discards(t->claim) ||
		       floop_claim_punches(t->claim);
	}
}

/* Completion must come through floop_map(), hence no flush_bypasses_map. */
static void set_features(struct dm_target *ti, const struct loop_target *t)
{
	ti->per_io_data_size = sizeof(struct floop_io);
	ti->accounts_remapped_io = true;
	ti->flush_supported = true;
	ti->num_flush_bios = 1;
	ti->num_write_zeroes_bios = 1;
	ti->num_discard_bios = takes_discards(t);
	ti->discards_supported = takes_discards(t) && !floop_claim_passes_discards(t->claim);
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
		err = check_sectors(&t->args, ti);
	if (!err)
		err = claim_file(t, ti);
	if (err) {
		ti->error = (char *)floop_refusal_sentence();
		loop_dtr(ti);
		return err;
	}
	describe_lower(t, ti);
	set_features(ti, t);
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
 * anywhere on it, and a sparse file may be larger.  In whole sectors of ours.  One with
 * zones is never mapped, and what it asks of its users is not asked of ours.
 */
static int loop_iterate_devices(struct dm_target *ti, iterate_devices_callout_fn fn,
				void *data)
{
	struct loop_target *t = ti->private;
	unsigned int sectors;
	sector_t len;

	if (!t->lower.bdev || bdev_is_zoned(t->lower.bdev))
		return 0;
	len = min_t(sector_t, ti->len, bdev_nr_sectors(t->lower.bdev));
	sectors = max(floop_options_sector_bytes(&t->args.options),
		      bdev_logical_block_size(t->lower.bdev)) >> SECTOR_SHIFT;
	len = round_down(len, sectors);
	return fn(ti, &t->lower, 0, len, data);
}

/*
 * A file system that writes directly in larger blocks than the lower device's
 * should be offered those, whatever the mode.
 */
static void loop_io_hints(struct dm_target *ti, struct queue_limits *limits)
{
	struct loop_target *t = ti->private;
	unsigned int block = floop_claim_block_size(t->claim);
	unsigned int sector = floop_options_sector_bytes(&t->args.options);

	limits->logical_block_size = max(limits->logical_block_size, sector);
	block = max(block, limits->logical_block_size);
	limits->physical_block_size = max(limits->physical_block_size, block);
	limits->io_min = max(limits->io_min, block);
	if (!ti->discards_supported)
		return;
	limits->max_discard_sectors = UINT_MAX >> SECTOR_SHIFT;
	limits->max_hw_discard_sectors = limits->max_discard_sectors;
	limits->discard_granularity = limits->physical_block_size;
	limits->discard_alignment = 0;
}

static int message_grow(struct loop_target *t, const char *word)
{
	u64 size;

	if (kstrtou64(word, 10, &size))
		return floop_fail(-EINVAL, "%s is no number of bytes", word);
	return floop_claim_grow(t->claim, size);
}

/* Answers with where the next step begins, or "done". */
static int message_unshare(struct loop_target *t, const char *word, char *result,
			   unsigned int maxlen)
{
	bool more;
	u64 pos;
	int err;

	if (kstrtou64(word, 10, &pos))
		return floop_fail(-EINVAL, "%s is no number of bytes", word);
	err = floop_claim_unshare(t->claim, &pos, &more);
	if (err)
		return err;
	if (more)
		scnprintf(result, maxlen, "%llu", pos);
	else
		scnprintf(result, maxlen, FLOOP_ANSWER_DONE);
	return 1;
}

/* A refusal can be read where an attach's can. */
static int loop_message(struct dm_target *ti, unsigned int argc, char **argv,
			char *result, unsigned int maxlen)
{
	struct loop_target *t = ti->private;

	floop_refusal_clear();
	if (argc == 1 && !strcasecmp(argv[0], FLOOP_MESSAGE_DEMOTE))
		return floop_claim_demote(t->claim);
	if (argc == 1 && !strcasecmp(argv[0], FLOOP_MESSAGE_PROMOTE))
		return floop_claim_promote(t->claim);
	if (argc == 2 && !strcasecmp(argv[0], FLOOP_MESSAGE_GROW))
		return message_grow(t, argv[1]);
	if (argc == 2 && !strcasecmp(argv[0], FLOOP_MESSAGE_UNSHARE))
		return message_unshare(t, argv[1], result, maxlen);
	return floop_fail(-EINVAL, "the messages are %s, %s, %s <bytes> and %s <bytes>",
			  FLOOP_MESSAGE_DEMOTE, FLOOP_MESSAGE_PROMOTE, FLOOP_MESSAGE_GROW,
			  FLOOP_MESSAGE_UNSHARE);
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
	.message	= loop_message,
	.iterate_devices = loop_iterate_devices,
	.io_hints	= loop_io_hints,
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
