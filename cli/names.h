/* SPDX-License-Identifier: GPL-2.0-only */
/* Names of devices.  PURE. */
#ifndef NAMES_H
#define NAMES_H

#include "devmapper.h"

/*
 * The @nth name for a device of @file: its last part with everything that is
 * not in [A-Za-z0-9._+-] as "_", and from the second on "-2", "-3" behind it.
 */
void name_from_file(char name[DEVMAPPER_NAME_SIZE], const char *file, unsigned int nth);

/* What is wrong with a name that somebody chose; NULL if nothing is. */
const char *name_wrong(const char *name);

#endif /* NAMES_H */
