/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef CHOOSE_H
#define CHOOSE_H

#include "device.h"

/*
 * Find the one device that @word names.  Anything else than one is an error,
 * with the candidates.  Returns an exit status; free the list in any case.
 */
int device_choose(struct device_list *list, const char *word);

#endif /* CHOOSE_H */
