/* SPDX-License-Identifier: GPL-2.0-only */
/* How a file lies, a run at a time, as its file system tells. */
#ifndef RUNS_H
#define RUNS_H

#include <stdbool.h>
#include <stdint.h>

#include "backing.h"

enum run_kind {
	RUN_DATA,
	RUN_SHARED,	/* with other files, or other places of this one */
	RUN_UNWRITTEN,	/* has blocks, and reads as zeroes */
	RUN_DELAYED,	/* in memory; its blocks are chosen when it is written out */
	RUN_INLINE,	/* in blocks of the file system's own: the inode, or a shared tail */
	RUN_UNPLACED,	/* data, of which the file system does not say where they are */
	RUN_HOLE,
	NR_RUN_KINDS
};

struct run {
	uint64_t pos;		/* bytes in the file */
	uint64_t len;		/* bytes */
	uint64_t place;		/* bytes on what the file system calls its device */
	uint32_t flags;		/* FIEMAP_EXTENT_*, 0 for a hole */
	enum run_kind kind;
};

/* Who is asked, in this order */
enum run_source {
	RUNS_BY_FIEMAP,
	RUNS_BY_FIBMAP,		/* FAT: once for each cluster, which root alone may do */
	RUNS_BY_SEEK,		/* data and holes, and no places */
};

struct run_options {
	bool has_sync;		/* cached data are written out first */
	enum run_source last;	/* to be asked */
	enum run_source source;	/* set: who was asked last */
	bool is_forbidden;	/* set: another one would have told somebody with more rights */
};

typedef void (*run_visit)(const struct run *run, void *arg);

/*
 * Visit @range of the file that @fd has open for reading: all of it, in order,
 * without a gap, holes among it.  Ends however the file is changed meanwhile.
 * 0 or a negative errno; -EOPNOTSUPP and -ENOTTY when the file system does not tell.
 */
int runs_visit(int fd, const struct range *range, struct run_options *options,
	       run_visit visit, void *arg);

/* Has it a place of its own on the device, and is that known? */
bool run_has_place(const struct run *run);

#endif /* RUNS_H */
