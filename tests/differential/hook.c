// SPDX-License-Identifier: GPL-2.0-only
/* A command that is run beside the operations: whatever may disturb them. */
#include "hook.h"

#include <errno.h>
#include <pthread.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/wait.h>

#include "die.h"
#include "options.h"

static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
static pthread_cond_t changed = PTHREAD_COND_INITIALIZER;
static pthread_t thread;

/* Under the lock */
static unsigned long nr_counted, due, nr_run;	/* due: from this count on */
static bool is_running, is_over;

static void run(unsigned long number)
{
	char value[24];
	int status;

	snprintf(value, sizeof(value), "%lu", number);
	setenv("OP", value, true);
	fflush(stdout);
	status = system(options.hook);
	if (status == -1)
		die_errno("hook '%s'", options.hook);
	if (status)
		die("hook '%s' at operation %lu ends with %d", options.hook, number,
		    WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status));
}

/* The lock is held, but not while the command runs. */
static void run_due(void)
{
	unsigned long number = nr_counted;

	due = number + options.hook_every;
	is_running = true;
	pthread_mutex_unlock(&lock);
	run(number);
	pthread_mutex_lock(&lock);
	is_running = false;
	nr_run++;
	pthread_cond_broadcast(&changed);
}

static void *hook_main(void *unused)
{
	(void)unused;
	pthread_mutex_lock(&lock);
	due = options.hook_every;
	for (;;) {
		if (nr_counted >= due)
			run_due();
		else if (is_over)
			break;
		else
			pthread_cond_wait(&changed, &lock);
	}
	pthread_mutex_unlock(&lock);
	return NULL;
}

void hook_wait(void)
{
	if (!options.hook || pthread_equal(pthread_self(), thread))
		return;
	pthread_mutex_lock(&lock);
	while (is_running)
		pthread_cond_wait(&changed, &lock);
	/* The lock is kept: it is not to begin again. */
}

void hook_start(void)
{
	if (!options.hook)
		return;
	die_set_wait(hook_wait);
	if (pthread_create(&thread, NULL, hook_main, NULL))
		die("no thread for the hook");
}

void hook_count(void)
{
	if (!options.hook)
		return;
	pthread_mutex_lock(&lock);
	if (++nr_counted == due)
		pthread_cond_broadcast(&changed);
	pthread_mutex_unlock(&lock);
}

unsigned long hook_stop(void)
{
	if (!options.hook)
		return 0;
	pthread_mutex_lock(&lock);
	is_over = true;
	pthread_cond_broadcast(&changed);
	pthread_mutex_unlock(&lock);
	pthread_join(thread, NULL);
	return nr_run;
}
