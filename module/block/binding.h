/* SPDX-License-Identifier: GPL-2.0-only */
/* What is attached to a disk: see binding.c. */
#ifndef FLOOP_BINDING_H
#define FLOOP_BINDING_H

#include "disk.h"

extern bool floop_map_always;		/* as if everybody asked for direct I/O */

/* In sectors, of a file that has so many bytes; behind its end there is nothing. */
u64 floop_binding_size(const struct floop_binding *binding, u64 file_size);

/*
 * All with disk->change held unless said otherwise, none with disk->lock. Process context
 * with an address space of its own, may sleep, does I/O.  0 or a negative errno; core's
 * sentence, if it was core that refused, is at floop_refusal_sentence().
 */

/* How long a file is that nobody has opened yet. */
#define FLOOP_SIZE_UNKNOWN	U64_MAX

/*
 * As @want says, whose claim and size are ignored, of a file of @file_size bytes, which a
 * size limit is held to; one of FLOOP_SIZE_UNKNOWN has to reach as far as that says.  @made
 * is in no disk yet.
 */
int floop_binding_create(struct floop_disk *disk, const struct floop_binding *want,
			 u64 file_size, struct floop_binding **made);

/* Of one that is in no disk, or no more; tolerates NULL.  Any of the locks. */
void floop_binding_destroy(struct floop_binding *binding);

/* Of a disk without one, which offers what this one has, and whose bios it gets. */
int floop_binding_attach(struct floop_disk *disk, struct floop_binding *binding);

/* In place of the disk's, which is gone then; on failure it is @binding that is gone. */
int floop_binding_replace(struct floop_disk *disk, struct floop_binding *binding);

/* Nobody has the disk open, nor will.  With whatever locks its last close has. */
void floop_binding_detach(struct floop_disk *disk);

#endif /* FLOOP_BINDING_H */
