// SPDX-License-Identifier: GPL-2.0-only
#include <stddef.h>

#include "signals.h"

void signals_hold(sigset_t *before)
{
	sigset_t held;

	signal(SIGPIPE, SIG_IGN);	/* a broken pipe is a failure to print */
	sigemptyset(&held);
	sigaddset(&held, SIGHUP);
	sigaddset(&held, SIGINT);
	sigaddset(&held, SIGTERM);
	sigprocmask(SIG_BLOCK, &held, before);
}

bool signal_is_waiting(void)
{
	sigset_t waiting;

	sigpending(&waiting);
	return sigismember(&waiting, SIGHUP) || sigismember(&waiting, SIGINT) ||
	       sigismember(&waiting, SIGTERM);
}

void signals_release(const sigset_t *before)
{
	sigprocmask(SIG_SETMASK, before, NULL);
}
