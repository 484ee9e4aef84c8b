// SPDX-License-Identifier: GPL-2.0-only
#include <dirent.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/sysmacros.h>
#include <unistd.h>

#include "cryptsetup.h"
#include "devmapper.h"
#include "disk.h"
#include "opened.h"
#include "sysfs.h"

bool opened_name(const char *below, char *name, size_t size)
{
	const size_t suffix = strlen(OPENED_BELOW);
	size_t len = strlen(below);

	if (len <= suffix || len - suffix >= size || strcmp(below + len - suffix, OPENED_BELOW))
		return false;
	snprintf(name, size, "%.*s", (int)(len - suffix), below);
	return true;
}

/* "CRYPT-LUKS2-UUID-NAME" */
static char *kind_of(const char *uuid)
{
	uuid += strlen(CRYPTSETUP_UUID_PREFIX);
	return strndup(uuid, strcspn(uuid, "-"));
}

/* Its UUID is that of whatever is opened of this image by this name. */
static char *identity_of(dev_t dev)
{
	char identity[32];

	disk_identity_of(dev, identity, sizeof(identity));
	return strdup(identity);
}

static struct opened *opened_new(const char *name, const char *uuid, dev_t dev)
{
	struct opened *opened = calloc(1, sizeof(*opened));

	if (!opened)
		return NULL;
	opened->dev = dev;
	opened->name = strdup(name);
	opened->kind = kind_of(uuid);
	opened->identity = identity_of(dev);
	if (asprintf(&opened->path, "/dev/mapper/%s", name) < 0)
		opened->path = NULL;
	opened->is_leaving = !geteuid() && devmapper_is_leaving(name);
	if (opened->name && opened->kind && opened->identity && opened->path)
		return opened;
	opened_free(opened);
	return NULL;
}

static bool holder_read(const char *holder, const char *attribute, char *text, size_t size)
{
	char path[512];

	snprintf(path, sizeof(path), "/sys/class/block/%s/%s", holder, attribute);
	return line_read(path, text, size);
}

static struct opened *holder_look(const char *holder, const char *wanted)
{
	char name[DEVMAPPER_NAME_SIZE], uuid[160], number[32];
	unsigned int major, minor;

	if (!holder_read(holder, "dm/name", name, sizeof(name)) || strcmp(name, wanted) ||
	    !holder_read(holder, "dm/uuid", uuid, sizeof(uuid)) ||
	    strncmp(uuid, CRYPTSETUP_UUID_PREFIX, strlen(CRYPTSETUP_UUID_PREFIX)) ||
	    !holder_read(holder, "dev", number, sizeof(number)) ||
	    sscanf(number, "%u:%u", &major, &minor) != 2)
		return NULL;
	return opened_new(name, uuid, makedev(major, minor));
}

struct opened *opened_find(const char *below, dev_t dev)
{
	char path[64], wanted[DEVMAPPER_NAME_SIZE];
	struct opened *opened = NULL;
	struct dirent *entry;
	DIR *dir;

	if (!opened_name(below, wanted, sizeof(wanted)))
		return NULL;
	snprintf(path, sizeof(path), "/sys/dev/block/%u:%u/holders", major(dev), minor(dev));
	dir = opendir(path);
	while (dir && !opened && (entry = readdir(dir)))
		opened = holder_look(entry->d_name, wanted);
	if (dir)
		closedir(dir);
	return opened;
}

void opened_free(struct opened *opened)
{
	if (!opened)
		return;
	free(opened->name);
	free(opened->path);
	free(opened->kind);
	free(opened->identity);
	free(opened);
}

bool opened_is_there(const struct opened *opened)
{
	char path[64], name[DEVMAPPER_NAME_SIZE], identity[32];

	snprintf(path, sizeof(path), "/sys/dev/block/%u:%u/dm/name", major(opened->dev),
		 minor(opened->dev));
	disk_identity_of(opened->dev, identity, sizeof(identity));
	return line_read(path, name, sizeof(name)) && !strcmp(name, opened->name) &&
	       !strcmp(identity, opened->identity);
}
