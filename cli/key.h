/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * A passphrase, or the bytes of a key file: in memory that is not swapped out.  From the
 * first one on the process leaves no core dump.
 */
#ifndef KEY_H
#define KEY_H

#include <stdbool.h>
#include <stddef.h>

struct key {
	char *bytes;	/* NULL: none */
	size_t size;
	int fd;		/* the same bytes as a file, without a name */
};

/* All of a file as it is, "-" being standard input.  Returns an exit status. */
int key_read(struct key *key, const char *path);

/*
 * Ask for a passphrase of @file at the terminal, without showing it; a new one twice.
 * Signals must be held, and end it.  Returns an exit status.
 */
int key_ask(struct key *key, const char *file, bool is_new);

/* Where the process itself finds the bytes, and what is behind them */
void key_path(const struct key *key, char *path, size_t size);

/* Also of one that is none, after a failure */
void key_free(struct key *key);

#endif /* KEY_H */
