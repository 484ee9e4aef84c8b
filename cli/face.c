// SPDX-License-Identifier: GPL-2.0-only
#include <stddef.h>
#include <string.h>

#include "face.h"

static const struct face *const faces[] = { &face_native, &face_dm };

const struct face *face_find(const char *word)
{
	size_t i;

	for (i = 0; i < sizeof(faces) / sizeof(faces[0]); i++)
		if (!strcmp(faces[i]->word, word))
			return faces[i];
	return NULL;
}

const char *face_error(const struct face *face, int err)
{
	return *face->error() ? face->error() : strerror(-err);
}
