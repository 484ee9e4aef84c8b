// SPDX-License-Identifier: GPL-2.0-only
#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/sysmacros.h>
#include <unistd.h>

#include "sysfs.h"

#define LEAST_BLOCK_SIZE 512

bool line_read(const char *path, char *line, size_t size)
{
	FILE *file = fopen(path, "re");
	bool is_read;

	if (!file)
		return false;
	is_read = fgets(line, (int)size, file);
	fclose(file);
	if (is_read)
		line[strcspn(line, "\n")] = '\0';
	return is_read;
}

bool text_read(const char *path, char *text, size_t size)
{
	int fd = open(path, O_RDONLY | O_CLOEXEC);
	ssize_t len;

	if (fd < 0)
		return false;
	len = read(fd, text, size - 1);
	close(fd);
	if (len < 0)
		return false;
	if (len && text[len - 1] == '\n')
		len--;
	text[len] = '\0';
	return true;
}

static bool queue_read(dev_t dev, const char *name, char *line, size_t size)
{
	static const char *const queues[] = { "queue", "../queue" };
	char path[PATH_MAX];
	size_t i;

	for (i = 0; i < sizeof(queues) / sizeof(queues[0]); i++) {
		snprintf(path, sizeof(path), "/sys/dev/block/%u:%u/%s/%s", major(dev), minor(dev),
			 queues[i], name);
		if (line_read(path, line, size))
			return true;
	}
	return false;
}

unsigned int lower_block_size(dev_t dev)
{
	char line[32];
	unsigned long bytes;

	if (!queue_read(dev, "logical_block_size", line, sizeof(line)))
		return LEAST_BLOCK_SIZE;
	bytes = strtoul(line, NULL, 10);
	return bytes < LEAST_BLOCK_SIZE ? LEAST_BLOCK_SIZE : (unsigned int)bytes;
}

bool lower_is_zoned(dev_t dev)
{
	char line[32];

	return queue_read(dev, "zoned", line, sizeof(line)) && strcmp(line, "none") != 0;
}

uint64_t lower_size(dev_t dev)
{
	char path[PATH_MAX], line[32];

	snprintf(path, sizeof(path), "/sys/dev/block/%u:%u/size", major(dev), minor(dev));
	if (!line_read(path, line, sizeof(line)))
		return 0;
	return strtoull(line, NULL, 10) * LEAST_BLOCK_SIZE;
}

void lower_path(dev_t dev, char *path, size_t size)
{
	char link[64], target[PATH_MAX];
	ssize_t len;
	char *name;

	snprintf(path, size, "%u:%u", major(dev), minor(dev));
	snprintf(link, sizeof(link), "/sys/dev/block/%u:%u", major(dev), minor(dev));
	len = readlink(link, target, sizeof(target) - 1);
	if (len <= 0)
		return;
	target[len] = '\0';
	name = strrchr(target, '/');
	if (name)
		snprintf(path, size, "/dev%s", name);
}
