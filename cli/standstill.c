// SPDX-License-Identifier: GPL-2.0-only
/*
 * The worker has a session of its own and no signal reaches it but SIGKILL: neither
 * Ctrl-C nor Ctrl-Z may let devices stand still for longer.  The watcher waits for it,
 * or for a signal, upon which the worker is to give up; where it waits inside the
 * kernel it is killed, and the watcher undoes what it had done.  If the watcher is
 * killed, the worker goes on to the end, but what it has made is not wanted any more.
 *
 * All pages that they need are locked, for they may come from a file system that is
 * frozen, or from swap space that a suspended device waits to write to.
 */
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stddef.h>
#include <sys/mman.h>
#include <sys/types.h>
#include <sys/wait.h>
#include <unistd.h>

#include "signals.h"
#include "standstill.h"

#define STEP_MS		100
#define PATIENCE_STEPS	20	/* for a worker that was killed to be out of the kernel */

enum phase { WAITING, BEGINNING, RUNNING, ENDING, OVER };

/* Both have it. */
struct standstill {
	struct freezing *freezing;
	const struct standstill_work *work;
	pid_t watcher;
	volatile bool is_unwanted;
	volatile enum phase phase;
	enum standstill_end end;
	int err;
};

/* --- the worker */

static bool is_wanted(void *arg)
{
	const struct standstill *s = arg;

	return !s->is_unwanted && getppid() == s->watcher;
}

static void result_set(struct standstill *s, enum standstill_end end, int err)
{
	s->end = is_wanted(s) ? end : STANDSTILL_INTERRUPTED;
	s->err = err;
}

static void freeze_and_run(struct standstill *s)
{
	int err;

	s->phase = BEGINNING;
	err = freezing_begin(s->freezing, is_wanted, s);
	if (err) {
		result_set(s, STANDSTILL_NOT_BEGUN, err);
		return;
	}
	s->phase = RUNNING;
	err = s->work->run(s->work->arg, is_wanted, s);
	result_set(s, err ? STANDSTILL_NOT_RUN : STANDSTILL_DONE, err);
}

static void worker(struct standstill *s)
{
	sigset_t all;

	setsid();
	sigfillset(&all);
	sigprocmask(SIG_SETMASK, &all, NULL);
	if (mlockall(MCL_CURRENT | MCL_FUTURE)) {
		result_set(s, STANDSTILL_NOT_LOCKED, -errno);
	} else {
		freeze_and_run(s);
		s->phase = ENDING;
		freezing_end(s->freezing);
	}
	if (getppid() != s->watcher)
		s->work->forget(s->work->arg);
	s->phase = OVER;
	_exit(0);
}

/* --- the watcher */

/* What waits inside the kernel can be ended in these phases only by being killed. */
static bool worker_stop(struct standstill *s, pid_t pid)
{
	s->is_unwanted = true;
	return (s->phase == BEGINNING || s->phase == RUNNING) && !kill(pid, SIGKILL);
}

/* Until the worker has closed its end, which it does when it is out of the kernel. */
static void worker_watch(struct standstill *s, pid_t pid, int fd)
{
	struct pollfd end = { .fd = fd };
	bool is_killed = false;
	int steps = 0;

	while (poll(&end, 1, STEP_MS) <= 0) {
		if (!is_killed && signal_is_waiting())
			is_killed = worker_stop(s, pid);
		if (is_killed && ++steps == PATIENCE_STEPS && s->phase == RUNNING)
			freezing_end(s->freezing);
		if (!s->is_unwanted && s->phase == RUNNING && s->work->show)
			s->work->show(s->work->arg);
	}
}

static void worker_end(struct standstill *s, pid_t pid)
{
	while (waitpid(pid, NULL, 0) < 0 && errno == EINTR)
		;
	if (s->phase == OVER)
		return;
	freezing_end(s->freezing);
	s->end = STANDSTILL_INTERRUPTED;
	s->err = -EINTR;
}

static void both_run(struct standstill *s, const int ends[2])
{
	pid_t pid = fork();

	if (pid < 0) {
		result_set(s, STANDSTILL_NOT_LOCKED, -errno);
		close(ends[1]);
		return;
	}
	if (!pid) {
		close(ends[0]);
		worker(s);
	}
	close(ends[1]);
	mlockall(MCL_CURRENT | MCL_FUTURE);	/* what the fork made common is copied */
	worker_watch(s, pid, ends[0]);
	worker_end(s, pid);
}

static void watched_run(struct standstill *s)
{
	int ends[2];

	if (pipe2(ends, O_CLOEXEC)) {
		s->err = -errno;
		return;
	}
	if (mlockall(MCL_CURRENT | MCL_FUTURE)) {
		s->err = -errno;
		close(ends[1]);
	} else {
		both_run(s, ends);
	}
	munlockall();
	close(ends[0]);
}

enum standstill_end standstill(struct freezing *freezing, const struct standstill_work *work,
			       int *err)
{
	struct standstill *s = mmap(NULL, sizeof(*s), PROT_READ | PROT_WRITE,
				    MAP_SHARED | MAP_ANONYMOUS, -1, 0);
	enum standstill_end end;

	*err = -errno;
	if (s == MAP_FAILED)
		return STANDSTILL_NOT_LOCKED;
	*s = (struct standstill) {
		.freezing = freezing, .work = work, .watcher = getpid(),
		.is_unwanted = signal_is_waiting(), .end = STANDSTILL_NOT_LOCKED,
	};
	watched_run(s);
	end = s->end;
	*err = s->err;
	munmap(s, sizeof(*s));
	return end;
}
