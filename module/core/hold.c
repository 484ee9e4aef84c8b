// SPDX-License-Identifier: GPL-2.0-only
/*
 * Holding one side of an interleaving open, for tests.  Read hold.h.
 */
#include <linux/atomic.h>
#include <linux/bitmap.h>
#include <linux/moduleparam.h>
#include <linux/sched.h>
#include <linux/slab.h>
#include <linux/string.h>
#include <linux/wait.h>

#include "hold.h"

static const char *const names[FLOOP_HOLD_NR] = {
#define FLOOP_HOLD_NAME(id, name) [FLOOP_HOLD_##id] = name,
	FLOOP_HOLD_PLACES(FLOOP_HOLD_NAME)
};

static DECLARE_BITMAP(held, FLOOP_HOLD_NR);
static atomic_t tasks[FLOOP_HOLD_NR];
static DECLARE_WAIT_QUEUE_HEAD(released);

void floop_hold(enum floop_hold_place place)
{
	if (!test_bit(place, held))
		return;
	atomic_inc(&tasks[place]);
	wait_event_idle(released, !test_bit(place, held));
	atomic_dec(&tasks[place]);
}

static int parse(char *list, unsigned long *wanted)
{
	char *word;
	int place;

	while ((word = strsep(&list, ",\n"))) {
		if (!*word)
			continue;
		place = match_string(names, FLOOP_HOLD_NR, word);
		if (place < 0)
			return place;
		__set_bit(place, wanted);
	}
	return 0;
}

static int hold_set(const char *value, const struct kernel_param *kp)
{
	DECLARE_BITMAP(wanted, FLOOP_HOLD_NR) = { };
	char *list = kstrdup(value, GFP_KERNEL);
	int err;

	if (!list)
		return -ENOMEM;
	err = parse(list, wanted);
	kfree(list);
	if (err)
		return err;
	bitmap_copy(held, wanted, FLOOP_HOLD_NR);
	wake_up_all(&released);
	return 0;
}

static int held_get(char *buffer, const struct kernel_param *kp)
{
	int place, len = 0;

	for (place = 0; place < FLOOP_HOLD_NR; place++)
		len += scnprintf(buffer + len, PAGE_SIZE - len, "%s %d\n", names[place],
				 atomic_read(&tasks[place]));
	return len;
}

static const struct kernel_param_ops hold_ops = { .set = hold_set };
module_param_cb(hold, &hold_ops, NULL, 0200);
MODULE_PARM_DESC(hold, "places to hold, for tests");

static const struct kernel_param_ops held_ops = { .get = held_get };
module_param_cb(held, &held_ops, NULL, 0444);
MODULE_PARM_DESC(held, "how many tasks wait at each place, for tests");
