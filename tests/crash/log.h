/* SPDX-License-Identifier: GPL-2.0-only */
/* The log that dm-log-writes keeps of a disk's writes: see log.c. */
#ifndef CRASH_LOG_H
#define CRASH_LOG_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* enum of what an entry is to a disk with a volatile cache */
enum entry_kind {
	ENTRY_DATA,	/* may get lost until the next flush; a discard too */
	ENTRY_FLUSH,
	ENTRY_FUA,
	ENTRY_MARK,
	NR_ENTRY_KINDS
};

extern const char * const entry_names[NR_ENTRY_KINDS];

struct entry {
	enum entry_kind kind;
	bool is_discard;
	uint64_t pos;		/* bytes on the disk */
	uint64_t len;
	const char *data;	/* len bytes; of a mark: its text */
};

struct log {
	size_t nr;
	struct entry *entries;
};

/* Dies where it does not understand the log. */
void log_open(struct log *log, const char *path);

/* The text of a mark, as long as it is. */
int mark_len(const struct entry *e);

#endif /* CRASH_LOG_H */
