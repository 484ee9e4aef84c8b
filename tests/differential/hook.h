/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef HOOK_H
#define HOOK_H

/*
 * Each --hook-every operations the --hook command is run, while the operations
 * go on; they do not wait for it, so a slow one is run less often. Each thread
 * calls hook_count() before each of its operations.
 */
void hook_start(void);
void hook_count(void);

/* How often it has run. */
unsigned long hook_stop(void);

/* Until it does not run, so that nothing is left halfway. */
void hook_wait(void);

#endif
