// SPDX-License-Identifier: GPL-2.0-only
#include <errno.h>
#include <libmount.h>
#include <stdio.h>
#include <string.h>
#include <sys/mount.h>

#include "cli.h"
#include "message.h"
#include "mounting.h"

/* libmount's sentence without the full stop, or that of the error */
static int mounting_failed(struct libmnt_context *context, const char *name, int result)
{
	char reason[1024] = "";
	size_t len;

	if (mnt_context_get_excode(context, result, reason, sizeof(reason)) == MNT_EX_SUCCESS)
		return STATUS_DONE;
	len = strlen(reason);
	if (len && reason[len - 1] == '.')
		reason[len - 1] = '\0';
	if (*reason)
		return failed(name, "%s", reason);
	return failed(name, "%s", result < 0 ? strerror(-result) : "the helper failed");
}

static int mounting_set(struct libmnt_context *context, const struct mounting *mounting)
{
	int err = mnt_context_set_source(context, mounting->source);

	if (!err)
		err = mnt_context_set_target(context, mounting->dir);
	if (!err && mounting->type)
		err = mnt_context_set_fstype(context, mounting->type);
	if (!err && mounting->options)
		err = mnt_context_set_options(context, mounting->options);
	if (!err && mounting->is_read_only)
		err = mnt_context_set_mflags(context, MS_RDONLY);
	return err;
}

int file_system_mount(const struct mounting *mounting)
{
	struct libmnt_context *context = mnt_new_context();
	int status, err;

	if (!context)
		return failed(mounting->file, "out of memory");
	err = mounting_set(context, mounting);
	if (err)
		status = failed(mounting->file, "%s", strerror(-err));
	else
		status = mounting_failed(context, mounting->file,
					 mnt_context_mount(context));
	mnt_free_context(context);
	return status;
}

int file_system_unmount(const char *dir)
{
	struct libmnt_context *context = mnt_new_context();
	int status;

	if (!context || mnt_context_set_target(context, dir))
		status = failed(dir, "out of memory");
	else
		status = mounting_failed(context, dir, mnt_context_umount(context));
	mnt_free_context(context);
	return status;
}
