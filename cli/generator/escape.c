// SPDX-License-Identifier: GPL-2.0-only
#include <ctype.h>
#include <stdarg.h>
#include <string.h>

#include "../text.h"
#include "escape.h"

#define PLAIN "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789:_."

static const char plain[] = PLAIN;
static const char named[] = PLAIN "-@\\";	/* what a name may have that is escaped */

/* --- names */

struct unit_name {
	char *text;
	size_t len;	/* UNIT_NAME_SIZE: too long */
};

__attribute__((format(printf, 2, 3)))
static void name_add(struct unit_name *unit, const char *format, ...)
{
	va_list args;

	va_start(args, format);
	unit->len += (size_t)vsnprintf(unit->text + unit->len, UNIT_NAME_SIZE - unit->len, format,
				       args);
	va_end(args);
	if (unit->len > UNIT_NAME_SIZE)
		unit->len = UNIT_NAME_SIZE;
}

static void byte_add(struct unit_name *unit, char byte, bool is_first)
{
	if (byte == '/')
		name_add(unit, "-");
	else if (strchr(plain, byte) && !(is_first && byte == '.'))
		name_add(unit, "%c", byte);
	else
		name_add(unit, "\\x%02x", (unsigned char)byte);
}

static void bytes_add(struct unit_name *unit, const char *bytes, size_t len, bool is_first)
{
	size_t i;

	for (i = 0; i < len; i++)
		byte_add(unit, bytes[i], is_first && !i);
}

/* Without slashes and single dots that mean nothing */
static void path_add(struct unit_name *unit, const char *path)
{
	bool is_first = true;
	size_t len;

	for (; *path; path += len) {
		path += strspn(path, "/");
		len = strcspn(path, "/");
		if (!len || (len == 1 && *path == '.'))
			continue;
		if (!is_first)
			name_add(unit, "-");
		bytes_add(unit, path, len, is_first);
		is_first = false;
	}
	if (is_first)
		name_add(unit, "-");
}

bool unit_name_print(char text[UNIT_NAME_SIZE], const char *prefix, const char *name,
		     const char *suffix)
{
	struct unit_name unit = { .text = text };

	name_add(&unit, "%s", prefix);
	if (*name == '/')
		path_add(&unit, name);
	else
		bytes_add(&unit, name, strlen(name), true);
	name_add(&unit, "%s", suffix);
	return unit.len < UNIT_NAME_SIZE;
}

/* --- options */

static bool is_unit_name(const char *name)
{
	static const char *const suffixes[] = {
		".service", ".target", ".mount", ".device", ".socket", ".swap", ".timer",
		".path", ".automount", ".slice", ".scope",
	};
	const char *dot = strrchr(name, '.');
	size_t i;

	if (!dot || dot == name || strlen(name) >= UNIT_NAME_SIZE)
		return false;
	if (name[strspn(name, named)])
		return false;
	for (i = 0; i < sizeof(suffixes) / sizeof(suffixes[0]); i++)
		if (!strcmp(dot, suffixes[i]))
			return true;
	return false;
}

bool unit_name_from_option(char unit[UNIT_NAME_SIZE], const char *value)
{
	if (*value == '/')
		return unit_name_print(unit, "", value,
				       strncmp(value, "/dev/", 5) ? ".mount" : ".device");
	if (!is_unit_name(value))
		return false;
	strcpy(unit, value);
	return true;
}

/* --- paths */

/* Bytes up to where it can not be written in a unit's file */
static size_t writable_len(const char *path)
{
	const char *at = path, *slash = path;
	size_t len;

	for (; *at; at += len) {
		len = utf8_len(at);
		if (!len || iscntrl((unsigned char)*at))
			return slash > path ? (size_t)(slash - path) : 1;
		if (*at == '/')
			slash = at;
	}
	return (size_t)(at - path);
}

/* systemd takes blanks off the end of a line, be there a backslash before them or not. */
static size_t lasting_len(const char *path)
{
	size_t len = writable_len(path);

	while (len > 1 && path[len - 1] == ' ') {
		while (len > 1 && path[len - 1] != '/')
			len--;
		if (len > 1)
			len--;
	}
	return len;
}

void path_print(FILE *out, const char *path)
{
	size_t len = lasting_len(path), i;

	for (i = 0; i < len; i++) {
		if (strchr(" \\\"'", path[i]))
			fputc('\\', out);
		if (path[i] == '%')
			fputc('%', out);
		fputc(path[i], out);
	}
}
