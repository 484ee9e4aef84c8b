// SPDX-License-Identifier: GPL-2.0-only
#include <errno.h>
#include <fcntl.h>
#include <json-c/json.h>
#include <poll.h>
#include <signal.h>
#include <spawn.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/pidfd.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "cli.h"
#include "fio.h"
#include "message.h"
#include "signals.h"

#define STEP_MS		50	/* how long a signal waits */
#define RAMP_MS		200	/* not measured: what is looked up, or begins to cache */
#define MAX_OUTPUT	(16 << 20)
#define MAX_ARGUMENTS	32
#define WORK_FD		3
#define WORK_PATH	"/proc/self/fd/3"
#define NOTHING		-1

extern char **environ;

/* --- running it */

/* What it says goes to memory: nobody has to read it meanwhile. */
struct child {
	pid_t pid;
	int out;
	int err;
	int status;		/* wait's */
	bool is_interrupted;
};

static int child_spawn(struct child *child, char **argv, int work)
{
	posix_spawn_file_actions_t actions;
	posix_spawnattr_t attributes;
	sigset_t none, usual;
	int err;

	sigemptyset(&none);
	sigemptyset(&usual);
	sigaddset(&usual, SIGPIPE);
	posix_spawnattr_init(&attributes);
	posix_spawnattr_setsigmask(&attributes, &none);
	posix_spawnattr_setsigdefault(&attributes, &usual);
	posix_spawnattr_setflags(&attributes, POSIX_SPAWN_SETSIGMASK | POSIX_SPAWN_SETSIGDEF);
	posix_spawn_file_actions_init(&actions);
	posix_spawn_file_actions_addopen(&actions, STDIN_FILENO, "/dev/null", O_RDONLY, 0);
	posix_spawn_file_actions_adddup2(&actions, child->out, STDOUT_FILENO);
	posix_spawn_file_actions_adddup2(&actions, child->err, STDERR_FILENO);
	if (work != NOTHING)
		posix_spawn_file_actions_adddup2(&actions, work, WORK_FD);
	err = posix_spawnp(&child->pid, argv[0], &actions, &attributes, argv, environ);
	posix_spawn_file_actions_destroy(&actions);
	posix_spawnattr_destroy(&attributes);
	return -err;
}

/* One that is told to end by a signal puts away what it has made in memory. */
static void child_wait(struct child *child)
{
	struct pollfd ended = { .fd = pidfd_open(child->pid, 0), .events = POLLIN };

	while (ended.fd >= 0 && poll(&ended, 1, STEP_MS) <= 0) {
		if (child->is_interrupted || !signal_is_waiting())
			continue;
		child->is_interrupted = true;
		kill(child->pid, SIGTERM);
	}
	while (waitpid(child->pid, &child->status, 0) < 0 && errno == EINTR)
		;
	if (ended.fd >= 0)
		close(ended.fd);
	child->is_interrupted = child->is_interrupted || signal_is_waiting();
}

static void child_deinit(struct child *child)
{
	if (child->out >= 0)
		close(child->out);
	if (child->err >= 0)
		close(child->err);
}

/* With @work at WORK_FD.  0 or a negative errno, if it could not be run at all */
static int child_run(struct child *child, char **argv, int work)
{
	int err;

	*child = (struct child) {
		.out = memfd_create("out", MFD_CLOEXEC),
		.err = memfd_create("err", MFD_CLOEXEC),
	};
	if (child->out < 0 || child->err < 0)
		return -errno;
	err = child_spawn(child, argv, work);
	if (!err)
		child_wait(child);
	return err;
}

/* To be freed; NULL when memory is short */
static char *text_of(int fd)
{
	struct stat st;
	char *text;
	ssize_t len;

	if (fstat(fd, &st) || st.st_size > MAX_OUTPUT)
		return NULL;
	text = malloc((size_t)st.st_size + 1);
	if (!text)
		return NULL;
	len = pread(fd, text, (size_t)st.st_size, 0);
	text[len > 0 ? len : 0] = '\0';
	return text;
}

/* --- what it says */

/* The last line of its complaints, without its own name, and where in its code it was */
static const char *complaint_find(char *text)
{
	const char *last = NULL, *line, *error;

	while (text && (line = strsep(&text, "\n")))
		if (*line)
			last = line;
	if (!last)
		return NULL;
	error = strstr(last, ", error=");
	if (error)
		return error + strlen(", error=");
	return strncmp(last, "fio: ", 5) ? last : last + 5;
}

static int complaint_report(const struct child *child, const char *file)
{
	char *text = text_of(child->err);
	const char *last = complaint_find(text);

	if (last)
		failed(file, "fio: %s", last);
	else if (WIFSIGNALED(child->status))
		failed(file, "fio was ended: %s", strsignal(WTERMSIG(child->status)));
	else
		failed(file, "fio failed, and does not say why");
	free(text);
	return STATUS_FAILED;
}

/* Notes may come before it. */
static struct json_object *object_parse(const char *text)
{
	while (text && *text != '{') {
		text = strchr(text, '\n');
		text = text ? text + 1 : NULL;
	}
	return text ? json_tokener_parse(text) : NULL;
}

static double number_of(struct json_object *object, const char *key)
{
	struct json_object *number;

	return json_object_object_get_ex(object, key, &number) ?
		json_object_get_double(number) : 0;
}

/* Its only job's; false: it is not there */
static bool speed_find(struct json_object *object, bool has_writes, struct speed *speed)
{
	struct json_object *jobs, *job, *way;

	if (!json_object_object_get_ex(object, "jobs", &jobs) ||
	    !json_object_is_type(jobs, json_type_array))
		return false;
	job = json_object_array_get_idx(jobs, 0);
	if (!json_object_object_get_ex(job, has_writes ? "write" : "read", &way))
		return false;
	speed->ios = number_of(way, "iops");
	speed->bytes = number_of(way, "bw_bytes");
	return number_of(job, "error") == 0;
}

static int speed_read(const struct child *child, const struct fio_run *run, struct speed *speed)
{
	char *text = text_of(child->out);
	struct json_object *object = object_parse(text);
	bool is_found = speed_find(object, run->load->has_writes, speed);

	json_object_put(object);
	free(text);
	if (!is_found)
		return failed(run->file, "fio prints something that is not understood");
	if (!(speed->ios > 0))
		return failed(run->file, "fio did no request of %s; --seconds gives it more time",
			      run->load->name);
	return STATUS_DONE;
}

/* --- its arguments */

struct arguments {
	char *words[MAX_ARGUMENTS];
	int nr;
	bool is_short;		/* of memory */
};

__printf(2, 3)
static void argument_add(struct arguments *arguments, const char *format, ...)
{
	char *word = NULL;
	va_list args;

	va_start(args, format);
	if (arguments->nr == MAX_ARGUMENTS - 1 || vasprintf(&word, format, args) < 0)
		arguments->is_short = true;
	else
		arguments->words[arguments->nr++] = word;
	va_end(args);
}

static void arguments_free(struct arguments *arguments)
{
	while (arguments->nr)
		free(arguments->words[--arguments->nr]);
}

/* It neither makes nor lengthens a file, nor does it give one its blocks. */
static void arguments_fill(struct arguments *arguments, const struct fio_run *run)
{
	const struct load *load = run->load;

	argument_add(arguments, "fio");
	argument_add(arguments, "--name=%s", load->name);
	argument_add(arguments, "--filename=" WORK_PATH);
	argument_add(arguments, "--rw=%s", load->rw);
	argument_add(arguments, "--bs=%s", load->block);
	argument_add(arguments, "--iodepth=%s", load->depth);
	argument_add(arguments, "--ioengine=%s", load->engine);
	argument_add(arguments, "--direct=1");
	argument_add(arguments, "--offset=%llu", (unsigned long long)run->offset);
	argument_add(arguments, "--size=%llu", (unsigned long long)run->size);
	argument_add(arguments, "--time_based");
	argument_add(arguments, "--runtime=%llums", (unsigned long long)run->ms);
	argument_add(arguments, "--ramp_time=%dms", RAMP_MS);
	argument_add(arguments, "--thread");
	argument_add(arguments, "--norandommap");
	argument_add(arguments, "--fallocate=none");
	argument_add(arguments, "--allow_file_create=0");
	argument_add(arguments, "--output-format=json");
	if (!load->has_writes)
		argument_add(arguments, "--readonly");
}

/* --- entry points */

static int run_failed(const char *thing, int err)
{
	if (err == -ENOENT)
		return failed(thing, "fio, which measures, is not installed; try apt install fio");
	return failed(thing, "fio can not be run: %s", strerror(-err));
}

static int child_judge(const struct child *child, const struct fio_run *run, struct speed *speed)
{
	if (child->is_interrupted)
		return failed(run->file, "interrupted");
	if (!WIFEXITED(child->status) || WEXITSTATUS(child->status))
		return complaint_report(child, run->file);
	return speed_read(child, run, speed);
}

int fio_run(const struct fio_run *run, struct speed *speed)
{
	struct arguments arguments = { 0 };
	struct child child;
	int status, err = -ENOMEM;

	arguments_fill(&arguments, run);
	if (arguments.is_short) {
		arguments_free(&arguments);
		return run_failed(run->file, err);
	}
	err = child_run(&child, arguments.words, run->fd);
	status = err ? run_failed(run->file, err) : child_judge(&child, run, speed);
	child_deinit(&child);
	arguments_free(&arguments);
	return status;
}

int fio_check(void)
{
	char *argv[] = { (char *)"fio", (char *)"--version", NULL };
	struct child child;
	int err = child_run(&child, argv, NOTHING), status = STATUS_DONE;

	if (err)
		status = run_failed("bench", err);
	else if (child.is_interrupted)
		status = failed("bench", "interrupted");
	else if (!WIFEXITED(child.status) || WEXITSTATUS(child.status))
		status = complaint_report(&child, "bench");
	child_deinit(&child);
	return status;
}
