// SPDX-License-Identifier: GPL-2.0-only
#include <errno.h>
#include <libkmod.h>
#include <stddef.h>
#include <syslog.h>

#include "module.h"

static int insert(struct kmod_ctx *context, const char *name)
{
	struct kmod_module *module;
	int err = kmod_module_new_from_name(context, name, &module);

	if (err < 0)
		return err;
	err = kmod_module_probe_insert_module(module, KMOD_PROBE_APPLY_BLACKLIST, NULL, NULL,
					      NULL, NULL);
	if (err == -ENOENT && kmod_module_get_path(module))
		err = -ENOEXEC;	/* a symbol that this kernel does not have */
	kmod_module_unref(module);
	return err == KMOD_PROBE_APPLY_BLACKLIST ? -ECANCELED : err;
}

static int look_up(struct kmod_ctx *context, const char *name)
{
	struct kmod_list *found = NULL, *allowed = NULL;
	int err = kmod_module_new_from_lookup(context, name, &found);

	if (!err && !found)
		err = -ENOENT;
	if (!err)
		err = kmod_module_apply_filter(context, KMOD_FILTER_BLACKLIST, found, &allowed);
	if (!err && !allowed)
		err = -ECANCELED;
	kmod_module_unref_list(allowed);
	kmod_module_unref_list(found);
	return err;
}

static int in_context(int (*what)(struct kmod_ctx *context, const char *name), const char *name)
{
	struct kmod_ctx *context = kmod_new(NULL, NULL);
	int err;

	if (!context)
		return -ENOMEM;
	kmod_set_log_priority(context, LOG_EMERG);	/* what is wrong is said by us */
	err = what(context, name);
	kmod_unref(context);
	return err;
}

int module_load(const char *name)
{
	return in_context(insert, name);
}

int module_look_up(const char *name)
{
	return in_context(look_up, name);
}
