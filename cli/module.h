/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The only door to libkmod: modules of the kernel's, as modprobe(8) has them.
 *
 * Functions return 0 or a negative errno: -ENOENT if it is not installed, -ECANCELED if
 * modprobe.d forbids it, -ENOEXEC if it is another kernel's.
 */
#ifndef MODULE_H
#define MODULE_H

int module_load(const char *name);
/* Whether it might be loaded; nothing is. */
int module_look_up(const char *name);

#endif
