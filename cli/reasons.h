/* SPDX-License-Identifier: GPL-2.0-only */
/* The kernel's table of reasons, floop_reasons.h, by name and by token. */
#ifndef REASONS_H
#define REASONS_H

enum reason {
	REASON_NONE,
#define FLOOP_REASON(name, token, err, sentence) REASON_##name,
#include "floop_reasons.h"
};

const char *reason_token(enum reason reason);
const char *reason_sentence(enum reason reason);

/* The sentence for a token of the kernel's, or of engine.h; the token itself if it is new. */
const char *token_sentence(const char *token);

#endif /* REASONS_H */
