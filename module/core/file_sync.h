/* SPDX-License-Identifier: GPL-2.0-only */
/* Flushes through the file system: see file_sync.c. */
#ifndef FLOOP_FILE_SYNC_H
#define FLOOP_FILE_SYNC_H

struct address_space;
struct floop_backing;
struct floop_claim;

/*
 * The device has nothing to be told of what was before it; if it has a claim to the file
 * already, what that one has.  With backing->mode_lock.
 */
void floop_file_sync_init(struct floop_claim *claim);

/* All writes to the file that have completed are durable.  May sleep, does I/O. */
int floop_file_sync(struct floop_claim *claim);

/*
 * The same for a write that is to be durable.  A failure that it hears of is told to the
 * device's next flush all the same.  May sleep, does I/O.
 */
int floop_file_sync_write(struct floop_claim *claim);

/* A write could not be made durable, and the file system has said so.  Any context. */
void floop_file_sync_failed(struct floop_backing *backing);

/*
 * What the page cache has of the file: an overlay's files are written elsewhere, and so are
 * the nodes of devices.  Any context.
 */
struct address_space *floop_file_mapping(const struct floop_backing *backing);

#endif /* FLOOP_FILE_SYNC_H */
