// SPDX-License-Identifier: GPL-2.0-only
#include <ctype.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>

#include "names.h"

#define CONTROL "control"	/* /dev/mapper/control is no device */

static bool is_plain(char c)
{
	return c && strchr("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"
			   "0123456789._+-", c);
}

/* A dash in front would make the name look like an option. */
static bool is_plain_at(const char *base, size_t i)
{
	return is_plain(base[i]) && (i || base[i] != '-');
}

void name_from_file(char *name, size_t size, const char *file, unsigned int nth)
{
	const char *slash = strrchr(file, '/');
	const char *base = slash ? slash + 1 : file;
	char suffix[16] = "";
	size_t i, room;

	if (!strcmp(base, CONTROL))
		nth++;
	if (nth > 1)
		snprintf(suffix, sizeof(suffix), "-%u", nth);
	room = size - 1 - strlen(suffix);
	for (i = 0; i < room && base[i]; i++)
		name[i] = is_plain_at(base, i) ? base[i] : '_';
	strcpy(name + i, suffix);
}

/* Characters that libdevmapper leaves as they are; others take four: \xHH */
static bool is_kept(char c)
{
	return is_plain(c) || strchr("#:=@", c);
}

static size_t mangled_len(const char *name)
{
	size_t len = 0;

	for (; *name; name++)
		len += is_kept(*name) ? 1 : 4;
	return len;
}

void name_mangle(const char *name, char mangled[DEVMAPPER_NAME_SIZE])
{
	size_t len = 0;

	for (; *name && len + (is_kept(*name) ? 1 : 4) < DEVMAPPER_NAME_SIZE; name++) {
		if (is_kept(*name))
			mangled[len++] = *name;
		else
			len += (size_t)sprintf(mangled + len, "\\x%02x", (unsigned char)*name);
	}
	mangled[len] = '\0';
}

static bool is_mangled(const char *text)
{
	return text[0] == '\\' && text[1] == 'x' && isxdigit((unsigned char)text[2]) &&
	       isxdigit((unsigned char)text[3]);
}

void name_unmangle(const char *mangled, char name[DEVMAPPER_NAME_SIZE])
{
	unsigned int byte;
	size_t len = 0;

	while (*mangled && len + 1 < DEVMAPPER_NAME_SIZE) {
		if (is_mangled(mangled) && sscanf(mangled + 2, "%2x", &byte) == 1) {
			name[len++] = (char)byte;
			mangled += 4;
		} else {
			name[len++] = *mangled++;
		}
	}
	name[len] = '\0';
}

const char *name_wrong(const char *name)
{
	if (strchr(name, '/'))
		return "a device name can not have a slash";
	/* It would, as \x5c, make dmsetup fail for all devices there are. */
	if (strchr(name, '\\'))
		return "a device name can not have a backslash";
	if (!strcmp(name, CONTROL))
		return "this device name is taken by device-mapper";
	if (!strcmp(name, ".") || !strcmp(name, ".."))
		return "a device name can not be that of a folder";
	if (mangled_len(name) >= DEVMAPPER_NAME_SIZE)
		return "too long for a device name (127 characters, 4 for each unusual one)";
	return NULL;
}
