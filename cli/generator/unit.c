// SPDX-License-Identifier: GPL-2.0-only
#include <errno.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "../cli.h"
#include "../message.h"
#include "../names.h"
#include "escape.h"
#include "unit.h"

#define WAIT_SECONDS	30	/* for what is unmounted at the same time */

struct unit {
	const char *dir;
	const struct tab_line *line;
	char where[PATH_MAX + 16];	/* in the table, for messages */
	const char *table;
	char service[UNIT_NAME_SIZE];
	char device[UNIT_NAME_SIZE];
	char preparation[UNIT_NAME_SIZE];	/* what the device's mounts come after */
	const char *target;
	bool has_own_target;
};

static const char target_local[] = "fastloop.target";
static const char target_remote[] = "remote-fastloop.target";

/* --- files */

static FILE *file_create(const struct unit *unit, const char *folder, const char *name,
			 char path[PATH_MAX])
{
	FILE *out;

	snprintf(path, PATH_MAX, "%s/%s", unit->dir, folder);
	if (*folder && mkdir(path, 0755) && errno != EEXIST) {
		failed(path, "%s", strerror(errno));
		return NULL;
	}
	snprintf(path, PATH_MAX, "%s/%s%s%s", unit->dir, folder, *folder ? "/" : "", name);
	out = fopen(path, "we");
	if (!out)
		failed(path, "%s", strerror(errno));
	else
		fputs("# Made of " TAB_PATH " by fastloop-generator\n\n", out);
	return out;
}

static int file_finish(FILE *out, const char *path)
{
	bool is_lost = ferror(out);

	if (fclose(out) || is_lost)
		return failed(path, "%s", strerror(errno ? errno : EIO));
	return STATUS_DONE;
}

/* "@owner.@kind/@member", which is @kind one of requires, wants */
static int link_make(const struct unit *unit, const char *owner, const char *kind,
		     const char *member)
{
	char path[PATH_MAX], target[UNIT_NAME_SIZE + 3];

	snprintf(path, sizeof(path), "%s/%s.%s", unit->dir, owner, kind);
	if (mkdir(path, 0755) && errno != EEXIST)
		return failed(path, "%s", strerror(errno));
	snprintf(path, sizeof(path), "%s/%s.%s/%s", unit->dir, owner, kind, member);
	snprintf(target, sizeof(target), "../%s", member);
	if (symlink(target, path) && errno != EEXIST)
		return failed(path, "%s", strerror(errno));
	return STATUS_DONE;
}

/* --- options */

/* What a unit that is named in an option becomes: in the service, or beside it */
static const struct relation {
	const char *option;
	const char *settings[2];
	const char *link;
} relations[] = {
	{ "x-systemd.after",	   { "After" }, NULL },
	{ "x-systemd.before",	   { "Before" }, NULL },
	{ "x-systemd.requires",	   { "Requires", "After" }, NULL },
	{ "x-systemd.wants",	   { "Wants", "After" }, NULL },
	{ "x-systemd.required-by", { NULL }, "requires" },
	{ "x-systemd.wanted-by",   { NULL }, "wants" },
};

static const struct relation *relation_find(const char *option, const char **value)
{
	size_t i;

	for (i = 0; i < sizeof(relations) / sizeof(relations[0]); i++) {
		*value = tab_option_value(option, relations[i].option);
		if (*value)
			return &relations[i];
	}
	return NULL;
}

static int relation_write(struct unit *unit, FILE *out, const struct relation *relation,
			  const char *value)
{
	char other[UNIT_NAME_SIZE];
	size_t i;

	if (!unit_name_from_option(other, value))
		return failed(unit->where, "%s=%s: no name of a unit, like srv.mount",
			      relation->option, value);
	for (i = 0; i < 2 && relation->settings[i]; i++)
		fprintf(out, "%s=%s\n", relation->settings[i], other);
	if (relation->link)
		unit->has_own_target = true;
	return STATUS_DONE;
}

/* Once the service is there: without it whoever requires it could not be started. */
static int option_link(struct unit *unit, FILE *out, const char *option)
{
	const struct relation *relation;
	char other[UNIT_NAME_SIZE];
	const char *value;

	(void)out;
	relation = relation_find(option, &value);
	if (!relation || !relation->link || !unit_name_from_option(other, value))
		return STATUS_DONE;
	return link_make(unit, other, relation->link, unit->service);
}

/* Of what lies below /dev, all but the file systems that are mounted there */
static bool is_device(const struct tab_line *line)
{
	static const char *const mounts[] = { "dev-shm-", "dev-hugepages-", "dev-mqueue-" };
	char device[UNIT_NAME_SIZE];
	size_t i;

	if (strncmp(line->file, "/dev/", 5) || !unit_name_from_option(device, line->file))
		return false;
	for (i = 0; i < sizeof(mounts) / sizeof(mounts[0]); i++)
		if (!strncmp(device, mounts[i], strlen(mounts[i])))
			return false;
	return true;
}

/* How long the device that the "file" is may take to appear */
static int timeout_write(const struct unit *unit, const char *value)
{
	char path[PATH_MAX], device[UNIT_NAME_SIZE], folder[UNIT_NAME_SIZE + 2];
	FILE *out;

	if (!is_device(unit->line)) {
		remark(unit->where, "x-systemd.device-timeout: ignored, %s is no device",
		       unit->line->file);
		return STATUS_DONE;
	}
	if (value[strspn(value, "abcdefghijklmnopqrstuvwxyz0123456789. ")])
		return failed(unit->where, "x-systemd.device-timeout=%s: no time, like 90s", value);
	unit_name_from_option(device, unit->line->file);
	snprintf(folder, sizeof(folder), "%s.d", device);
	out = file_create(unit, folder, "50-fastloop-timeout.conf", path);
	if (!out)
		return STATUS_FAILED;
	fprintf(out, "[Unit]\nJobRunningTimeoutSec=%s\n", value);
	return file_finish(out, path);
}

static int mounts_write(const struct unit *unit, FILE *out, const char *value)
{
	if (*value != '/')
		return failed(unit->where, "x-systemd.requires-mounts-for=%s: no whole path",
			      value);
	fputs("RequiresMountsFor=", out);
	path_print(out, value);
	fputc('\n', out);
	return STATUS_DONE;
}

static int option_write(struct unit *unit, FILE *out, const char *option)
{
	const struct relation *relation;
	const char *value;

	relation = relation_find(option, &value);
	if (relation)
		return relation_write(unit, out, relation, value);
	value = tab_option_value(option, "x-systemd.requires-mounts-for");
	if (value)
		return mounts_write(unit, out, value);
	value = tab_option_value(option, "x-systemd.device-timeout");
	return value ? timeout_write(unit, value) : STATUS_DONE;
}

/* Options that are not of systemd's are looked at when the service runs. */
static int options_each(struct unit *unit, FILE *out,
			int (*each)(struct unit *unit, FILE *out, const char *option))
{
	char *options = strdup(unit->line->options), *rest = options, *option;
	int status = STATUS_DONE;

	if (!options)
		return failed(unit->where, "out of memory");
	while (!status && (option = tab_option_next(&rest)))
		status = each(unit, out, option);
	free(options);
	return status;
}

/* --- the service */

static bool is_waited_for(const struct unit *unit)
{
	return !unit->has_own_target && !tab_has_option(unit->line, "noauto") &&
	       !tab_has_option(unit->line, "nofail");
}

static void head_write(const struct unit *unit, FILE *out)
{
	fprintf(out,
		"[Unit]\n"
		"Description=Attached File %%I\n"
		"Documentation=man:fastlooptab(5) man:fastloop(8)\n"
		"SourcePath=%s\n"
		"DefaultDependencies=no\n"
		"IgnoreOnIsolate=yes\n"
		"After=systemd-remount-fs.service systemd-udevd.service\n"
		"Wants=%s\n"
		"Before=%s\n"
		"Conflicts=umount.target\n"
		"Before=umount.target\n",
		unit->table, unit->preparation, unit->preparation);
}

/* The file's place, be it a device or below a mount point */
static void file_write(const struct unit *unit, FILE *out)
{
	char device[UNIT_NAME_SIZE];

	if (is_device(unit->line)) {
		unit_name_from_option(device, unit->line->file);
		fprintf(out, "BindsTo=%s\nAfter=%s\n", device, device);
	} else {
		fputs("RequiresMountsFor=", out);
		path_print(out, unit->line->file);
		fputc('\n', out);
	}
	if (tab_has_option(unit->line, "_netdev"))
		fputs("After=remote-fs-pre.target\n", out);
}

/* ":": what looks like a variable in a name is none. */
static void commands_write(FILE *out)
{
	fprintf(out,
		"\n[Service]\n"
		"Type=oneshot\n"
		"RemainAfterExit=yes\n"
		"ExecStart=:fastloop up -- %%I\n"
		"ExecStop=:fastloop down --wait %u -- %%I\n",
		WAIT_SECONDS);
}

static int service_write(struct unit *unit)
{
	char path[PATH_MAX];
	FILE *out = file_create(unit, "", unit->service, path);
	int status;

	if (!out)
		return STATUS_FAILED;
	head_write(unit, out);
	file_write(unit, out);
	status = options_each(unit, out, option_write);
	if (is_waited_for(unit))
		fprintf(out, "Before=%s\n", unit->target);
	commands_write(out);
	if (file_finish(out, path))
		status = STATUS_FAILED;
	if (status)
		unlink(path);
	return status;
}

/* --- who wants it */

/*
 * The service may have to wait for a check of the file system that the file is on; if it
 * fails, so does whoever waits for the device, and if it does not, the device is there.
 * (In order after the service the device's end, for which systemd only waits, would have
 * to come before the service's.)  Sorted before what fstab(5) says of that.
 */
static int device_write(const struct unit *unit)
{
	char path[PATH_MAX], folder[UNIT_NAME_SIZE + 2];
	FILE *out;

	snprintf(folder, sizeof(folder), "%s.d", unit->device);
	out = file_create(unit, folder, "40-fastloop.conf", path);
	if (!out)
		return STATUS_FAILED;
	fputs("[Unit]\nJobRunningTimeoutSec=infinity\n", out);
	if (file_finish(out, path))
		return STATUS_FAILED;
	return link_make(unit, unit->device, "requires", unit->service);
}

static int target_write(const struct unit *unit)
{
	bool is_remote = unit->target == target_remote;
	char path[PATH_MAX];
	FILE *out = file_create(unit, "", unit->target, path);

	if (!out)
		return STATUS_FAILED;
	fprintf(out, "[Unit]\nDescription=%s\nDocumentation=man:fastlooptab(5)\n",
		is_remote ? "Attached Remote Files" : "Attached Files");
	if (is_remote)
		fputs("DefaultDependencies=no\nConflicts=shutdown.target\nBefore=shutdown.target\n"
		      "After=remote-fs-pre.target\n", out);
	if (file_finish(out, path))
		return STATUS_FAILED;
	return link_make(unit, is_remote ? "multi-user.target" : "sysinit.target", "wants",
			 unit->target);
}

static int wants_write(const struct unit *unit)
{
	int status;

	if (unit->has_own_target || tab_has_option(unit->line, "noauto"))
		return STATUS_DONE;
	status = target_write(unit);
	if (status)
		return status;
	return link_make(unit, unit->target, is_waited_for(unit) ? "requires" : "wants",
			 unit->service);
}

/* --- entry point */

static bool names_print(struct unit *unit)
{
	char mangled[DEVMAPPER_NAME_SIZE], path[DEVMAPPER_NAME_SIZE + 16];

	name_mangle(unit->line->name, mangled);
	snprintf(path, sizeof(path), "/dev/fastloop/%s", mangled);
	return unit_name_print(unit->service, "fastloop@", unit->line->name, ".service") &&
	       unit_name_print(unit->device, "", path, ".device") &&
	       unit_name_print(unit->preparation, "blockdev@", path, ".target");
}

int unit_write(const char *dir, const char *path, const struct tab_line *line)
{
	struct unit unit = { .dir = dir, .table = path, .line = line };
	int status;

	snprintf(unit.where, sizeof(unit.where), "%s:%u", path, line->nr);
	unit.target = tab_has_option(line, "_netdev") ? target_remote : target_local;
	if (!names_print(&unit))
		return failed(unit.where,
			      "%s: too long for the name of a unit; choose a shorter one",
			      line->name);
	status = service_write(&unit);
	if (!status)
		status = options_each(&unit, NULL, option_link);
	if (!status)
		status = device_write(&unit);
	return status ? status : wants_write(&unit);
}
