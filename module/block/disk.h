/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * A native disk: a gendisk of ours, and the file that is attached to it, if one is.
 * See disk.c for its life, binding.c for that of what is attached.
 */
#ifndef FLOOP_DISK_H
#define FLOOP_DISK_H

#include <linux/bio.h>
#include <linux/blkdev.h>
#include <linux/lockdep.h>
#include <linux/loop.h>
#include <linux/mutex.h>
#include <linux/path.h>
#include <linux/spinlock.h>
#include <linux/workqueue.h>

#include "../core/face.h"
#include "../core/option_words.h"
#include "../uapi/floop_disk.h"
#include "contexts.h"
#include "floop_disk_compat.h"

enum floop_disk_state {
	FLOOP_DISK_UNBOUND,		/* nothing attached: reads and writes fail */
	FLOOP_DISK_BINDING,		/* on the way there */
	FLOOP_DISK_BOUND,
	FLOOP_DISK_RUNDOWN,		/* on the way back: nobody can open it */
	FLOOP_DISK_DELETING,		/* the same, for ever */
};

/* What is attached, as it was asked for.  Constant; a change makes another one. */
struct floop_binding {
	struct floop_claim *claim;
	struct path path;		/* of the descriptor that was passed */
	u64 offset;			/* bytes */
	u64 size_limit;			/* likewise; 0: all there is */
	u64 nr_sectors;
	unsigned int block_size;	/* asked for, or 0 */
	bool read_only;
	bool direct;			/* asked for */
	bool maps;			/* likewise, or by the module: if it can be */
	bool by_options;		/* FLOOP_DISK_ATTACH: they say how, direct and maps do not */
	bool asks;			/* whether who attaches may use the file: not known yet */
	struct floop_options options;
};

struct floop_disk {
	/*
	 * What each bio reads.  The claim is set before there is anything to read, and
	 * changes only while the queue is frozen, or nobody has the disk open; so does
	 * the mark, which is taken away at any time.
	 */
	struct gendisk *gd;
	struct floop_claim *claim;
	bool suspended;			/* written under kept_lock */
	struct floop_contexts contexts;	/* of struct floop_bio */
	struct bio_set clones;

	/* For a worker: whose cache was flushed before their data; who could not wait himself. */
	spinlock_t later_lock;
	struct bio_list later;		/* each holds the queue */
	struct work_struct later_work;
	struct workqueue_struct *queue;

	/* Who came while it was suspended. */
	spinlock_t kept_lock;
	struct bio_list kept;		/* each holds the queue */

	struct list_head frozen;	/* under kept_lock: see freezing.c */
	struct list_head thawing;	/* likewise: what thaw_work is to thaw */
	struct work_struct thaw_work;

	/* As they were set last, and for whom; what sysfs has changed since is not in them. */
	struct queue_limits limits;
	const struct block_device *limited_by;

	struct lock_class_key open_key;	/* of gd->open_mutex */
	int number;
	bool visible;			/* under the registry's lock */
	char name[FLOOP_DISK_NAME_SIZE]; /* likewise; constant while something is attached */

	/*
	 * One change at a time.  Held while core works, which may open other disks; so
	 * never taken by who opens or closes this one.
	 */
	struct mutex change;

	struct mutex lock;		/* held for moments only */
	enum floop_disk_state state;	/* under lock */
	struct floop_binding *binding;	/* written under both, read under either */
	u32 flags;			/* likewise: LO_FLAGS_AUTOCLEAR, LO_FLAGS_PARTSCAN */
	bool awaits_user;		/* likewise; then it gets LO_FLAGS_AUTOCLEAR: see detach.c */
	u8 file_name[LO_NAME_SIZE];	/* likewise: whatever the user calls it */
	bool has_attributes;
};

bool floop_disk_is_ours(const struct gendisk *gd);

static inline struct floop_disk *floop_disk_of(struct gendisk *gd)
{
	return gd->private_data;
}

/*
 * The one that has this number, or, if it is negative, the first free one.  May sleep.
 * The number, or a negative errno.
 */
int floop_disk_create(int number);

/* Of one that is in state DELETING, or of which nobody can know any more.  May sleep. */
void floop_disk_destroy(struct floop_disk *disk);

/* --- bio.c */

extern const struct floop_face floop_disk_face;

int floop_bio_init(void);
void floop_bio_exit(void);

/* What bios need, once a file is attached.  May sleep.  0 or -ENOMEM; deinit in both cases. */
int floop_bio_init_disk(struct floop_disk *disk);

/* No bio is under way.  May sleep.  Tolerates a zeroed disk. */
void floop_bio_deinit_disk(struct floop_disk *disk);

/* All of @bio, which holds the queue, and does not when this returns.  May sleep. */
void floop_disk_send_kept(struct floop_disk *disk, struct bio *bio);

/* block_device_operations.submit_bio */
void floop_disk_submit_bio(struct bio *bio);

#endif /* FLOOP_DISK_H */
