/* SPDX-License-Identifier: GPL-2.0-only */
/* A disk stands still, for a moment or until it is resumed: see suspension.c. */
#ifndef FLOOP_SUSPENSION_H
#define FLOOP_SUSPENSION_H

#include <linux/types.h>

struct bio;
struct block_device;
struct floop_disk;

/*
 * New bios wait, and none is under way when this returns, unless for seconds none ends:
 * -EBUSY, with a sentence, and everything is as it was.  With disk->change.  May sleep.
 */
int floop_still_begin(struct floop_disk *disk);
void floop_still_end(struct floop_disk *disk);

/*
 * Bios are kept from now on, of a disk that is bound; before that the file system that is
 * mounted on the whole of it is frozen, if that is wanted.  The rest as above.
 */
int floop_suspension_begin(struct floop_disk *disk, bool freezes);

/*
 * Those that were kept are sent, in their order, and what was frozen is thawed; of a disk
 * that is not suspended there are none.  Takes no lock that is held for long, least of all
 * disk->change: who is waited for may be waiting for a bio of this disk.  Process context,
 * with no bio of its own under way.
 */
void floop_suspension_end(struct floop_disk *disk);

/* True: the disk is suspended, and @bio, which was let into its queue, was dealt with. */
bool floop_suspension_takes(struct floop_disk *disk, struct bio *bio);

/* The same, but what was frozen is thawed a little later: for who holds an attribute. */
void floop_suspension_end_by_message(struct floop_disk *disk);

/*
 * FLOOP_DISK_SUSPEND and FLOOP_DISK_RESUME, of who has CAP_SYS_ADMIN.  0 or the errno that
 * user space gets, with a sentence.  May sleep, do I/O.
 */
int floop_suspend(struct floop_disk *disk, struct block_device *bdev, unsigned long flags);
int floop_resume(struct floop_disk *disk);

void floop_suspension_init(struct floop_disk *disk);

#endif /* FLOOP_SUSPENSION_H */
