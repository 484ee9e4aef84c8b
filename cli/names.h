/* SPDX-License-Identifier: GPL-2.0-only */
/* Names of devices.  PURE. */
#ifndef NAMES_H
#define NAMES_H

#include "devmapper.h"

/*
 * The @nth name for a device of @file: its last part with everything that is
 * not in [A-Za-z0-9._+-] as "_", and from the second on "-2", "-3" behind it; as much
 * of it as @size bytes have room for.
 */
void name_from_file(char *name, size_t size, const char *file, unsigned int nth);

/* What is wrong with a name that somebody chose; NULL if nothing is. */
const char *name_wrong(const char *name);

/*
 * A name as it stands below /dev, and back: what libdevmapper would make of it, each
 * unusual byte \xHH.  Both have DEVMAPPER_NAME_SIZE bytes.
 */
void name_mangle(const char *name, char mangled[DEVMAPPER_NAME_SIZE]);
void name_unmangle(const char *mangled, char name[DEVMAPPER_NAME_SIZE]);

#endif /* NAMES_H */
