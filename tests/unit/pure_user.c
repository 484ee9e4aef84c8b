// SPDX-License-Identifier: GPL-2.0-only
/*
 * The kernel's allocator and RCU for pure files in userspace, made so that
 * mistakes show: allocations fail on demand, fresh memory is full of rubbish,
 * an RCU pointer can be read inside a read section only, and what is freed by
 * RCU is really freed once pure_quiesce() has seen every reader leave.
 *
 * Grace periods: a reader publishes the epoch in which its section began, 0
 * outside; pure_quiesce() begins a new epoch and waits until no reader is in
 * an older one.  The exchange in pure_read_lock() orders that publication
 * before the reader's loads of pointers.
 */
#include <malloc.h>
#include <pthread.h>
#include <sched.h>

#include "pure.h"
#include "pure_user.h"
#include "test.h"

#define READERS_MAX	64
#define RUBBISH		0xa5

static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;

/* Under lock */
static struct rcu_head *deferred;
static unsigned long live_objects;
static size_t live_bytes;
static unsigned long fail_countdown, fail_one_in;
static unsigned long long fail_random;
static int failed;

static u64 epoch = 1;
static u64 readers[READERS_MAX];
static unsigned int nr_readers;

static __thread u64 *reader;
static __thread unsigned int reader_nesting;

static bool must_fail(void)
{
	if (fail_countdown && --fail_countdown == 0)
		return true;
	return fail_one_in && test_random(&fail_random) % fail_one_in == 0;
}

void *pure_alloc(size_t size)
{
	void *p = NULL;

	if (reader_nesting)
		pure_warn(__FILE__, __LINE__, "allocation inside a read section");
	pthread_mutex_lock(&lock);
	if (must_fail())
		failed = 1;
	else
		p = malloc(size);
	if (p) {
		memset(p, RUBBISH, size);
		live_objects++;
		live_bytes += roundup_pow_of_two(malloc_usable_size(p));
	}
	pthread_mutex_unlock(&lock);
	return p;
}

static void forget_bytes(void *p)
{
	live_bytes -= roundup_pow_of_two(malloc_usable_size(p));
}

void pure_free(void *p)
{
	if (!p)
		return;
	pthread_mutex_lock(&lock);
	live_objects--;
	forget_bytes(p);
	pthread_mutex_unlock(&lock);
	free(p);
}

void pure_free_later(struct rcu_head *head, void *object)
{
	pthread_mutex_lock(&lock);
	head->object = object;
	head->next = deferred;
	deferred = head;
	forget_bytes(object);
	pthread_mutex_unlock(&lock);
}

static void wait_for_readers(void)
{
	u64 now = __atomic_add_fetch(&epoch, 1, __ATOMIC_SEQ_CST);
	unsigned int i, nr = __atomic_load_n(&nr_readers, __ATOMIC_SEQ_CST);

	for (i = 0; i < nr; i++) {
		for (;;) {
			u64 began = __atomic_load_n(&readers[i], __ATOMIC_SEQ_CST);

			if (!began || began >= now)
				break;
			sched_yield();
		}
	}
}

void pure_quiesce(void)
{
	struct rcu_head *head, *next;

	if (reader_nesting)
		pure_warn(__FILE__, __LINE__, "grace period inside a read section");
	pthread_mutex_lock(&lock);
	head = deferred;
	deferred = NULL;
	pthread_mutex_unlock(&lock);

	wait_for_readers();
	for (; head; head = next) {
		next = head->next;
		pthread_mutex_lock(&lock);
		live_objects--;
		pthread_mutex_unlock(&lock);
		free(head->object);
	}
}

void pure_read_lock(void)
{
	if (reader_nesting++)
		return;
	if (!reader) {
		unsigned int i = __atomic_fetch_add(&nr_readers, 1, __ATOMIC_SEQ_CST);

		if (i >= READERS_MAX)
			pure_warn(__FILE__, __LINE__, "too many threads");
		reader = &readers[i];
	}
	__atomic_exchange_n(reader, __atomic_load_n(&epoch, __ATOMIC_SEQ_CST),
			    __ATOMIC_SEQ_CST);
}

void pure_read_unlock(void)
{
	if (!reader_nesting)
		pure_warn(__FILE__, __LINE__, "unbalanced rcu_read_unlock");
	if (--reader_nesting == 0)
		__atomic_store_n(reader, 0, __ATOMIC_SEQ_CST);
}

void pure_must_be_reading(void)
{
	if (!reader_nesting)
		pure_warn(__FILE__, __LINE__, "rcu_dereference outside a read section");
}

void pure_warn(const char *file, int line, const char *what)
{
	fprintf(stderr, "%s:%d: %s\n", file, line, what);
	abort();
}

void pure_fail_alloc(unsigned long nth)
{
	fail_countdown = nth;
	failed = 0;
}

int pure_alloc_failed(void)
{
	return failed;
}

void pure_fail_allocs_randomly(unsigned long n, unsigned long long seed)
{
	fail_one_in = n;
	fail_random = seed;
}

unsigned long pure_live_objects(void)
{
	return live_objects;
}

size_t pure_live_bytes(void)
{
	return live_bytes;
}
