/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * What a face (the device-mapper target, a native disk) uses of core.
 *
 * A face claims a range of a file, hands each bio to floop_map() and each
 * completion to floop_endio().  Core knows neither its types nor its rules:
 * what it needs done in a face's own way it asks for through struct
 * floop_face.
 *
 * Units: pos, offset and len are bytes in the backing file; sector is 512 B of
 * the claim or of the file as its name says; nr_sectors is a count.
 */
#ifndef FLOOP_FACE_H
#define FLOOP_FACE_H

#include <linux/bio.h>
#include <linux/fs.h>
#include <linux/list.h>
#include <linux/llist.h>
#include <linux/types.h>
#include <linux/workqueue.h>

#include "changes.h"
#include "policy.h"

struct floop_claim;

/* What core asks a face to do. */
struct floop_face {
	/*
	 * Inside floop_map() only: let @bio end after @nr_sectors, and send
	 * the rest as another bio.  False: it can not be cut.
	 */
	bool (*accept_partial)(struct bio *bio, unsigned int nr_sectors);
	/*
	 * Outside floop_map(): send @piece to its device; it is a part of
	 * @bio, which core took over, or @bio itself.
	 */
	void (*submit)(struct bio *bio, struct bio *piece);
	/* It counts what core takes, too, as disk I/O: from floop_map() on. */
	bool accounts;
	/*
	 * Asked every few milliseconds for bios that wait for a thaw: whether
	 * the target wants them back now, to send them again later.
	 */
	bool (*wants_back)(void *target);
	/* The device's name as its user knows it, into @buf.  May sleep. */
	void (*name)(const void *device, char *buf, size_t size);
	/* Tell who waits for it that the target's mode has changed.  May sleep. */
	void (*event)(void *target);
};

/*
 * One bio on its way through core.  The face embeds it in the memory it has
 * for each bio and keeps it until floop_endio() returned true.
 */
struct floop_io {
	struct floop_claim *claim;
	struct bio *bio;
	u64 sector;			/* in the backing file */
	unsigned int nr_sectors;
	int drain_index;
	u16 flags;			/* private to core */
	bool requeue;			/* the face sends it again later */
	unsigned int done;		/* bytes that went through the file system */
	unsigned long started;		/* jiffies, the same; for iostat */
	union {
		struct work_struct work;
		struct list_head node;	/* while parked */
		struct llist_node queued;
		struct {		/* one call of the file system */
			struct kiocb kiocb;
			long result;
			atomic_t stages;
		};
		struct {		/* to be punched */
			struct llist_node punched;
			struct floop_change change;
		};
	};
};

enum floop_verdict {
	FLOOP_REMAPPED,			/* submit the bio: it points to the lower device */
	FLOOP_TAKEN,			/* core has it and will end it */
	FLOOP_KILLED,			/* fail it with BLK_STS_IOERR */
	FLOOP_UNCUT,			/* it would not be cut; nothing has become of it */
};

/*
 * Where @bio, which begins @sector sectors into the claim, goes.  Never
 * blocks, allocates nothing; the caller may hold an RCU or SRCU read lock.
 */
enum floop_verdict floop_map(struct floop_claim *claim, struct floop_io *io,
			     struct bio *bio, u64 sector);

/*
 * The bio of @io completed, whoever ended it.  True: done, go on with the
 * completion (as a requeue if io->requeue).  False: core needs a moment and
 * will call bio_endio() again.  Any context.
 */
bool floop_endio(struct floop_io *io);

/* As far as the file reaches, in whole sectors. */
#define FLOOP_TO_END	U64_MAX

/* Which range of which file for whom. */
struct floop_claim_spec {
	const char *path;		/* that the caller may read, or also write */
	const struct path *where;	/* in its place: an open file's, which said that he may */
	bool asks;			/* ... or did not: he is to be asked for, as by a path */
	u64 offset;			/* bytes */
	u64 nr_sectors;			/* or FLOOP_TO_END */
	bool read_only;
	enum floop_discard_mode discard;
	enum floop_map_mode map;
	bool pin;			/* all of it mapped, loaded, and to stay so */
	/*
	 * With FLOOP_MAP_AUTO: who has the file open for writing now will close it.
	 * Until then bios go through the file system, and nobody is waited for.
	 */
	bool patient;
	enum floop_io_mode io;
	unsigned int sector_size;	/* of the device, bytes; 0: whatever it gets */
	const struct floop_face *face;
	void *target;			/* for face->wants_back() and face->event() */
	/*
	 * Who asks.  Claims of one device may overlap, so that a new table can
	 * be built beside the active one; not those of one table.
	 */
	const void *device;
	const void *table;
	u64 device_sector;
	const struct gendisk *disk;
};

/*
 * Claim a range: the file is opened, protected from other writers, and mapped.
 * Process context with an address space of its own (FIEMAP copies to user
 * memory), may sleep, does I/O.  On failure a negative errno; the sentence is
 * at floop_refusal_sentence().
 */
int floop_claim_create(struct floop_claim **claim, const struct floop_claim_spec *spec);

/* The face has no bio under way any more.  May sleep, does I/O. */
void floop_claim_destroy(struct floop_claim *claim);

/* The device uses this claim from now on.  May sleep. */
void floop_claim_activate(struct floop_claim *claim);

/* Bring the file's modification time up to date, if it is due. */
void floop_claim_sync_time(struct floop_claim *claim);

/*
 * From mapped to the file path, and back if that can be proven safe; all devices
 * on the file change together.  Under I/O.  Process context with an address
 * space of its own, may sleep, does I/O.  0, or an errno with a sentence at
 * floop_refusal_sentence() and the mode as it was.
 */
int floop_claim_demote(struct floop_claim *claim);
int floop_claim_promote(struct floop_claim *claim);

/*
 * Let the file reach to byte @size at least, whatever the mode, under I/O; the
 * claim stays as long as it is.  Context and result as above.
 */
int floop_claim_grow(struct floop_claim *claim, u64 size);

/*
 * A step of giving the whole file blocks of its own, from byte *@pos on, which becomes
 * where the next step begins; @more: there is one.  Under I/O.  Context and result as
 * above.
 */
int floop_claim_unshare(struct floop_claim *claim, u64 *pos, bool *more);

/*
 * Whether bios that go through the file system go past its page cache, from now on, for all
 * devices on the file.  Context and result as above; if it can not be had they do not.
 */
int floop_claim_set_io(struct floop_claim *claim, enum floop_io_mode io);

/* Not by the page cache, as far as it can be avoided. */
bool floop_claim_goes_direct(const struct floop_claim *claim);

bool floop_claim_is_mapped(const struct floop_claim *claim);

/* Whether discards go to the lower device while mapped, or to the file system. */
bool floop_claim_passes_discards(const struct floop_claim *claim);
bool floop_claim_punches(const struct floop_claim *claim);

/* The smallest write that goes to the file as it is, in bytes. */
unsigned int floop_claim_block_size(const struct floop_claim *claim);

/*
 * The device below the file system, for stacking limits; pinned by the claim.
 * NULL if there is none, or if the claim's blocks can not be its.
 */
struct block_device *floop_claim_lower(const struct floop_claim *claim);

/* The disk that the file lies on, or is; NULL if that is not known.  Pinned by the claim. */
struct gendisk *floop_claim_disk(const struct floop_claim *claim);

/* How long it is; what FLOOP_TO_END came to. */
u64 floop_claim_nr_sectors(const struct floop_claim *claim);

/* Bios of it that have ended since it was made.  Any context. */
u64 floop_claim_nr_ended(const struct floop_claim *claim);

/* The file's, in bytes; who may write to it can change it. */
loff_t floop_claim_file_size(const struct floop_claim *claim);

/* "<mapped|file> <reason> key=value ..." as in uapi/floop_target.h.  Returns the length. */
size_t floop_claim_info(struct floop_claim *claim, char *buf, size_t size);

/* The path of the file as d_path() sees it, in @buf.  ERR_PTR on failure. */
char *floop_claim_path(const struct floop_claim *claim, char *buf, int size);

#endif /* FLOOP_FACE_H */
