// SPDX-License-Identifier: GPL-2.0-only
/*
 * fastloop-generator: /etc/fastlooptab as units, systemd.generator(7).  systemd runs it
 * before anything is mounted but the root, and with no log but the kernel's.
 */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "../cli.h"
#include "../message.h"
#include "../tab.h"
#include "unit.h"

/* One write for each line, which makes it one record */
static void log_open(void)
{
	if (getenv("SYSTEMD_SCOPE") && freopen("/dev/kmsg", "we", stderr))
		setvbuf(stderr, NULL, _IOLBF, 0);
}

static int line_write(const char *dir, const char *path, const struct tab_line *line)
{
	char where[4096 + 16];

	if (!line->wrong)
		return unit_write(dir, path, line);
	snprintf(where, sizeof(where), "%s:%u", path, line->nr);
	return failed(where, "%s", line->wrong);
}

static int lines_write(const char *dir, const char *path, const struct tab *tab)
{
	int status = STATUS_DONE;
	size_t i;

	for (i = 0; i < tab->nr; i++)
		if (line_write(dir, path, &tab->lines[i]))
			status = STATUS_FAILED;
	return status;
}

static int table_write(const char *dir, const char *path)
{
	FILE *in = fopen(path, "re");
	struct tab tab;
	int status;

	if (!in && errno == ENOENT)
		return STATUS_DONE;
	if (!in)
		return failed(path, "%s", strerror(errno));
	if (tab_read(&tab, in))
		status = lines_write(dir, path, &tab);
	else
		status = failed(path, "%s", strerror(errno));
	tab_free(&tab);
	fclose(in);
	return status;
}

/* Of the three folders the first is for what the administrator's own units override. */
int main(int argc, char **argv)
{
	const char *path = getenv("FASTLOOPTAB");

	log_open();
	if (argc != 4)
		return misused("fastloop-generator",
			       "is for systemd, which gives it three folders");
	return table_write(argv[1], path ? path : TAB_PATH);
}
