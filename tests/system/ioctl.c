// SPDX-License-Identifier: GPL-2.0-only
/*
 * device-mapper's ioctls as dmsetup never uses them.
 *
 *	attach-failing FILE		attach and detach FILE again and again, each
 *					time with the next allocation of the attach
 *					failing, until there is none left; "NTH STEP
 *					ERRNO SENTENCE" for each that did not get in
 *	loads COUNT FILE OPTION		as many loads of all of FILE, each thrown away
 *					again; says how many were taken
 *	fuzz-tables SEED COUNT FILE	COUNT loads of broken lines; FILE is in many
 *	fuzz-messages SEED COUNT NAME	COUNT messages to the device NAME
 *	message NAME MESSAGE		"ERRNO TOKEN SENTENCE" if it is refused
 */
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <linux/dm-ioctl.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/stat.h>
#include <unistd.h>

#define BUFFER	16384
#define NAME	"fuzz"

/* In the cookie's upper half, for udev: no rules for this device, please. */
#define UDEV_LEAVE_IT	(0xfu << 16)

static int control;

static void __attribute__((noreturn)) die(const char *what)
{
	fprintf(stderr, "%s: %s\n", what, strerror(errno));
	exit(1);
}

/* One request; buffer holds struct dm_ioctl and what follows it. */
static union {
	struct dm_ioctl dm;
	char bytes[BUFFER];
} request;

static void request_begin(const char *name)
{
	memset(&request, 0, sizeof(request));
	request.dm.version[0] = DM_VERSION_MAJOR;
	request.dm.data_size = BUFFER;
	request.dm.data_start = sizeof(request.dm);
	request.dm.event_nr = UDEV_LEAVE_IT;
	strncpy(request.dm.name, name, sizeof(request.dm.name) - 1);
}

static int create(void)
{
	request_begin(NAME);
	return ioctl(control, DM_DEV_CREATE, &request);
}

/* Somebody may look at it for a moment. */
static int remove_device(void)
{
	int tries, err = 0;

	for (tries = 0; tries < 100; tries++) {
		request_begin(NAME);
		err = ioctl(control, DM_DEV_REMOVE, &request);
		if (!err || errno != EBUSY)
			break;
		usleep(20000);
	}
	return err;
}

static int resume(void)
{
	request_begin(NAME);
	return ioctl(control, DM_DEV_SUSPEND, &request);
}

static int load(uint64_t start, uint64_t sectors, const char *params, size_t len)
{
	struct dm_target_spec *spec = (void *)(request.bytes + sizeof(request.dm));
	char *end = (char *)(spec + 1);

	request_begin(NAME);
	request.dm.target_count = 1;
	spec->sector_start = start;
	spec->length = sectors;
	spec->next = (sizeof(*spec) + len + 1 + 7) & ~7;
	strcpy(spec->target_type, "loop");
	memcpy(end, params, len);
	end[len] = '\0';
	return ioctl(control, DM_TABLE_LOAD, &request);
}

static void clear(void)
{
	request_begin(NAME);
	if (ioctl(control, DM_TABLE_CLEAR, &request))
		die("clear");
}

/* The table line's words for all of @file; sets how many sectors it has. */
static int line_of(char *line, size_t size, const char *file, const char *option,
		   uint64_t *sectors)
{
	struct stat st;

	if (stat(file, &st))
		die(file);
	*sectors = st.st_size / 512;
	return snprintf(line, size, "%s 0 1 %s", file, option);
}

static int loads(const char *count, const char *file, const char *option)
{
	unsigned int i, taken = 0, nr = atoi(count);
	uint64_t sectors;
	char line[4200];
	int len = line_of(line, sizeof(line), file, option, &sectors);

	if (create())
		die("create");
	for (i = 0; i < nr; i++) {
		if (load(0, sectors, line, len))
			continue;
		taken++;
		clear();
	}
	if (remove_device())
		die("remove");
	printf("%u\n", taken);
	return 0;
}

/* --- each allocation in turn */

/* Opened once: opening allocates as well. */
static int fail_nth_fd;

static void fail_nth_open(void)
{
	fail_nth_fd = open("/proc/thread-self/fail-nth", O_RDWR);
	if (fail_nth_fd < 0)
		die("fail-nth");
}

static void fail_nth(unsigned int nth)
{
	char text[16];

	if (pwrite(fail_nth_fd, text, snprintf(text, sizeof(text), "%u", nth), 0) < 0)
		die("fail-nth");
}

/* How many allocations are still to come before the one that fails. */
static unsigned int fail_nth_left(void)
{
	char text[16] = "";

	if (pread(fail_nth_fd, text, sizeof(text) - 1, 0) < 0)
		die("fail-nth");
	return strtoul(text, NULL, 10);
}

static void print_refusal(void)
{
	char text[4096] = "";
	int fd = open("/sys/module/fastloop/parameters/refusal", O_RDONLY);

	if (fd < 0 || read(fd, text, sizeof(text) - 1) < 0)
		die("refusal");
	close(fd);
	text[strcspn(text, "\n")] = '\0';
	puts(text);
}

/* The step that failed, or NULL. */
static const char *attach(const char *params, uint64_t sectors)
{
	if (create())
		return "create";
	if (load(0, sectors, params, strlen(params)))
		return "load";
	if (resume())
		return "resume";
	return NULL;
}

static int attach_failing(const char *file)
{
	const char *step;
	char line[4200];
	unsigned int nth, left;
	uint64_t sectors;
	int err;

	line_of(line, sizeof(line), file, "map:auto", &sectors);
	fail_nth_open();
	for (nth = 1;; nth++) {
		fail_nth(nth);
		step = attach(line, sectors);
		err = errno;
		left = fail_nth_left();
		fail_nth(0);
		if (step) {
			printf("%u %s %d ", nth, step, err);
			print_refusal();
		}
		if (remove_device() && errno != ENXIO)
			die("remove");
		if (left && !step)
			break;
		if (left)
			die("it fails without a failing allocation");
	}
	printf("%u allocations\n", nth - 1);
	return 0;
}

/* --- lines that nobody means */

static uint64_t state;

static uint32_t random_number(uint32_t below)
{
	state = state * 6364136223846793005u + 1442695040888963407u;
	return (uint32_t)(state >> 33) % below;
}

static const char *const words[] = {
	"0", "1", "-1", "512", "4096", "18446744073709551615", "18446744073709551616",
	"99999999999999999999999", "0x10", "1 discard:pass", "2 discard:pass map:require",
	"3 a b", "discard:punch", "map:never", "map:require", "1 map:", ":", "\\", "\\0",
	"\\040", "\\400", "\\777", "/", "//", "/dev/null", "/proc/self/mem", "/sys", ".", "",
	" ", "\t", "\n", "%s%n", "\xff\xfe", "io:direct", "1 1 1 1 1 1 1 1",
};

static size_t append_word(char *line, size_t len)
{
	const char *word = words[random_number(sizeof(words) / sizeof(*words))];
	size_t more = strlen(word);

	if (len + more + 1 >= 4096)
		return len;
	memcpy(line + len, word, more);
	return len + more;
}

static size_t make_line(char *line, const char *file)
{
	size_t len = 0, flips;
	unsigned int nr = random_number(6);

	if (random_number(4))
		len = sprintf(line, "%s ", file);
	while (nr--) {
		len = append_word(line, len);
		if (random_number(3))
			line[len++] = ' ';
	}
	for (flips = random_number(4); flips && len; flips--)
		line[random_number(len)] = 1 + random_number(255);
	line[len] = '\0';
	return len;
}

static int fuzz_tables(const char *seed, const char *count, const char *file)
{
	static const uint64_t sizes[] = { 0, 1, 8, 2048, 1ull << 32, 1ull << 54, 1ull << 63, -1ull };
	unsigned int i, taken = 0, nr = atoi(count);
	char line[8192];
	size_t len;

	state = strtoull(seed, NULL, 10);
	if (create())
		die("create");
	for (i = 0; i < nr; i++) {
		len = make_line(line, file);
		if (!load(random_number(8) ? 0 : sizes[random_number(8)],
			  sizes[random_number(8)], line, len))
			taken++;
	}
	if (remove_device())
		die("remove");
	printf("%u lines, %u taken\n", nr, taken);
	return 0;
}

static int fuzz_messages(const char *seed, const char *count, const char *name)
{
	struct dm_target_msg *msg = (void *)(request.bytes + sizeof(request.dm));
	unsigned int i, taken = 0, nr = atoi(count);
	char line[8192];

	state = strtoull(seed, NULL, 10);
	for (i = 0; i < nr; i++) {
		make_line(line, "resume");
		request_begin(name);
		msg->sector = random_number(4) ? 0 : random_number(1u << 30);
		strcpy(msg->message, line);
		if (!ioctl(control, DM_TARGET_MSG, &request))
			taken++;
	}
	printf("%u messages, %u taken\n", nr, taken);
	return 0;
}

/* Why, is told to the process that was refused. */
static int message(const char *name, const char *text)
{
	struct dm_target_msg *msg = (void *)(request.bytes + sizeof(request.dm));

	request_begin(name);
	msg->sector = 0;
	strcpy(msg->message, text);
	if (!ioctl(control, DM_TARGET_MSG, &request))
		return 0;
	printf("%s ", strerrorname_np(errno));
	print_refusal();
	return 1;
}

int main(int argc, char **argv)
{
	control = open("/dev/mapper/control", O_RDWR);
	if (control < 0)
		die("/dev/mapper/control");
	if (argc == 3 && !strcmp(argv[1], "attach-failing"))
		return attach_failing(argv[2]);
	if (argc == 5 && !strcmp(argv[1], "loads"))
		return loads(argv[2], argv[3], argv[4]);
	if (argc == 5 && !strcmp(argv[1], "fuzz-tables"))
		return fuzz_tables(argv[2], argv[3], argv[4]);
	if (argc == 5 && !strcmp(argv[1], "fuzz-messages"))
		return fuzz_messages(argv[2], argv[3], argv[4]);
	if (argc == 4 && !strcmp(argv[1], "message"))
		return message(argv[2], argv[3]);
	fprintf(stderr, "usage: see %s\n", __FILE__);
	return 2;
}
