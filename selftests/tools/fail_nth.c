// SPDX-License-Identifier: GPL-2.0-only
/*
 * fail_nth N COMMAND...: run it with its N-th allocation failing (of those that
 * failslab's filter lets through), and tell on standard output whether there were
 * so many: "failed STATUS" or "enough STATUS".  STATUS is COMMAND's, 128 and the
 * signal if one ended it.
 *
 * Needs a kernel with CONFIG_FAILSLAB; see the kernel's
 * Documentation/fault-injection/fault-injection.rst, systematic faults.
 */
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

static int write_nth(const char *n)
{
	int fd = open("/proc/self/fail-nth", O_WRONLY);

	if (fd < 0)
		return -1;
	return write(fd, n, strlen(n)) < 0 ? -1 : 0;
}

/* What is left to count down to: 0 when the failure has happened. */
static int read_nth(pid_t pid)
{
	char path[64], text[16] = "";
	int fd;

	snprintf(path, sizeof(path), "/proc/%d/fail-nth", pid);
	fd = open(path, O_RDONLY);
	if (fd < 0 || read(fd, text, sizeof(text) - 1) < 1)
		return -1;
	close(fd);
	return atoi(text);
}

int main(int argc, char **argv)
{
	siginfo_t end;
	pid_t pid;
	int left;

	if (argc < 3 || atoi(argv[1]) < 1) {
		fputs("usage: fail_nth N COMMAND...\n", stderr);
		return 2;
	}
	pid = fork();
	if (pid == 0) {
		if (write_nth(argv[1])) {
			perror("fail-nth");
			_exit(127);
		}
		execvp(argv[2], argv + 2);
		_exit(127);
	}
	/* It stays a zombie, so that its count can still be read. */
	if (pid < 0 || waitid(P_PID, pid, &end, WEXITED | WNOWAIT))
		return 1;
	left = read_nth(pid);
	if (left < 0) {
		perror("fail-nth");
		return 1;
	}
	printf("%s %d\n", left ? "enough" : "failed",
	       end.si_code == CLD_EXITED ? end.si_status : 128 + end.si_status);
	return 0;
}
