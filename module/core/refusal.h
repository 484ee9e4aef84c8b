/* SPDX-License-Identifier: GPL-2.0-only */
/* Why an attach was refused, in words, for the one who asked: see refusal.c. */
#ifndef FLOOP_REFUSAL_H
#define FLOOP_REFUSAL_H

#include <linux/compiler_attributes.h>
#include <linux/types.h>

enum floop_reason {
	FLOOP_REASON_NONE,
#define FLOOP_REASON(name, token, err, sentence) FLOOP_REASON_##name,
#include "../uapi/floop_reasons.h"
	FLOOP_NR_REASONS
};

/*
 * Record a refusal with a row in the table; @detail (printf style, may be "")
 * is put behind its sentence.  Returns the reason's negative errno, so that a
 * check reads "return floop_refuse(...)".  Any context that may take a
 * spinlock.
 */
__printf(2, 3)
int floop_refuse(enum floop_reason reason, const char *detail, ...);

/*
 * Record a failure without a row in the table: bad arguments, missing file,
 * no memory.  Returns @err.
 */
__printf(2, 3)
int floop_fail(int err, const char *sentence, ...);

/* Forget what this task was told before: call it before a new attach. */
void floop_refusal_clear(void);

/*
 * The sentence that this task was given last, "" without one.  Static
 * memory, always terminated; good until another 63 refusals were given.
 */
const char *floop_refusal_sentence(void);

/* Why the calling task was refused last; NONE for a failure without a row. */
enum floop_reason floop_refusal_reason(void);

/* The token of a reason, "-" for none: a static string. */
const char *floop_reason_token(enum floop_reason reason);

/* Whether it speaks against mapping only, and not against attaching at all. */
bool floop_reason_allows_file(enum floop_reason reason);

#endif /* FLOOP_REFUSAL_H */
