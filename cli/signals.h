/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * SIGHUP, SIGINT and SIGTERM while something is half done: they wait.  What was
 * waiting when signals_release() is called has its effect then.
 */
#ifndef SIGNALS_H
#define SIGNALS_H

#include <stdbool.h>

void signals_hold(void);
void signals_release(void);

/* Has one arrived since signals_hold()? */
bool signal_is_waiting(void);

#endif /* SIGNALS_H */
