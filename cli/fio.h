/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The only door to fio(1), which makes the load and measures it.
 *
 * While it runs, signals are held by whoever calls (signals.h): one that arrives ends fio
 * and the run.  Functions return an exit status and have said what is wrong.
 *
 * It never has a name of what it works on: it cuts one at a ";" or "#", and whatever may
 * be there by the time it looks would be overwritten.
 */
#ifndef FIO_H
#define FIO_H

#include <stdbool.h>
#include <stdint.h>

struct load {
	const char *name;
	const char *rw;		/* fio's words, all of them */
	const char *block;
	const char *depth;
	const char *engine;
	bool has_writes;
};

/* On what, and how long */
struct fio_run {
	const struct load *load;
	const char *file;	/* as the user wrote it, for what is said */
	int fd;			/* of it, O_PATH will do; fio has it open until it ends */
	uint64_t offset;	/* bytes */
	uint64_t size;		/* bytes */
	uint64_t ms;
};

/* A second */
struct speed {
	double ios;
	double bytes;
};

/* It is there.  To be asked before anything is done for it. */
int fio_check(void);

int fio_run(const struct fio_run *run, struct speed *speed);

#endif /* FIO_H */
