/* SPDX-License-Identifier: GPL-2.0-only */
/* What tests may ask of the userspace half of module/core/pure.h. */
#ifndef PURE_USER_H
#define PURE_USER_H

#include <stddef.h>

/* Let the @nth allocation from now on fail (1 is the next), 0: none. */
void pure_fail_alloc(unsigned long nth);

/* Did it? */
int pure_alloc_failed(void);

/* Let about one allocation in @n fail, 0: none; @seed makes it repeatable. */
void pure_fail_allocs_randomly(unsigned long n, unsigned long long seed);

/* Wait for the readers of all threads, then free what kvfree_rcu() was given. */
void pure_quiesce(void);

/* Objects allocated and not freed; those that wait for readers count. */
unsigned long pure_live_objects(void);

/*
 * Bytes of the objects that do not wait for readers, each rounded up to a
 * power of two.  Exact under ASan and TSan only.
 */
size_t pure_live_bytes(void);

#endif /* PURE_USER_H */
