/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * What does the work of a device: fastloop's module, or, where that is not there, the
 * kernel's own loop driver.  Why it is the latter is one of these, each by a letter, which
 * the device itself keeps, a token and a sentence.
 */
#ifndef ENGINE_H
#define ENGINE_H

#define ENGINE_FASTLOOP		"fastloop"
#define ENGINE_KERNEL_LOOP	"kernel-loop"

struct engine_reason {
	char letter;
	const char *token;
	const char *sentence;
};

extern const struct engine_reason engine_asked_for;

/* Why fastloop's module is not there; @err is what came of loading it. */
const struct engine_reason *engine_reason_from_errno(int err);
const struct engine_reason *engine_reason_from_letter(char letter);
/* NULL: not one of these */
const struct engine_reason *engine_reason_from_token(const char *token);

/* Says why there is no such module, and the way out; an exit status. */
int engine_module_failed(const char *thing, const char *module, int err);

#endif /* ENGINE_H */
