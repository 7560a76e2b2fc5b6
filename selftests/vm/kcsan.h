/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Included before each file of our modules that is built for the kernel that
 * looks for data races.
 *
 * That kernel watches one of so many accesses, whosever they are, and of what a
 * packet's way through the kernel touches little is ours.  So what is ours is
 * shown to it many times each: the compiler's calls are led here.
 */
#define OFTEN	20

#define SHOW_OFTEN(access)						\
	void __tsan_unaligned_##access(void *what);			\
	static noinline __used __no_kcsan void				\
	often_tsan_##access(void *what)					\
	{								\
		int i;							\
									\
		for (i = 0; i < OFTEN; i++)				\
			__tsan_unaligned_##access(what);		\
	}								\
	asm(".set __tsan_" #access ", often_tsan_" #access)

SHOW_OFTEN(read1);
SHOW_OFTEN(read2);
SHOW_OFTEN(read4);
SHOW_OFTEN(read8);
SHOW_OFTEN(write1);
SHOW_OFTEN(write2);
SHOW_OFTEN(write4);
SHOW_OFTEN(write8);
SHOW_OFTEN(volatile_read1);
SHOW_OFTEN(volatile_read2);
SHOW_OFTEN(volatile_read4);
SHOW_OFTEN(volatile_read8);
SHOW_OFTEN(volatile_write1);
SHOW_OFTEN(volatile_write2);
SHOW_OFTEN(volatile_write4);
SHOW_OFTEN(volatile_write8);
