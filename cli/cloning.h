/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * One file as the content of another: by sharing its blocks, or as a sparse copy.
 * What takes memory is done by cloning_open(); the two functions after it allocate
 * nothing and print nothing.
 */
#ifndef CLONING_H
#define CLONING_H

#include <stdbool.h>
#include <stdint.h>

struct cloning {
	int from;		/* open for reading */
	int to;			/* an empty file, open for writing */
	uint64_t size;		/* bytes of @from */
	char *buffer;
	volatile uint64_t pos;	/* bytes that a copy is through with */
};

/* -ENOMEM, or 0.  The descriptors are the caller's. */
int cloning_open(struct cloning *cloning, int from, int to, uint64_t size);
void cloning_close(struct cloning *cloning);

/* Can files share blocks there?  Tells of the file system, not of the file. */
bool cloning_is_possible(int to);

/* Return 0 or a negative errno. */
int file_clone(const struct cloning *cloning);
/* @may_go_on is asked now and then; -EINTR if not. */
int file_copy(struct cloning *cloning, bool (*may_go_on)(void *arg), void *arg);

#endif /* CLONING_H */
