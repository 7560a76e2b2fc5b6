/* SPDX-License-Identifier: GPL-2.0-only */
/* What the core uses of the kernel's most common headers. */
#ifndef _MODEL_BASE_H
#define _MODEL_BASE_H

#include <errno.h>
#include <limits.h>
#include <stdarg.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <linux/types.h>

typedef __s8 s8;
typedef __s16 s16;
typedef __s64 s64;
typedef unsigned int gfp_t;

#define U8_MAX			((u8)~0U)
#define U16_MAX			((u16)~0U)
#define U32_MAX			((u32)~0U)

#define GFP_KERNEL		0U
#define GFP_ATOMIC		0U
#define GFP_KERNEL_ACCOUNT	0U

#define __force
#define __rcu
#define __percpu
#define __init
#define __exit
#define __read_mostly
#define __ro_after_init
#define ____cacheline_aligned_in_smp
#define __aligned(n)		__attribute__((aligned(n)))
#define __packed		__attribute__((packed))
#define noinline		__attribute__((noinline))
#define fallthrough		__attribute__((fallthrough))
#define likely(x)		(x)
#define unlikely(x)		(x)
#define barrier()		do { } while (0)
#define cond_resched()		do { } while (0)
#define BUILD_BUG_ON(x)		_Static_assert(!(x), #x)

#define READ_ONCE(x)		(x)
#define WRITE_ONCE(x, value)	((x) = (value))
#define smp_store_release(p, v)	(*(p) = (v))
#define smp_load_acquire(p)	(*(p))
#define smp_acquire__after_ctrl_dep() do { } while (0)

#ifndef ARRAY_SIZE
#define ARRAY_SIZE(array)	(sizeof(array) / sizeof((array)[0]))
#endif

#define container_of(ptr, type, member) \
	((type *)((char *)(ptr) - offsetof(type, member)))

#define min_t(type, a, b) ({						\
	type min_a = (a);						\
	type min_b = (b);						\
	min_a < min_b ? min_a : min_b;					\
})
#define max_t(type, a, b) ({						\
	type max_a = (a);						\
	type max_b = (b);						\
	max_a > max_b ? max_a : max_b;					\
})
#define max3(a, b, c)		max(max(a, b), c)
#define min3(a, b, c)		min(min(a, b), c)
#define DIV_ROUND_UP(n, d)	(((n) + (d) - 1) / (d))
#define min(a, b)		min_t(typeof(a), a, b)
#define clamp(v, low, high)	min_t(int, max_t(int, v, low), high)
#define max(a, b)		max_t(typeof(a), a, b)
#define swap(a, b) do {							\
	typeof(a) swap_tmp = (a);					\
	(a) = (b);							\
	(b) = swap_tmp;							\
} while (0)

#if __BYTE_ORDER__ == __ORDER_LITTLE_ENDIAN__
#define htonl(x)		__builtin_bswap32(x)
#define htons(x)		__builtin_bswap16(x)
#else
#define htonl(x)		((u32)(x))
#define htons(x)		((u16)(x))
#endif
#define ntohl(x)		htonl(x)
#define ntohs(x)		htons(x)
#define cpu_to_be32(x)		((__be32)htonl(x))
#define be32_to_cpu(x)		ntohl((u32)(x))
#define cpu_to_be16(x)		((__be16)htons(x))
#define be16_to_cpu(x)		ntohs((u16)(x))

/* A broken invariant ends the model: it would not be seen otherwise. */
#define WARN_ON_ONCE(x) ({						\
	bool warn_on = !!(x);						\
	if (warn_on)							\
		model_die("%s:%d: %s", __FILE__, __LINE__, #x);		\
	warn_on;							\
})
#define WARN_ON(x)		WARN_ON_ONCE(x)

void model_die(const char *format, ...)
	__attribute__((noreturn, format(printf, 1, 2)));

/* Errors as pointers: the last page of the address space. */
#define MAX_ERRNO		4095

static inline void *ERR_PTR(long err)
{
	return (void *)err;
}

static inline long PTR_ERR(const void *ptr)
{
	return (long)ptr;
}

static inline bool IS_ERR(const void *ptr)
{
	return (unsigned long)ptr >= (unsigned long)-MAX_ERRNO;
}

static inline bool IS_ERR_OR_NULL(const void *ptr)
{
	return !ptr || IS_ERR(ptr);
}

static inline int PTR_ERR_OR_ZERO(const void *ptr)
{
	return IS_ERR(ptr) ? PTR_ERR(ptr) : 0;
}

#define ERR_CAST(ptr)		((void *)(ptr))

/* Memory, counted: a schedule must give back all it took. */
void *model_alloc(size_t size);
void *model_try_alloc(size_t size);
void model_free(const void *ptr);

#define kzalloc(size, gfp)	model_try_alloc(size)
#define kfree(ptr)		model_free(ptr)

static inline void *kmemdup(const void *data, size_t size, gfp_t gfp)
{
	void *copy = kzalloc(size, gfp);

	if (copy)
		memcpy(copy, data, size);
	return copy;
}

/* Modules: the model calls what module_init() was given. */
#define EXPORT_SYMBOL_GPL(symbol)
#define KBUILD_MODNAME		"model"
#define module_param(...)
#define MODULE_PARM_DESC(...)
#define MODULE_LICENSE(...)
#define MODULE_DESCRIPTION(...)
#define MODULE_VERSION(...)
#define MODULE_ALIAS(...)
#define MODULE_AUTHOR(...)
#define module_init(fn)		int model_module_init(void)	\
				{ return fn(); }
#define module_exit(fn)		void model_module_exit(void)	\
				{ fn(); }
#define pr_err(...)		model_die(__VA_ARGS__)
#define IS_ENABLED(option)	0

int model_module_init(void);
void model_module_exit(void);

#endif /* _MODEL_BASE_H */
