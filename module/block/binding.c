// SPDX-License-Identifier: GPL-2.0-only
/*
 * What is attached to a disk: a claim, and how it was asked for.
 *
 * A loop device promises its users that they may go on working with the file.  So the
 * file is kept from others, and mapped, only for those who ask for direct I/O, which to
 * them means: not through the page cache, where nobody expects to find it.
 *
 * A claim is what it is; what changes (another offset, size, block size, file) is another
 * claim of the same disk, made while the first is still in use, put in its place while no
 * bio is under way.
 */
#include <linux/fs.h>
#include <linux/slab.h>

#include "../core/refusal.h"
#include "binding.h"
#include "limits.h"
#include "suspension.h"

bool floop_map_always;

/*
 * Guards that no disk lies on itself by way of others: who gets a claim looks at those
 * below it, and none of these changes meanwhile.
 */
static DEFINE_MUTEX(nesting_lock);

u64 floop_binding_size(const struct floop_binding *b, u64 file_size)
{
	u64 size = file_size > b->offset ? file_size - b->offset : 0;

	if (b->size_limit)
		size = min(size, b->size_limit);
	return size >> SECTOR_SHIFT;
}

/* What is offered to whoever is above: a map must not need more than that. */
static unsigned int sector_size_of(const struct floop_binding *b)
{
	if (b->block_size)
		return b->block_size;
	return b->maps ? 0 : SECTOR_SIZE;
}

static void spec_by_options(struct floop_claim_spec *spec, const struct floop_binding *b)
{
	spec->asks = b->asks;
	spec->discard = b->options.discard;
	spec->map = b->options.map;
	spec->pin = b->options.pin;
	spec->io = b->options.io;
	spec->patient = false;
}

static struct floop_claim_spec spec_of(struct floop_disk *d, const struct floop_binding *b)
{
	return (struct floop_claim_spec) {
		.where		= &b->path,
		.offset		= b->offset,
		.nr_sectors	= b->nr_sectors,
		.read_only	= b->read_only,
		.map		= b->maps ? FLOOP_MAP_AUTO : FLOOP_MAP_NEVER,
		.patient	= true,
		.io		= b->maps ? FLOOP_IO_AUTO : FLOOP_IO_BUFFERED,
		.sector_size	= sector_size_of(b),
		.face		= &floop_disk_face,
		.target		= d,
		.device		= d,
		.table		= b,
		.disk		= d->gd,
	};
}

/*
 * What others have attached without protection, or have mounted, can not be protected; a
 * loop device is made of it all the same.  The errno for a device on itself is loop.ko's.
 */
static int binding_claim(struct floop_disk *d, struct floop_binding *b)
{
	struct floop_claim_spec spec = spec_of(d, b);
	int err;

	if (b->by_options) {
		spec_by_options(&spec, b);
		return floop_claim_create(&b->claim, &spec);
	}
	err = floop_claim_create(&b->claim, &spec);
	if (err == -EBUSY && spec.map != FLOOP_MAP_NEVER) {
		spec.map = FLOOP_MAP_NEVER;
		err = floop_claim_create(&b->claim, &spec);
	}
	return err == -ELOOP ? -EBADF : err;
}

static u64 nr_sectors_wanted(const struct floop_binding *b, u64 file_size)
{
	if (file_size == FLOOP_SIZE_UNKNOWN && !b->size_limit)
		return FLOOP_TO_END;
	return floop_binding_size(b, file_size);
}

/* What the target insists on: another device may have to be made of sectors of this size. */
static int check_sectors(const struct floop_binding *b)
{
	u64 size = b->nr_sectors << SECTOR_SHIFT;

	if (!b->by_options || !b->block_size || !(size & (b->block_size - 1)))
		return 0;
	return floop_fail(-EINVAL, "the size, %llu bytes, is no multiple of sectors of %u bytes",
			  size, b->block_size);
}

/* How long it is the claim knows. */
static int claim_wanted(struct floop_disk *d, struct floop_binding *b)
{
	int err = binding_claim(d, b);

	if (err)
		return err;
	b->nr_sectors = floop_claim_nr_sectors(b->claim);
	return check_sectors(b);
}

int floop_binding_create(struct floop_disk *d, const struct floop_binding *want, u64 file_size,
			 struct floop_binding **made)
{
	struct floop_binding *b = kmemdup(want, sizeof(*b), GFP_KERNEL);
	int err;

	if (!b)
		return -ENOMEM;
	b->claim = NULL;
	b->maps = b->by_options || b->direct || floop_map_always;
	b->nr_sectors = nr_sectors_wanted(b, file_size);
	path_get(&b->path);
	err = claim_wanted(d, b);
	if (err) {
		floop_binding_destroy(b);
		return err;
	}
	*made = b;
	return 0;
}

void floop_binding_destroy(struct floop_binding *b)
{
	if (!b)
		return;
	if (b->claim)
		floop_claim_destroy(b->claim);
	path_put(&b->path);
	kfree(b);
}

/* Of a disk of ours, what it lies on is known; of others it is not our business. */
static bool __lies_on(const struct floop_claim *claim, const struct floop_disk *d)
{
	while (claim) {
		struct gendisk *gd = floop_claim_disk(claim);

		if (gd == d->gd)
			return true;
		claim = gd && floop_disk_is_ours(gd) ? floop_disk_of(gd)->claim : NULL;
	}
	return false;
}

/* From here on bios may use it. */
static int set_claim(struct floop_disk *d, struct floop_binding *b)
{
	int err = 0;

	mutex_lock(&nesting_lock);
	if (__lies_on(b->claim, d))
		err = floop_fail(b->by_options ? -ELOOP : -EBADF,
				 "the file lies on the device itself");
	else
		smp_store_release(&d->claim, b->claim);
	mutex_unlock(&nesting_lock);
	return err;
}

static void set_binding(struct floop_disk *d, struct floop_binding *b)
{
	mutex_lock(&d->lock);
	d->binding = b;
	mutex_unlock(&d->lock);
}

static int set_limits(struct floop_disk *d, struct floop_binding *b)
{
	int err = floop_limits_set(d, b);

	return err ? floop_fail(err, "the block layer takes no such limits") : 0;
}

int floop_binding_attach(struct floop_disk *d, struct floop_binding *b)
{
	int err = floop_bio_init_disk(d);

	if (err)
		floop_fail(err, "no memory for the disk's bios");
	else
		err = set_limits(d, b);
	if (!err)
		err = set_claim(d, b);
	if (err) {
		floop_limits_clear(d);
		floop_bio_deinit_disk(d);
		return err;
	}
	set_binding(d, b);
	return 0;
}

int floop_binding_replace(struct floop_disk *d, struct floop_binding *b)
{
	struct floop_binding *gone = d->binding;
	int err = floop_still_begin(d);

	if (err) {
		floop_binding_destroy(b);
		return err;
	}
	err = set_limits(d, b);
	if (!err)
		err = set_claim(d, b);
	if (err) {
		floop_limits_set(d, gone);
		gone = b;
	} else {
		set_binding(d, b);
	}
	floop_still_end(d);
	floop_binding_destroy(gone);
	return err;
}

void floop_binding_detach(struct floop_disk *d)
{
	struct floop_binding *gone = d->binding;

	mutex_lock(&nesting_lock);
	d->claim = NULL;
	mutex_unlock(&nesting_lock);
	set_binding(d, NULL);
	floop_bio_deinit_disk(d);
	floop_binding_destroy(gone);
}
