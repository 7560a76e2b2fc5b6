// SPDX-License-Identifier: GPL-2.0-only
/*
 * The terminal as a screen, and back, however the tool ends. What it needs of a
 * terminal, all have that there are: no library knows more about them.
 */

#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <termios.h>
#include <unistd.h>

#include "compiler.h"
#include "screen.h"

/* The other buffer, without a cursor. */
#define ENTER	"\033[?1049h\033[?25l"
#define LEAVE	"\033[?25h\033[?1049l"
#define CLEAR	"\033[H\033[2J"

static const int deadly[] = {
	SIGHUP, SIGQUIT, SIGTERM, SIGPIPE, SIGABRT, SIGSEGV, SIGBUS, SIGFPE,
	SIGILL,
};

/* These wait until screen_wait() lets them in. */
static const int heeded[] = { SIGINT, SIGTSTP, SIGWINCH };

static struct termios saved;
static bool has_keys;
static volatile sig_atomic_t is_open, seen;

/* What a signal handler may do, too. */
static void put(const char *sequence)
{
	ssize_t ret = write(STDOUT_FILENO, sequence, strlen(sequence));

	(void)ret;	/* a terminal that is gone needs nothing */
}

static void enter(void)
{
	struct termios raw = saved;

	raw.c_lflag &= ~(ICANON | ECHO);
	if (has_keys)
		tcsetattr(STDIN_FILENO, TCSADRAIN, &raw);
	put(ENTER);
	is_open = 1;
}

static void leave(void)
{
	if (!is_open)
		return;
	is_open = 0;
	put(LEAVE);
	if (has_keys)
		tcsetattr(STDIN_FILENO, TCSANOW, &saved);
}

/* The signal was reset to what it does by default. */
static void die(int sig)
{
	leave();
	raise(sig);
}

static void heed(int sig)
{
	seen = sig;
}

static void handle(const int *signals, unsigned int n, void (*handler)(int),
		   int flags)
{
	struct sigaction action = { .sa_handler = handler, .sa_flags = flags };
	unsigned int i;

	for (i = 0; i < n; i++)
		sigaction(signals[i], &action, NULL);
}

static void block(int how)
{
	unsigned int i;
	sigset_t set;

	sigemptyset(&set);
	for (i = 0; i < ARRAY_SIZE(heeded); i++)
		sigaddset(&set, heeded[i]);
	sigprocmask(how, &set, NULL);
}

/**
 * screen_usable - whether standard output is a terminal that can do it
 *
 * Return: true if so.
 */
bool screen_usable(void)
{
	const char *term = getenv("TERM");

	return isatty(STDOUT_FILENO) && term && *term && strcmp(term, "dumb");
}

/**
 * screen_open - take the screen, until screen_close() or the end
 */
void screen_open(void)
{
	has_keys = !tcgetattr(STDIN_FILENO, &saved);
	block(SIG_BLOCK);
	handle(heeded, ARRAY_SIZE(heeded), heed, 0);
	handle(deadly, ARRAY_SIZE(deadly), die, SA_RESETHAND | SA_NODEFER);
	/* One write for what is drawn, so that it does not flicker. */
	setvbuf(stdout, NULL, _IOFBF, 65536);
	enter();
}

/**
 * screen_close - give the screen back
 */
void screen_close(void)
{
	fflush(stdout);
	leave();
	handle(heeded, ARRAY_SIZE(heeded), SIG_DFL, 0);
	handle(deadly, ARRAY_SIZE(deadly), SIG_DFL, 0);
	block(SIG_UNBLOCK);
}

/**
 * screen_clear - begin to draw
 * @rows: set to the number of its lines
 * @columns: set to their width
 */
void screen_clear(unsigned int *rows, unsigned int *columns)
{
	struct winsize size = { 0 };

	ioctl(STDOUT_FILENO, TIOCGWINSZ, &size);
	*rows = size.ws_row ? size.ws_row : 24;
	*columns = size.ws_col ? size.ws_col : 80;
	fputs(CLEAR, stdout);
}

static enum screen_event take_key(void)
{
	char key = 'q';

	/* A terminal that is gone ends it as well. */
	if (read(STDIN_FILENO, &key, 1) != 1 || key == 'q' || key == 'Q')
		return SCREEN_QUIT;
	return SCREEN_REDRAW;
}

static enum screen_event take_signal(void)
{
	int sig = seen;

	seen = 0;
	if (sig == SIGINT)
		return SCREEN_QUIT;
	if (sig == SIGTSTP) {
		leave();
		raise(SIGSTOP);
		enter();
	}
	return SCREEN_REDRAW;
}

/**
 * screen_wait - wait for a key, a signal, or the time
 * @ms: milliseconds
 *
 * Return: why it ended.
 */
enum screen_event screen_wait(int64_t ms)
{
	struct pollfd keys = { has_keys ? STDIN_FILENO : -1, POLLIN, 0 };
	struct timespec left = { ms / 1000, ms % 1000 * 1000000 };
	sigset_t none;
	int ret;

	sigemptyset(&none);
	ret = ppoll(&keys, 1, &left, &none);
	if (ret > 0)
		return take_key();
	return ret < 0 ? take_signal() : SCREEN_TIME;
}
