// SPDX-License-Identifier: GPL-2.0-only
/*
 * The loop device's ioctls as losetup never uses them, and those of the native disk.
 *
 *	calls DEVICE CONTROL FILE	one call after the other, with good, bad, missing and
 *					unaligned arguments, to a device without a file and
 *					to one with FILE; "CALL: ERRNO" for each, so that two
 *					drivers can be compared
 *	compat DEVICE FILE		the same from a program of 32 bits
 *	race DEVICE CONTROL FILE SECONDS	eight processes call whatever there is
 *	change DEVICE FILE		LOOP_CHANGE_FD, of a device that is read-only
 *	move DEVICE OFFSET LIMIT	LOOP_SET_STATUS64, in bytes
 *	block-size DEVICE SIZE		LOOP_SET_BLOCK_SIZE
 *	configure DEVICE FILE OFFSET SIZE	LOOP_CONFIGURE with that block size and direct I/O
 *	add CONTROL NUMBER
 *	use-up FILE CONTROL PREFIX COUNT	attach FILE COUNT times, detach all again
 *
 * Those of fastloop say "ERRNO TOKEN SENTENCE" if they are refused, and exit with 1:
 *
 *	attach DEVICE FILE [KEY=VALUE]...	FLOOP_DISK_ATTACH; open=path (the default),
 *				read, write or closed, node=read-only, flags=, offset=, size=
 *				(bytes), name=, options=, which are cut off where they do not fit
 *	unshare DEVICE		step by step; says how many
 *	suspend DEVICE [frozen], resume DEVICE, detach DEVICE
 *	ours-compat DEVICE FILE	as compat, with these
 */
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <linux/loop.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "../../module/uapi/floop_disk.h"
#include "../../module/uapi/floop_target.h"

#define NOWHERE	((void *)0x10000)	/* nothing is mapped there */
#define PAGE	4096

static void __attribute__((noreturn)) die(const char *what)
{
	fprintf(stderr, "%s: %s\n", what, strerror(errno));
	exit(1);
}

static int open_or_die(const char *path, int flags)
{
	int fd = open(path, flags | O_CLOEXEC);

	if (fd < 0)
		die(path);
	return fd;
}

static void say(const char *call, long ret)
{
	printf("%s: %s\n", call, ret < 0 ? strerrorname_np(errno) : "0");
}

static void call(const char *name, int fd, unsigned long cmd, uintptr_t arg)
{
	say(name, ioctl(fd, cmd, arg));
}

#define CALL(fd, cmd, arg, what) call(#cmd " " what, fd, cmd, (uintptr_t)(arg))

/* Where a structure of any size lies at an odd address. */
static void *odd(const void *what, size_t size)
{
	static char room[PAGE];

	return memcpy(room + 1, what, size);
}

/* As configured; what differs by nature (device numbers) is left out. */
static void show_status(int dev)
{
	struct loop_info64 info;
	struct loop_info old;

	memset(&info, 0xff, sizeof(info));
	if (ioctl(dev, LOOP_GET_STATUS64, &info)) {
		say("status", -1);
		return;
	}
	printf("status: offset %llu sizelimit %llu flags %u name '%.64s' encrypt %u key %u\n",
	       info.lo_offset, info.lo_sizelimit, info.lo_flags, info.lo_file_name,
	       info.lo_encrypt_type, info.lo_encrypt_key_size);
	memset(&old, 0xff, sizeof(old));
	if (ioctl(dev, LOOP_GET_STATUS, &old))
		say("old status", -1);
	else
		printf("old status: offset %d flags %d name '%.64s' same %d\n", old.lo_offset,
		       old.lo_flags, old.lo_name, old.lo_inode == info.lo_inode);
}

static void show_size(int dev)
{
	unsigned long long bytes = 0;
	int block = 0;

	if (ioctl(dev, _IOR(0x12, 114, size_t), &bytes) || ioctl(dev, _IO(0x12, 104), &block))
		say("size", -1);
	else
		printf("size: %llu bytes in blocks of %d\n", bytes, block);
}

static void calls_without_file(int dev, int control)
{
	struct loop_info64 info = { };
	struct loop_info old = { };
	struct loop_config config = { };

	CALL(dev, LOOP_CLR_FD, 0, "unbound");
	CALL(dev, LOOP_GET_STATUS, &old, "unbound");
	CALL(dev, LOOP_GET_STATUS64, &info, "unbound");
	CALL(dev, LOOP_GET_STATUS64, NULL, "unbound null");
	CALL(dev, LOOP_SET_STATUS, &old, "unbound");
	CALL(dev, LOOP_SET_STATUS64, &info, "unbound");
	CALL(dev, LOOP_SET_STATUS64, NULL, "unbound null");
	CALL(dev, LOOP_SET_CAPACITY, 0, "unbound");
	CALL(dev, LOOP_SET_DIRECT_IO, 1, "unbound");
	CALL(dev, LOOP_SET_BLOCK_SIZE, 512, "unbound");
	CALL(dev, LOOP_CHANGE_FD, 0, "unbound");
	CALL(dev, LOOP_CHANGE_FD, -1, "unbound no descriptor");
	CALL(dev, LOOP_SET_FD, -1, "no descriptor");
	CALL(dev, LOOP_SET_FD, 12345, "closed descriptor");
	CALL(dev, LOOP_SET_FD, control, "a character device");
	CALL(dev, LOOP_CONFIGURE, NULL, "null");
	CALL(dev, LOOP_CONFIGURE, NOWHERE, "nowhere");
	config.fd = -1;
	CALL(dev, LOOP_CONFIGURE, &config, "no descriptor");
	CALL(dev, 0x4c33, 0, "no such call");
	CALL(control, LOOP_CTL_REMOVE, -1, "-1");
	CALL(control, LOOP_CTL_REMOVE, 999999, "none");
	CALL(control, LOOP_CTL_ADD, 0, "there already");
	CALL(control, 0x4c99, 0, "no such call");
	show_status(dev);
	show_size(dev);
}

static void configure(int dev, const char *name, struct loop_config config, int file)
{
	char line[64];

	config.fd = file;
	snprintf(line, sizeof(line), "configure %s", name);
	say(line, ioctl(dev, LOOP_CONFIGURE, &config));
}

static void calls_that_fail_to_configure(int dev, int file)
{
	configure(dev, "flags", (struct loop_config){ .info.lo_flags = 1 << 20 }, file);
	configure(dev, "encrypt", (struct loop_config){ .info.lo_encrypt_type = 1 }, file);
	configure(dev, "key", (struct loop_config){ .info.lo_encrypt_key_size = 99 }, file);
	configure(dev, "offset", (struct loop_config){ .info.lo_offset = 1ULL << 63 }, file);
	configure(dev, "limit", (struct loop_config){ .info.lo_sizelimit = 1ULL << 63 }, file);
	configure(dev, "block 513", (struct loop_config){ .block_size = 513 }, file);
	configure(dev, "block 1", (struct loop_config){ .block_size = 1 }, file);
	configure(dev, "block 64K", (struct loop_config){ .block_size = 65536 }, file);
	configure(dev, "itself", (struct loop_config){ }, dev);
}

static void calls_with_file(int dev, int file, const char *path)
{
	struct loop_info64 info = { .lo_file_name = "name", .lo_offset = 4096 };
	struct loop_info64 wrong = { .lo_encrypt_type = 2 };
	struct loop_info old = { .lo_name = "old" };
	int other = open_or_die(path, O_RDONLY);

	show_status(dev);
	show_size(dev);
	CALL(dev, LOOP_SET_FD, file, "bound");
	CALL(dev, LOOP_GET_STATUS, NULL, "null");
	CALL(dev, LOOP_GET_STATUS, NOWHERE, "nowhere");
	CALL(dev, LOOP_GET_STATUS64, NULL, "null");
	CALL(dev, LOOP_GET_STATUS64, NOWHERE, "nowhere");
	CALL(dev, LOOP_GET_STATUS64, odd(&info, sizeof(info)), "odd");
	CALL(dev, LOOP_SET_STATUS, NULL, "null");
	CALL(dev, LOOP_SET_STATUS64, NOWHERE, "nowhere");
	CALL(dev, LOOP_SET_STATUS64, &wrong, "encrypt");
	wrong = (struct loop_info64){ .lo_offset = -1 };
	CALL(dev, LOOP_SET_STATUS64, &wrong, "offset");
	CALL(dev, LOOP_SET_STATUS64, odd(&info, sizeof(info)), "odd");
	show_status(dev);
	show_size(dev);
	info.lo_sizelimit = 65536;
	info.lo_flags = LO_FLAGS_AUTOCLEAR | LO_FLAGS_READ_ONLY;
	CALL(dev, LOOP_SET_STATUS64, &info, "limit");
	show_status(dev);
	show_size(dev);
	CALL(dev, LOOP_SET_STATUS, &old, "old");
	show_status(dev);
	show_size(dev);
	CALL(dev, LOOP_SET_CAPACITY, 0, "same");
	CALL(dev, LOOP_CHANGE_FD, file, "writable");
	CALL(dev, LOOP_SET_BLOCK_SIZE, 0, "0");
	CALL(dev, LOOP_SET_BLOCK_SIZE, 513, "513");
	CALL(dev, LOOP_SET_BLOCK_SIZE, 1 << 30, "1G");
	CALL(dev, LOOP_SET_BLOCK_SIZE, 4096, "4096");
	show_size(dev);
	CALL(dev, LOOP_SET_BLOCK_SIZE, 512, "512");
	CALL(dev, LOOP_SET_DIRECT_IO, 1, "on");
	show_status(dev);
	CALL(dev, LOOP_SET_DIRECT_IO, 0, "off");
	show_status(dev);
	CALL(dev, 0x4c33, 0, "bound no such call");
	close(other);
}

static void calls_read_only(int dev, const char *path)
{
	int file = open_or_die(path, O_RDONLY), same = open_or_die(path, O_RDONLY);

	configure(dev, "read-only", (struct loop_config){ .info.lo_flags = LO_FLAGS_READ_ONLY },
		  file);
	show_status(dev);
	CALL(dev, LOOP_CHANGE_FD, same, "to itself");
	CALL(dev, LOOP_CHANGE_FD, dev, "to the device");
	CALL(dev, LOOP_CHANGE_FD, -1, "no descriptor");
	show_status(dev);
	show_size(dev);
	say("write", write(dev, "x", 1));
	close(same);
	close(file);
}

/* The last close gives the file up; it may be the next one's who looks at the device. */
static int reopen(int dev, const char *path)
{
	struct loop_info64 info;
	int i;

	close(dev);
	for (i = 0; i < 500; i++) {
		dev = open(path, O_RDWR | O_CLOEXEC);
		if (dev >= 0 && ioctl(dev, LOOP_GET_STATUS64, &info) && errno == ENXIO)
			return dev;
		if (dev >= 0)
			close(dev);
		usleep(10000);
	}
	die("the file is not given up");
}

static int calls(const char *path, const char *control_path, const char *file_path)
{
	int dev = open_or_die(path, O_RDWR), control = open_or_die(control_path, O_RDWR);
	int file = open_or_die(file_path, O_RDWR), dir = open_or_die("/", O_RDONLY);

	calls_without_file(dev, control);
	CALL(dev, LOOP_SET_FD, dir, "a directory");
	calls_that_fail_to_configure(dev, file);
	CALL(dev, LOOP_SET_FD, file, "file");
	calls_with_file(dev, file, file_path);
	CALL(dev, LOOP_CLR_FD, 0, "bound");
	dev = reopen(dev, path);
	calls_read_only(dev, file_path);
	CALL(dev, LOOP_CLR_FD, 0, "read-only");
	close(reopen(dev, path));
	return 0;
}

/* --- 32 bits: the system call gate of such programs is open to all */

static long ioctl32(int fd, uint32_t cmd, uint32_t arg)
{
	long ret;

	asm volatile("int $0x80" : "=a"(ret) : "a"(54), "b"(fd), "c"(cmd), "d"(arg)
		     : "memory", "r8", "r9", "r10", "r11");
	ret = (int)ret;
	if (ret < 0) {
		errno = -ret;
		return -1;
	}
	return ret;
}

#define CALL32(fd, cmd, arg, what) \
	say(#cmd " " what, ioctl32(fd, cmd, (uint32_t)(uintptr_t)(arg)))

struct info32 {
	int32_t number;
	uint16_t device;
	uint32_t inode;
	uint16_t rdevice;
	int32_t offset, encrypt_type, encrypt_key_size, flags;
	char name[LO_NAME_SIZE];
	unsigned char key[LO_KEY_SIZE];
	uint32_t init[2];
	char reserved[4];
};

static int compat(const char *path, const char *file_path)
{
	int dev = open_or_die(path, O_RDWR), file = open_or_die(file_path, O_RDWR);
	char *low = mmap(NULL, PAGE, PROT_READ | PROT_WRITE,
			 MAP_PRIVATE | MAP_ANONYMOUS | MAP_32BIT, -1, 0);
	struct loop_config *config = (void *)low;
	struct info32 *old = (void *)low;
	struct loop_info64 *info = (void *)low;

	if (low == MAP_FAILED)
		die("mmap");
	CALL32(dev, LOOP_GET_STATUS, old, "unbound");
	CALL32(dev, LOOP_SET_FD, -1, "no descriptor");
	config->fd = file;
	config->info.lo_offset = 8192;
	strcpy((char *)config->info.lo_file_name, "by 32 bits");
	CALL32(dev, LOOP_CONFIGURE, config, "file");
	memset(low, 0xff, PAGE);
	CALL32(dev, LOOP_GET_STATUS64, info, "bound");
	printf("offset %llu name '%s'\n", info->lo_offset, info->lo_file_name);
	memset(low, 0xff, PAGE);
	CALL32(dev, LOOP_GET_STATUS, old, "bound");
	printf("offset %d name '%s' behind %d\n", old->offset, old->name, low[sizeof(*old)]);
	memset(low, 0, PAGE);
	old->offset = 4096;
	strcpy(old->name, "old");
	CALL32(dev, LOOP_SET_STATUS, old, "offset");
	CALL32(dev, LOOP_SET_STATUS, 0, "null");
	CALL32(dev, LOOP_GET_STATUS, 0, "null");
	CALL32(dev, LOOP_SET_STATUS64, NOWHERE, "nowhere");
	CALL32(dev, LOOP_SET_CAPACITY, 0, "same");
	CALL32(dev, LOOP_SET_BLOCK_SIZE, 4096, "4096");
	CALL32(dev, LOOP_SET_DIRECT_IO, 0, "off");
	CALL32(dev, LOOP_CHANGE_FD, file, "writable");
	CALL32(dev, 0x4c33, 0, "no such call");
	show_status(dev);
	show_size(dev);
	CALL32(dev, LOOP_CLR_FD, 0, "bound");
	close(reopen(dev, path));
	return 0;
}

static int compat_ours(const char *path, const char *file_path)
{
	int dev = open_or_die(path, O_RDWR);
	char *low = mmap(NULL, PAGE, PROT_READ | PROT_WRITE,
			 MAP_PRIVATE | MAP_ANONYMOUS | MAP_32BIT, -1, 0);
	struct floop_attach *attach = (void *)low;

	if (low == MAP_FAILED)
		die("mmap");
	attach->fd = open_or_die(file_path, O_PATH);
	attach->offset = 8192;
	strcpy(attach->name, "by-32-bits");
	strcpy(attach->options, "io:buffered map:never");
	CALL32(dev, FLOOP_DISK_ATTACH, NOWHERE, "nowhere");
	CALL32(dev, FLOOP_DISK_ATTACH, attach, "file");
	CALL32(dev, FLOOP_DISK_ATTACH, attach, "again");
	CALL32(dev, FLOOP_DISK_UNSHARE, NOWHERE, "nowhere");
	memset(low, 0, PAGE);
	CALL32(dev, FLOOP_DISK_UNSHARE, low, "ext4");
	CALL32(dev, FLOOP_DISK_SUSPEND, 0x80000000, "no such flag");
	CALL32(dev, FLOOP_DISK_SUSPEND, 0, "running");
	CALL32(dev, FLOOP_DISK_SUSPEND, 0, "suspended");
	CALL32(dev, FLOOP_DISK_RESUME, 0, "suspended");
	CALL32(dev, FLOOP_DISK_RESUME, 0, "running");
	return 0;
}

/* --- races */

static bool in_time(time_t until) { return time(NULL) < until; }

static void call_anything(const char *path, const char *control_path, const char *file_path)
{
	struct loop_info64 info = { .lo_offset = 512 * (random() % 8),
				    .lo_flags = random() % 32 };
	struct loop_config config = { .info.lo_flags = random() % 32 & ~2u };
	int dev = open(path, (random() % 4 ? O_RDWR : O_RDONLY) | O_CLOEXEC);
	int file = open(file_path, (random() % 2 ? O_RDWR : O_RDONLY) | O_CLOEXEC);
	int control = open(control_path, O_RDWR | O_CLOEXEC);
	char page[PAGE];
	int i;

	config.fd = file;
	for (i = 0; i < 8 && dev >= 0; i++) {
		switch (random() % 14) {
		case 0: ioctl(dev, LOOP_CLR_FD, 0); break;
		case 1: ioctl(dev, LOOP_SET_FD, file); break;
		case 2: ioctl(dev, LOOP_CONFIGURE, &config); break;
		case 3: ioctl(dev, LOOP_SET_STATUS64, &info); break;
		case 4: ioctl(dev, LOOP_GET_STATUS64, &info); break;
		case 5: ioctl(dev, LOOP_CHANGE_FD, file); break;
		case 6: ioctl(dev, LOOP_SET_CAPACITY, 0); break;
		case 7: ioctl(dev, LOOP_SET_DIRECT_IO, random() % 2); break;
		case 8: ioctl(dev, LOOP_SET_BLOCK_SIZE, 512 << random() % 4); break;
		case 9: ioctl(control, LOOP_CTL_REMOVE, 0); break;
		case 10: ioctl(control, LOOP_CTL_ADD, 0); break;
		case 11: ioctl(control, LOOP_CTL_GET_FREE, 0); break;
		case 12: if (pread(dev, page, PAGE, 0) < 0) { } break;
		default: if (pwrite(dev, page, PAGE, 0) < 0) { } fsync(dev); break;
		}
	}
	close(dev);
	close(file);
	close(control);
}

static int race(const char *path, const char *control, const char *file, int seconds)
{
	time_t until = time(NULL) + seconds;
	int i;

	for (i = 0; i < 8; i++) {
		if (fork())
			continue;
		srandom(i + 1);
		while (in_time(until))
			call_anything(path, control, file);
		_exit(0);
	}
	while (wait(NULL) > 0)
		;
	return 0;
}

/* --- many */

static int attach_next(const char *file_path, int control, const char *prefix)
{
	int number = ioctl(control, LOOP_CTL_GET_FREE), file, dev;
	char path[64];

	if (number < 0)
		die("LOOP_CTL_GET_FREE");
	snprintf(path, sizeof(path), "%s%d", prefix, number);
	dev = open_or_die(path, O_RDWR);
	file = open_or_die(file_path, O_RDWR);
	if (ioctl(dev, LOOP_SET_FD, file))
		die(path);
	close(file);
	close(dev);
	return number;
}

static double now(void)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC, &t);
	return t.tv_sec + t.tv_nsec / 1e9;
}

static int use_up(const char *file, const char *control_path, const char *prefix, int count)
{
	int control = open_or_die(control_path, O_RDWR), i, *numbers = calloc(count, sizeof(int));
	double began = now();
	char path[64];

	for (i = 0; i < count; i++)
		numbers[i] = attach_next(file, control, prefix);
	printf("attach %d ms\n", (int)((now() - began) * 1000));
	began = now();
	for (i = 0; i < count; i++) {
		int dev;

		snprintf(path, sizeof(path), "%s%d", prefix, numbers[i]);
		dev = open_or_die(path, O_RDWR);
		if (ioctl(dev, LOOP_CLR_FD))
			die(path);
		close(dev);
	}
	printf("detach %d ms\n", (int)((now() - began) * 1000));
	return 0;
}

static int change(const char *path, const char *file)
{
	if (!ioctl(open_or_die(path, O_RDONLY), LOOP_CHANGE_FD, open_or_die(file, O_RDONLY)))
		return 0;
	die(path);
}

/* Opened for reading, lest udev looks for partitions when it is closed. */
static int move(const char *path, const char *offset, const char *limit)
{
	const struct loop_info64 info = {
		.lo_offset = strtoull(offset, NULL, 10),
		.lo_sizelimit = strtoull(limit, NULL, 10),
	};

	if (!ioctl(open_or_die(path, O_RDONLY), LOOP_SET_STATUS64, &info))
		return 0;
	die(path);
}

static int set_block_size(const char *path, const char *size)
{
	if (!ioctl(open_or_die(path, O_RDONLY), LOOP_SET_BLOCK_SIZE, strtoul(size, NULL, 10)))
		return 0;
	die(path);
}

static int configure_direct(const char *path, const char *file, const char *offset,
			    const char *block_size)
{
	const struct loop_config config = {
		.fd = open_or_die(file, O_RDONLY),
		.block_size = strtoul(block_size, NULL, 10),
		.info.lo_offset = strtoull(offset, NULL, 10),
		.info.lo_flags = LO_FLAGS_DIRECT_IO,
	};

	if (!ioctl(open_or_die(path, O_RDWR), LOOP_CONFIGURE, &config))
		return 0;
	die(path);
}

static int add(const char *control, int number)
{
	if (ioctl(open_or_die(control, O_RDWR), LOOP_CTL_ADD, number) == number)
		return 0;
	die(control);
}

/* --- of the native disk */

/* Why, is told to the process that was refused. */
static int refused(void)
{
	const char *name = strerrorname_np(errno);
	char text[4096] = "";
	int fd = open_or_die(FLOOP_REFUSAL_PATH, O_RDONLY);

	if (read(fd, text, sizeof(text) - 1) < 0)
		die(FLOOP_REFUSAL_PATH);
	text[strcspn(text, "\n")] = '\0';
	printf("%s %s\n", name, text);
	return 1;
}

/* What is asked for, and how its descriptors are opened. */
struct asked {
	struct floop_attach attach;
	const char *open;
	bool read_only_node;
};

static void take_word(struct asked *asked, char *word)
{
	char *value = strchr(word, '=');

	if (!value)
		die(word);
	*value++ = '\0';
	if (!strcmp(word, "open"))
		asked->open = value;
	else if (!strcmp(word, "node"))
		asked->read_only_node = true;
	else if (!strcmp(word, "flags"))
		asked->attach.flags = strtoul(value, NULL, 0);
	else if (!strcmp(word, "offset"))
		asked->attach.offset = strtoull(value, NULL, 10);
	else if (!strcmp(word, "size"))
		asked->attach.size = strtoull(value, NULL, 10);
	else if (!strcmp(word, "name"))
		memcpy(asked->attach.name, value, strnlen(value, FLOOP_DISK_NAME_SIZE));
	else if (!strcmp(word, "options"))
		memcpy(asked->attach.options, value, strnlen(value, FLOOP_DISK_OPTIONS_SIZE));
	else
		die(word);
}

static int open_so(const char *file, const char *how)
{
	if (!strcmp(how, "closed"))
		return 12345;
	if (!strcmp(how, "read"))
		return open_or_die(file, O_RDONLY);
	return open_or_die(file, strcmp(how, "write") ? O_PATH : O_RDWR);
}

static int attach(const char *path, const char *file, char **words)
{
	struct asked asked = { .open = "path" };
	int dev;

	for (; *words; words++)
		take_word(&asked, *words);
	dev = open_or_die(path, asked.read_only_node ? O_RDONLY : O_RDWR);
	asked.attach.fd = open_so(file, asked.open);
	return ioctl(dev, FLOOP_DISK_ATTACH, &asked.attach) ? refused() : 0;
}

static int unshare_all(const char *path)
{
	int dev = open_or_die(path, O_RDONLY), steps = 0;
	__u64 pos = 0;

	do {
		if (ioctl(dev, FLOOP_DISK_UNSHARE, &pos))
			return refused();
		steps++;
	} while (pos);
	printf("%d\n", steps);
	return 0;
}

static int call_plain(const char *path, unsigned long cmd, unsigned long arg)
{
	return ioctl(open_or_die(path, O_RDONLY), cmd, arg) ? refused() : 0;
}

int main(int argc, char **argv)
{
	if (argc >= 4 && !strcmp(argv[1], "attach"))
		return attach(argv[2], argv[3], argv + 4);
	if (argc == 3 && !strcmp(argv[1], "unshare"))
		return unshare_all(argv[2]);
	if (argc == 3 && !strcmp(argv[1], "suspend"))
		return call_plain(argv[2], FLOOP_DISK_SUSPEND, 0);
	if (argc == 4 && !strcmp(argv[1], "suspend") && !strcmp(argv[3], "frozen"))
		return call_plain(argv[2], FLOOP_DISK_SUSPEND, FLOOP_SUSPEND_FREEZES);
	if (argc == 3 && !strcmp(argv[1], "detach"))
		return call_plain(argv[2], FLOOP_DISK_DETACH, 0);
	if (argc == 3 && !strcmp(argv[1], "resume"))
		return call_plain(argv[2], FLOOP_DISK_RESUME, 0);
	if (argc == 5 && !strcmp(argv[1], "calls"))
		return calls(argv[2], argv[3], argv[4]);
	if (argc == 4 && !strcmp(argv[1], "compat"))
		return compat(argv[2], argv[3]);
	if (argc == 4 && !strcmp(argv[1], "ours-compat"))
		return compat_ours(argv[2], argv[3]);
	if (argc == 4 && !strcmp(argv[1], "change"))
		return change(argv[2], argv[3]);
	if (argc == 5 && !strcmp(argv[1], "move"))
		return move(argv[2], argv[3], argv[4]);
	if (argc == 4 && !strcmp(argv[1], "block-size"))
		return set_block_size(argv[2], argv[3]);
	if (argc == 6 && !strcmp(argv[1], "configure"))
		return configure_direct(argv[2], argv[3], argv[4], argv[5]);
	if (argc == 4 && !strcmp(argv[1], "add"))
		return add(argv[2], atoi(argv[3]));
	if (argc == 6 && !strcmp(argv[1], "race"))
		return race(argv[2], argv[3], argv[4], atoi(argv[5]));
	if (argc == 6 && !strcmp(argv[1], "use-up"))
		return use_up(argv[2], argv[3], argv[4], atoi(argv[5]));
	fprintf(stderr, "usage: see the top of loop.c\n");
	return 2;
}
