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
bool signals_are_held(void);

/* Has one arrived since signals_hold()? */
bool signal_is_waiting(void);

/*
 * Around the running of other programs, which inherit what is blocked: in
 * between, signals reach them as usual, and wait here all the same.
 */
void signals_pass_on(void);
void signals_hold_again(void);

/* Wait until @fd can be read, and let signals arrive meanwhile: false if one has. */
bool signals_let_wait(int fd);

#endif /* SIGNALS_H */
