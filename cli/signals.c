// SPDX-License-Identifier: GPL-2.0-only
#include <poll.h>
#include <signal.h>
#include <stddef.h>

#include "signals.h"

static const int held[] = { SIGHUP, SIGINT, SIGTERM };

#define NR_HELD (sizeof(held) / sizeof(held[0]))

static struct sigaction usual[NR_HELD];
static sigset_t before;
static volatile sig_atomic_t arrived;
static bool is_holding;

static void note(int number)
{
	arrived = number;
}

/* What is ignored (nohup) would be waiting all the same if it were blocked. */
static void held_block(void)
{
	sigset_t set;
	size_t i;

	signal(SIGPIPE, SIG_IGN);	/* a broken pipe is a failure to print */
	sigemptyset(&set);
	for (i = 0; i < NR_HELD; i++)
		if (usual[i].sa_handler != SIG_IGN)
			sigaddset(&set, held[i]);
	sigprocmask(SIG_BLOCK, &set, NULL);
}

void signals_hold(void)
{
	struct sigaction action = { .sa_handler = note, .sa_flags = SA_RESTART };
	size_t i;

	arrived = 0;
	is_holding = true;
	sigprocmask(SIG_BLOCK, NULL, &before);
	for (i = 0; i < NR_HELD; i++)
		sigaction(held[i], NULL, &usual[i]);
	held_block();
	for (i = 0; i < NR_HELD; i++)
		if (usual[i].sa_handler != SIG_IGN)
			sigaction(held[i], &action, NULL);
}

void signals_pass_on(void)
{
	signal(SIGPIPE, SIG_DFL);
	sigprocmask(SIG_SETMASK, &before, NULL);
}

void signals_hold_again(void)
{
	held_block();
}

void signals_release(void)
{
	size_t i;

	for (i = 0; i < NR_HELD; i++)
		sigaction(held[i], &usual[i], NULL);
	is_holding = false;
	if (arrived)
		raise(arrived);
	sigprocmask(SIG_SETMASK, &before, NULL);
}

bool signals_are_held(void)
{
	return is_holding;
}

bool signal_is_waiting(void)
{
	sigset_t waiting;
	size_t i;

	sigpending(&waiting);
	for (i = 0; i < NR_HELD; i++)
		if (sigismember(&waiting, held[i]))
			return true;
	return arrived;
}

bool signals_let_wait(int fd)
{
	struct pollfd wanted = { .fd = fd, .events = POLLIN };

	return !arrived && ppoll(&wanted, 1, NULL, &before) == 1;
}
