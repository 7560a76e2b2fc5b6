// SPDX-License-Identifier: GPL-2.0-only
/* Tests in user space, reported as KTAP. */
#include <stdlib.h>
#include "ktap.h"

bool ktap_failed;

/**
 * ktap_run - run tests and report them
 * @tests: the tests
 * @n: how many
 *
 * Return: exit status.
 */
int ktap_run(const struct ktap_test *tests, unsigned int n)
{
	int status = EXIT_SUCCESS;
	unsigned int i;

	/* A sanitizer ends the program in the middle: what was said stays. */
	setvbuf(stdout, NULL, _IOLBF, 0);
	printf("KTAP version 1\n1..%u\n", n);
	for (i = 0; i < n; i++) {
		ktap_failed = false;
		tests[i].run();
		printf("%s %u %s\n", ktap_failed ? "not ok" : "ok", i + 1,
		       tests[i].name);
		if (ktap_failed)
			status = EXIT_FAILURE;
	}
	return status;
}
