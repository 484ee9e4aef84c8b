// SPDX-License-Identifier: GPL-2.0-only
#include <stddef.h>
#include <stdio.h>
#include <string.h>

#include "cli.h"
#include "device.h"
#include "face.h"
#include "floop_target.h"
#include "names.h"
#include "opened.h"
#include "refusal.h"

static const struct face *const faces[] = { &face_native, &face_dm, &face_loop };

#define NR_FACES (sizeof(faces) / sizeof(faces[0]))

const struct face *face_find(const char *word)
{
	size_t i;

	for (i = 0; i < NR_FACES; i++)
		if (!strcmp(faces[i]->word, word))
			return faces[i];
	return NULL;
}

bool name_is_taken(const char *name)
{
	size_t i;

	for (i = 0; i < NR_FACES; i++)
		if (faces[i]->has_name(name))
			return true;
	return false;
}

bool making_name(const struct making *making, char *name, size_t size, unsigned int nth)
{
	size_t room = size - (making->is_encrypted ? strlen(OPENED_BELOW) : 0);

	name_from_file(name, room, making->backing->name, nth);
	if (name_is_taken(name))
		return false;
	if (!making->is_encrypted)
		return true;
	strcat(name, OPENED_BELOW);
	return !name_is_taken(name);
}

int face_grow_by_message(const struct device *device, const struct backing *backing,
			 uint64_t end)
{
	char message[64];
	int err;

	(void)backing;
	snprintf(message, sizeof(message), FLOOP_MESSAGE_GROW " %llu", (unsigned long long)end);
	err = device->face->tell(device, message);
	return err ? refusal_report(device->name, face_error(device->face, err)) : STATUS_DONE;
}

const char *face_error(const struct face *face, int err)
{
	return *face->error() ? face->error() : strerror(-err);
}
