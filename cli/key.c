// SPDX-License-Identifier: GPL-2.0-only
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <termios.h>
#include <unistd.h>

#include "cli.h"
#include "key.h"
#include "message.h"
#include "signals.h"

#define MAX_KEY		(8 << 20)	/* bytes of a key file, as cryptsetup */
#define MAX_PASSPHRASE	512
#define TERMINAL	"/dev/tty"

/* A page that nobody has written to costs nothing.  No core: libraries have copies. */
static int memory_map(struct key *key)
{
	void *bytes;

	if (ftruncate(key->fd, MAX_KEY + 1))
		return -errno;
	bytes = mmap(NULL, MAX_KEY + 1, PROT_READ | PROT_WRITE, MAP_SHARED, key->fd, 0);
	if (bytes == MAP_FAILED)
		return -errno;
	key->bytes = bytes;
	if (mlock2(bytes, MAX_KEY + 1, MLOCK_ONFAULT) || prctl(PR_SET_DUMPABLE, 0))
		return -errno;
	return 0;
}

static int key_new(struct key *key, const char *thing)
{
	int err;

	*key = (struct key) { .fd = memfd_create("key", MFD_CLOEXEC) };
	if (key->fd < 0)
		return failed(thing, "no memory for a key: %s", strerror(errno));
	err = memory_map(key);
	if (!err)
		return STATUS_DONE;
	key_free(key);
	return failed(thing, "no memory for a key that is not swapped out: %s", strerror(-err));
}

void key_free(struct key *key)
{
	if (key->bytes) {
		explicit_bzero(key->bytes, key->size);
		munmap(key->bytes, MAX_KEY + 1);
	}
	if (key->fd > 0)
		close(key->fd);
	*key = (struct key) { 0 };
}

void key_path(const struct key *key, char *path, size_t size)
{
	snprintf(path, size, "/proc/self/fd/%d", key->fd);
}

/* --- from a file */

static int fd_read(struct key *key, int fd, const char *path)
{
	ssize_t len;

	do {
		len = read(fd, key->bytes + key->size, MAX_KEY + 1 - key->size);
		key->size += len > 0 ? (size_t)len : 0;
	} while ((len > 0 && key->size <= MAX_KEY) || (len < 0 && errno == EINTR));
	if (len < 0)
		return failed(path, "%s", strerror(errno));
	if (!key->size)
		return failed(path, "no key: it is empty");
	if (key->size > MAX_KEY)
		return failed(path, "longer than a key file can be (8 MiB)");
	return STATUS_DONE;
}

int key_read(struct key *key, const char *path)
{
	bool is_input = !strcmp(path, "-");
	const char *name = is_input ? "standard input" : path;
	int fd = is_input ? STDIN_FILENO : open(path, O_RDONLY | O_CLOEXEC | O_NOCTTY);
	int status;

	*key = (struct key) { 0 };
	if (fd < 0)
		return failed(name, "%s", strerror(errno));
	if (isatty(fd))
		status = failed(name, "a terminal; the bytes of a key come from a file or a pipe");
	else
		status = key_new(key, name);
	if (!status)
		status = fd_read(key, fd, name);
	if (!is_input)
		close(fd);
	if (status)
		key_free(key);
	return status;
}

/* --- from a terminal */

/* What would end or stop us with the terminal like this is off as well. */
static bool echo_stop(int tty, struct termios *usual)
{
	struct termios silent;

	if (tcgetattr(tty, usual))
		return false;
	silent = *usual;
	silent.c_lflag &= ~(tcflag_t)ECHO;
	silent.c_lflag |= ICANON | ISIG;
	silent.c_cc[VQUIT] = silent.c_cc[VSUSP] = _POSIX_VDISABLE;
	return !tcsetattr(tty, TCSAFLUSH, &silent);
}

static int line_read_from(int tty, struct key *key, const char *file)
{
	ssize_t len;

	if (!signals_let_wait(tty))
		return failed(file, "interrupted");
	len = read(tty, key->bytes, MAX_PASSPHRASE + 1);
	key->size = len > 0 ? (size_t)len : 0;
	if (len < 0)
		return failed(TERMINAL, "%s", strerror(errno));
	if (key->size > MAX_PASSPHRASE)
		return failed(file, "a passphrase has %d bytes at most", MAX_PASSPHRASE);
	if (key->size && key->bytes[key->size - 1] == '\n')
		key->bytes[--key->size] = '\0';
	return key->size ? STATUS_DONE : failed(file, "no passphrase was given");
}

static int tty_ask(int tty, struct key *key, const char *prompt, const char *file)
{
	struct termios usual;
	int status = key_new(key, file);

	if (status)
		return status;
	if (!echo_stop(tty, &usual)) {
		status = failed(TERMINAL, "%s", strerror(errno));
	} else {
		dprintf(tty, "%s", prompt);
		status = line_read_from(tty, key, file);
		tcsetattr(tty, TCSAFLUSH, &usual);
		dprintf(tty, "\n");
	}
	if (status)
		key_free(key);
	return status;
}

static int tty_ask_again(int tty, struct key *key, const char *file)
{
	struct key again;
	int status = tty_ask(tty, &again, "The same again: ", file);

	if (!status && (again.size != key->size || memcmp(again.bytes, key->bytes, key->size)))
		status = failed(file, "the two passphrases differ");
	key_free(&again);
	return status;
}

int key_ask(struct key *key, const char *file, bool is_new)
{
	int tty = open(TERMINAL, O_RDWR | O_CLOEXEC | O_NOCTTY), status;

	*key = (struct key) { 0 };
	if (tty < 0)
		return failed(file, "no terminal to ask for its passphrase at; --key-file FILE, or - for standard input");
	status = tty_ask(tty, key, is_new ? "New passphrase: " : "Passphrase: ", file);
	if (!status && is_new)
		status = tty_ask_again(tty, key, file);
	if (status)
		key_free(key);
	close(tty);
	return status;
}
