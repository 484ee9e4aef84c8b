// SPDX-License-Identifier: GPL-2.0-only
/*
 * Why an attach was refused, in words, for the one who asked.
 *
 * The ioctl that attaches can return an errno only, and the kernel log belongs
 * to everyone.  So each refusal is kept for the task that it was given to, and read back
 * by it, or by another of its process, word for word, from the module parameter
 * `refusal`: two attaches at once do not see each other's.
 */
#include <linux/kernel.h>
#include <linux/module.h>
#include <linux/pid.h>
#include <linux/sched.h>
#include <linux/spinlock.h>

#include "refusal.h"

#define NR_SLOTS	64
#define SENTENCE_LEN	256

struct reason {
	const char *token;
	int err;
	const char *sentence;
};

static const struct reason reasons[FLOOP_NR_REASONS] = {
	[FLOOP_REASON_NONE] = { "-", EINVAL, "" },
#define FLOOP_REASON(name, token, err, sentence) \
	[FLOOP_REASON_##name] = { token, err, sentence },
#include "../uapi/floop_reasons.h"
};

/*
 * A slot is free while pid is 0; the oldest is taken when none is.  Numbers of tasks come
 * again: the time at which the process began tells whose it was.
 */
struct slot {
	pid_t pid, tgid;
	u64 began;
	u64 age;
	enum floop_reason reason;
	char sentence[SENTENCE_LEN];
};

/* Guards slots and clock. */
static DEFINE_SPINLOCK(slots_lock);
static struct slot slots[NR_SLOTS];
static u64 clock;

static bool is_of_process(const struct slot *slot)
{
	return slot->pid && slot->tgid == task_tgid_nr(current) &&
	       slot->began == current->group_leader->start_boottime;
}

/* The caller's own */
static struct slot *__slot_find(void)
{
	pid_t pid = task_pid_nr(current);
	unsigned int i;

	for (i = 0; i < NR_SLOTS; i++)
		if (slots[i].pid == pid && is_of_process(&slots[i]))
			return &slots[i];
	return NULL;
}

/* The last one of the caller's process */
static struct slot *__slot_of_process(void)
{
	struct slot *last = NULL;
	unsigned int i;

	for (i = 0; i < NR_SLOTS; i++)
		if (is_of_process(&slots[i]) && (!last || slots[i].age > last->age))
			last = &slots[i];
	return last;
}

static struct slot *__slot_oldest(void)
{
	struct slot *oldest = &slots[0];
	unsigned int i;

	for (i = 1; i < NR_SLOTS; i++)
		if (slots[i].age < oldest->age)
			oldest = &slots[i];
	return oldest;
}

static struct slot *__slot_take(void)
{
	struct slot *slot = __slot_find();

	if (!slot)
		slot = __slot_oldest();
	slot->pid = task_pid_nr(current);
	slot->tgid = task_tgid_nr(current);
	slot->began = current->group_leader->start_boottime;
	slot->age = ++clock;
	return slot;
}

int floop_refuse(enum floop_reason reason, const char *detail, ...)
{
	const struct reason *r = &reasons[reason];
	struct slot *slot;
	va_list args;
	size_t used;

	spin_lock(&slots_lock);
	slot = __slot_take();
	slot->reason = reason;
	used = scnprintf(slot->sentence, SENTENCE_LEN, "%s%s", r->sentence,
			 *detail ? ": " : "");
	va_start(args, detail);
	vscnprintf(slot->sentence + used, SENTENCE_LEN - used, detail, args);
	va_end(args);
	spin_unlock(&slots_lock);
	return -r->err;
}
EXPORT_SYMBOL_GPL(floop_refuse);

int floop_fail(int err, const char *sentence, ...)
{
	struct slot *slot;
	va_list args;

	spin_lock(&slots_lock);
	slot = __slot_take();
	slot->reason = FLOOP_REASON_NONE;
	va_start(args, sentence);
	vscnprintf(slot->sentence, SENTENCE_LEN, sentence, args);
	va_end(args);
	spin_unlock(&slots_lock);
	return err;
}
EXPORT_SYMBOL_GPL(floop_fail);

void floop_refusal_clear(void)
{
	struct slot *slot;

	spin_lock(&slots_lock);
	slot = __slot_find();
	if (slot) {
		slot->pid = 0;
		slot->age = 0;
		slot->sentence[0] = '\0';
	}
	spin_unlock(&slots_lock);
}
EXPORT_SYMBOL_GPL(floop_refusal_clear);

const char *floop_refusal_sentence(void)
{
	struct slot *slot;

	spin_lock(&slots_lock);
	slot = __slot_find();
	spin_unlock(&slots_lock);
	return slot ? slot->sentence : "";
}
EXPORT_SYMBOL_GPL(floop_refusal_sentence);

enum floop_reason floop_refusal_reason(void)
{
	struct slot *slot;
	enum floop_reason reason;

	spin_lock(&slots_lock);
	slot = __slot_find();
	reason = slot ? slot->reason : FLOOP_REASON_NONE;
	spin_unlock(&slots_lock);
	return reason;
}

const char *floop_reason_token(enum floop_reason reason)
{
	return reasons[reason].token;
}

/* The file itself can not be attached, so, or now; the rest is about its blocks. */
bool floop_reason_allows_file(enum floop_reason reason)
{
	switch (reason) {
	case FLOOP_REASON_NONE:
	case FLOOP_REASON_RANGE_BUSY:
	case FLOOP_REASON_DEVICE_BUSY:
	case FLOOP_REASON_HELD_READ_ONLY:
	case FLOOP_REASON_OTHER_FILE:
	case FLOOP_REASON_READ_ONLY_FS:
	case FLOOP_REASON_FS_SHUT_DOWN:
	case FLOOP_REASON_SWAPFILE:
	case FLOOP_REASON_APPEND_ONLY:
	case FLOOP_REASON_IMMUTABLE:
		return false;
	default:
		return true;
	}
}

static int refusal_get(char *buffer, const struct kernel_param *kp)
{
	struct slot *slot;
	int len = 0;

	spin_lock(&slots_lock);
	slot = __slot_find();
	if (!slot)
		slot = __slot_of_process();
	if (slot)
		len = scnprintf(buffer, PAGE_SIZE, "%s %s\n",
				reasons[slot->reason].token, slot->sentence);
	spin_unlock(&slots_lock);
	return len;
}

static const struct kernel_param_ops refusal_ops = { .get = refusal_get };
module_param_cb(refusal, &refusal_ops, NULL, 0444);
MODULE_PARM_DESC(refusal, "why the reading process was refused last: <reason|-> <sentence>");
