/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Marks in the code, between which trace_plugin.c looks at what is done.  To the
 * processor they are nothing: nopl NUMBER(%rax).
 */
#ifndef _BENCH_MARK_H
#define _BENCH_MARK_H

#define MARK_LEN	7
#define MARK_BEGIN	{ 0x0f, 0x1f, 0x80, 0x01, 0x6b, 0x70, 0x76 }
#define MARK_END	{ 0x0f, 0x1f, 0x80, 0x02, 0x6b, 0x70, 0x76 }

static inline void mark_begin(void)
{
#ifdef __x86_64__
	asm volatile(".byte 0x0f, 0x1f, 0x80, 0x01, 0x6b, 0x70, 0x76");
#endif
}

static inline void mark_end(void)
{
#ifdef __x86_64__
	asm volatile(".byte 0x0f, 0x1f, 0x80, 0x02, 0x6b, 0x70, 0x76");
#endif
}

#endif /* _BENCH_MARK_H */
