/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * An encrypted file is two devices, of which the user has the upper one: NAME, opened, and
 * below it NAME.crypt, attached.  They are known for a pair by these names, and by who
 * made the upper one.
 */
#ifndef OPENED_H
#define OPENED_H

#include <stdbool.h>
#include <sys/types.h>

#define OPENED_BELOW	".crypt"	/* behind the name of the device below */

struct opened {
	char *name;
	char *path;
	char *kind;		/* "LUKS2" */
	char *identity;		/* no other device has had it, or will */
	dev_t dev;
	bool is_leaving;	/* goes away when its last user closes it */
};

/* What is opened above the device of this name and number, or NULL; to be freed */
struct opened *opened_find(const char *below, dev_t dev);
void opened_free(struct opened *opened);

/* It has its name still, and no other one has it by now. */
bool opened_is_there(const struct opened *opened);

/* The name that belongs to that of the device below; false if that is none */
bool opened_name(const char *below, char *name, size_t size);

#endif /* OPENED_H */
