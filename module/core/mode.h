/* SPDX-License-Identifier: GPL-2.0-only */
/* Mapped, by the file system, or on the way between: see mode.c. */
#ifndef FLOOP_MODE_H
#define FLOOP_MODE_H

#include <linux/compiler.h>

#include "backing.h"
#include "policy.h"
#include "refusal.h"

struct floop_claim;
struct floop_io;

void floop_mode_init(struct floop_backing *backing);

/* The file is open, and its mode chosen.  Under mode_lock. */
void floop_mode_start(struct floop_backing *backing);

/* It will be closed; nobody is on the way.  May sleep. */
void floop_mode_stop(struct floop_backing *backing);

/* For whoever is counted for the drain: it will not change until he leaves. */
static inline enum floop_mode floop_mode(const struct floop_backing *b)
{
	return smp_load_acquire(&b->mode);
}

/*
 * From mapped to the file path; a file that is there already stays there, for
 * its old reason.  For FLOOP_REASON_POLICY it is by hand, and only by hand it is mapped
 * again.  May sleep for as long as the lower device takes.
 */
void floop_mode_demote(struct floop_backing *backing, enum floop_reason reason);

/*
 * From the file path to mapped, with the extents of all who are attached; refused if
 * another device than @claim's wants its file shared.  Process context, may sleep, does
 * I/O.  0, or a refusal or failure, and the file path as before.
 */
int floop_mode_promote(struct floop_claim *claim);

/*
 * Let the file reach to byte @size at least.  Context and result as above; the
 * mode stays.
 */
int floop_mode_grow(struct floop_backing *backing, loff_t size);

/*
 * How bios that go through the file system do, from now on.  Context and result as
 * above.
 */
int floop_mode_set_io(struct floop_backing *backing, enum floop_io_mode io);

/*
 * A step of giving the file blocks of its own: see unshare.h.  Context and result as
 * above; there is nothing to do while it is mapped.
 */
int floop_mode_unshare(struct floop_backing *backing, u64 *pos);

/*
 * A registered claim gets its extents, or its file the file path, as @map wants
 * it.  Context and result as above.
 */
int floop_mode_join(struct floop_claim *claim, enum floop_map_mode map);

/* May sleep.  Tolerates one that has not joined. */
void floop_mode_leave(struct floop_claim *claim);

/* @io, which is counted for the drain, came between: keep it.  Any context. */
void floop_gate_wait(struct floop_io *io);

#endif /* FLOOP_MODE_H */
