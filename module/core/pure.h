/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The only header, besides their own, of the files that compile unchanged in
 * the kernel and in userspace.  In the kernel it is a list of includes.  In
 * userspace it supplies the same words: whoever links a file that
 * allocates or uses RCU supplies the pure_*() functions declared at the end;
 * those of the unit tests let allocations fail and delay what RCU frees.
 */
#ifndef FLOOP_PURE_H
#define FLOOP_PURE_H

#ifdef __KERNEL__

#include <linux/bug.h>
#include <linux/compiler.h>
#include <linux/errno.h>
#include <linux/export.h>
#include <linux/kernel.h>
#include <linux/limits.h>
#include <linux/log2.h>
#include <linux/minmax.h>
#include <linux/mm.h>
#include <linux/overflow.h>
#include <linux/rcupdate.h>
#include <linux/slab.h>
#include <linux/string.h>
#include <linux/types.h>

#else /* userspace */

#include <errno.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

typedef unsigned char u8;
typedef unsigned int u32;
typedef unsigned long long u64;

#define U64_MAX			((u64)~0ULL)
#define S64_MAX			((long long)(U64_MAX >> 1))

#define EXPORT_SYMBOL_GPL(symbol)

#define likely(x)		__builtin_expect(!!(x), 1)
#define unlikely(x)		__builtin_expect(!!(x), 0)
#define ARRAY_SIZE(a)		(sizeof(a) / sizeof((a)[0]))
#define DIV_ROUND_UP(n, d)	(((n) + (d) - 1) / (d))
#define min(a, b)		((a) < (b) ? (a) : (b))
#define max(a, b)		((a) > (b) ? (a) : (b))
#define struct_size(p, member, n) \
	(offsetof(__typeof__(*(p)), member) + sizeof((p)->member[0]) * (n))
#define roundup_pow_of_two(n) \
	((n) < 2 ? 1UL : 1UL << (64 - __builtin_clzl((unsigned long)(n) - 1)))
#define READ_ONCE(x)		__atomic_load_n(&(x), __ATOMIC_RELAXED)
#define WRITE_ONCE(x, v)	__atomic_store_n(&(x), (v), __ATOMIC_RELAXED)

/* A cannot-happen that happens ends the test. */
#define WARN_ON_ONCE(x)		({ if (x) pure_warn(__FILE__, __LINE__, #x); false; })

struct rcu_head {
	struct rcu_head *next;
	void *object;
};

#define GFP_KERNEL		0
#define kvmalloc(size, gfp)	((void)(gfp), pure_alloc(size))
#define kvmalloc_array(n, size, gfp) kvmalloc((size_t)(n) * (size), gfp)
#define kvfree(p)		pure_free(p)
#define kvfree_rcu(p, head)	pure_free_later(&(p)->head, p)

#define __rcu
#ifdef PURE_NO_READERS		/* measuring: as cheap as in a kernel without preemption */
#define rcu_read_lock()		((void)0)
#define rcu_read_unlock()	((void)0)
#define rcu_dereference(p)	__atomic_load_n(&(p), __ATOMIC_ACQUIRE)
#else
#define rcu_read_lock()		pure_read_lock()
#define rcu_read_unlock()	pure_read_unlock()
#define rcu_dereference(p) \
	(pure_must_be_reading(), __atomic_load_n(&(p), __ATOMIC_ACQUIRE))
#endif
#define rcu_dereference_protected(p, c) ((void)(c), (p))
#define rcu_assign_pointer(p, v) __atomic_store_n(&(p), (v), __ATOMIC_RELEASE)
#define RCU_INIT_POINTER(p, v)	__atomic_store_n(&(p), (v), __ATOMIC_RELAXED)

void pure_warn(const char *file, int line, const char *what) __attribute__((noreturn));
void *pure_alloc(size_t size);
void pure_free(void *p);
void pure_free_later(struct rcu_head *head, void *object);
void pure_read_lock(void);
void pure_read_unlock(void);
void pure_must_be_reading(void);

#endif /* __KERNEL__ */
#endif /* FLOOP_PURE_H */
