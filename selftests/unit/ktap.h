/* SPDX-License-Identifier: GPL-2.0-only */
/* Tests in user space, reported as KTAP. */
#ifndef _UNIT_KTAP_H
#define _UNIT_KTAP_H

#include <stdbool.h>
#include <stdio.h>

#define ARRAY_SIZE(array)	(sizeof(array) / sizeof((array)[0]))

/**
 * struct ktap_test - one test
 * @name: what must hold
 * @run: checks it by ktap_check()
 */
struct ktap_test {
	const char	*name;
	void		(*run)(void);
};

extern bool ktap_failed;

/**
 * ktap_check - the test fails unless a condition holds
 * @condition: the condition
 * @...: format and arguments that tell which case it was
 */
#define ktap_check(condition, ...) do {					\
	if (!(condition)) {						\
		printf("# %s:%d: %s: ", __FILE__, __LINE__, #condition);\
		printf(__VA_ARGS__);					\
		printf("\n");						\
		ktap_failed = true;					\
	}								\
} while (0)

int ktap_run(const struct ktap_test *tests, unsigned int n);

#endif /* _UNIT_KTAP_H */
