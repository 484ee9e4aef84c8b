// SPDX-License-Identifier: GPL-2.0-only
#include <errno.h>
#include <stddef.h>
#include <string.h>

#include "engine.h"
#include "message.h"

const struct engine_reason engine_asked_for = {
	'a', "engine-asked-for", "the kernel's loop driver was asked for",
};

/* The last one is for every other errno. */
static const struct {
	int err;
	struct engine_reason reason;
} reasons[] = {
	{ -ENOENT,	{ 'm', "module-missing", "module fastloop-disk is not installed" } },
	{ -ECANCELED,	{ 'f', "module-forbidden", "modprobe.d forbids module fastloop-disk" } },
	{ -EPERM,	{ 'p', "module-not-permitted",
			  "the kernel lets nobody load module fastloop-disk here (lockdown, modules_disabled, or no right to)" } },
	{ -EKEYREJECTED, { 's', "module-unsigned",
			   "module fastloop-disk is not signed with a key that the kernel trusts" } },
	{ -ENOEXEC,	{ 'k', "module-of-another-kernel",
			  "module fastloop-disk was built for another kernel" } },
	{ 0,		{ 'l', "module-not-loadable", "module fastloop-disk can not be loaded" } },
};

#define NR_REASONS (sizeof(reasons) / sizeof(reasons[0]))

static int err_of(int err)
{
	switch (err) {
	case -EACCES:
		return -EPERM;
	case -ENOKEY:
	case -EBADMSG:
		return -EKEYREJECTED;
	default:
		return err;
	}
}

const struct engine_reason *engine_reason_from_errno(int err)
{
	size_t i;

	for (i = 0; i < NR_REASONS - 1 && reasons[i].err != err_of(err); i++)
		;
	return &reasons[i].reason;
}

const struct engine_reason *engine_reason_from_letter(char letter)
{
	size_t i;

	for (i = 0; i < NR_REASONS; i++)
		if (reasons[i].reason.letter == letter)
			return &reasons[i].reason;
	return &engine_asked_for;
}

const struct engine_reason *engine_reason_from_token(const char *token)
{
	size_t i;

	if (!strcmp(engine_asked_for.token, token))
		return &engine_asked_for;
	for (i = 0; i < NR_REASONS; i++)
		if (!strcmp(reasons[i].reason.token, token))
			return &reasons[i].reason;
	return NULL;
}

int engine_module_failed(const char *thing, const char *module, int err)
{
	switch (err) {
	case -ENOENT:
		return failed(thing, "module %s is not installed: apt install fastloop-dkms, or make install",
			      module);
	case -ECANCELED:
		return failed(thing, "modprobe.d forbids module %s", module);
	default:
		return failed(thing, "module %s can not be loaded: %s", module, strerror(-err));
	}
}
