// SPDX-License-Identifier: GPL-2.0-only
/*
 * NAME|DEVICE|FILE of a command line.  A word may be a name and a file at once
 * (names come from files): then both count, and two devices are an error,
 * rather than a guess.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "choose.h"
#include "cli.h"
#include "message.h"

static char *names_join(const struct device_list *list)
{
	char *text = NULL;
	size_t size, i;
	FILE *out = open_memstream(&text, &size);

	if (!out)
		return NULL;
	for (i = 0; i < list->nr; i++)
		if (!i || list->rows[i].dev != list->rows[i - 1].dev)
			fprintf(out, "%s%s", i ? " " : "", device_user_path(&list->rows[i]));
	fclose(out);
	return text;
}

static int ambiguous(const struct device_list *list, const char *word)
{
	char *names = names_join(list);
	int status = failed(word, "means more than one device: %s", names ? names : "");

	free(names);
	return status;
}

int device_choose(struct device_list *list, const char *word)
{
	int status = devices_read(list);

	if (status)
		return status;
	devices_select(list, word);
	switch (devices_count(list)) {
	case 0:
		return failed(word, "no attached device has this name, node or file");
	case 1:
		return STATUS_DONE;
	default:
		return ambiguous(list, word);
	}
}
