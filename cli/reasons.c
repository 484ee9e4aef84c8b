// SPDX-License-Identifier: GPL-2.0-only
#include <stddef.h>
#include <string.h>

#include "engine.h"
#include "floop_target.h"
#include "reasons.h"

static const struct {
	const char *token;
	const char *sentence;
} reasons[] = {
	[REASON_NONE] = { FLOOP_NO_REASON, "" },
#define FLOOP_REASON(name, token, err, sentence) [REASON_##name] = { token, sentence },
#include "floop_reasons.h"
};

const char *reason_token(enum reason reason)
{
	return reasons[reason].token;
}

const char *reason_sentence(enum reason reason)
{
	return reasons[reason].sentence;
}

const char *token_sentence(const char *token)
{
	const struct engine_reason *engine = engine_reason_from_token(token);
	size_t i;

	if (engine)
		return engine->sentence;
	for (i = 1; i < sizeof(reasons) / sizeof(reasons[0]); i++)
		if (!strcmp(reasons[i].token, token))
			return reasons[i].sentence;
	return token;
}
