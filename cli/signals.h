/* SPDX-License-Identifier: GPL-2.0-only */
/* What is done whole or not at all: signals wait meanwhile. */
#ifndef SIGNALS_H
#define SIGNALS_H

#include <signal.h>
#include <stdbool.h>

/* From here on SIGHUP, SIGINT and SIGTERM wait, and a broken pipe is an error. */
void signals_hold(sigset_t *before);
bool signal_is_waiting(void);
void signals_release(const sigset_t *before);

#endif /* SIGNALS_H */
