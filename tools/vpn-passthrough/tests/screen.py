#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-only
"""Somebody at a terminal, who does one STEP after the other:

    screen.py STEP... -- COMMAND...

until=REGEX     wait for a frame that matches
frame           wait for one more frame
size=ROWSxCOLS  give the terminal another size
fits            the last frame is within it
key=KEY         press it
signal=NAME     send the command a signal
stopped         the command stops, and has given the terminal back
end=STATUS      the command ends so (an exit status, or the name of a signal),
                and has given the terminal back
"""

import fcntl
import os
import pty
import re
import select
import signal
import struct
import sys
import termios
import time

CLEAR = b"\x1b[H\x1b[2J"
ENTER, LEAVE = b"\x1b[?1049h\x1b[?25l", b"\x1b[?25h\x1b[?1049l"
PATIENCE = 20


class Terminal:
    def __init__(self, command):
        self.raw = b""
        self.rows, self.columns = 24, 80
        gate, opened = os.pipe()
        self.pid, self.fd = pty.fork()
        if not self.pid:
            os.environ["TERM"] = "xterm"
            self.resize_fd(1)
            os.close(opened)
            os.read(gate, 1)
            os.execvp(command[0], command)
        # Not before it is known what the terminal is like.
        self.before = self.attributes()
        os.close(gate)
        os.close(opened)

    def attributes(self):
        return termios.tcgetattr(self.fd)[:4]

    def resize_fd(self, fd):
        size = struct.pack("HHHH", self.rows, self.columns, 0, 0)
        fcntl.ioctl(fd, termios.TIOCSWINSZ, size)

    def read(self):
        if select.select([self.fd], [], [], 0.05)[0]:
            try:
                self.raw += os.read(self.fd, 65536)
            except OSError:  # nobody has the other end any more
                time.sleep(0.05)

    def wait(self, what, condition):
        end = time.monotonic() + PATIENCE
        while not condition():
            if time.monotonic() > end:
                sys.exit(f"waited in vain for {what}; the end:\n{self.raw[-2000:]}")
            self.read()

    def frame(self):
        return self.raw.rpartition(CLEAR)[2].partition(LEAVE)[0].decode()

    def is_given_back(self):
        return (self.raw.count(ENTER) == self.raw.count(LEAVE) > 0 and
                LEAVE in self.raw.rpartition(ENTER)[2])

    def check(self, what, is_true):
        if not is_true:
            sys.exit(f"{what}; the end:\n{self.raw[-2000:]}")

    # --- steps ---

    def until(self, regex):
        self.wait(regex, lambda: re.search(regex, self.frame(), re.M))

    def one_more(self):
        n = self.raw.count(CLEAR)
        self.wait("a frame", lambda: self.raw.count(CLEAR) > n)
        self.wait("its end", lambda: self.frame().endswith("\n"))

    def size(self, size):
        self.rows, self.columns = map(int, size.split("x"))
        self.resize_fd(self.fd)

    def fits(self):
        lines = self.frame().split("\r\n")
        self.check("too many lines", len(lines) <= self.rows)
        self.check("too long a line",
                   max(len(line) for line in lines) <= self.columns)
        self.check("nothing shown", len(self.frame()) > 4)

    def stopped(self):
        os.waitpid(self.pid, os.WUNTRACED)
        self.wait("the terminal back", self.is_given_back)
        self.check("the line discipline", self.attributes() == self.before)

    def end(self, status):
        ended = []

        def is_over():
            ended[:] = os.waitpid(self.pid, os.WNOHANG)
            return ended[0]
        self.wait("the end", is_over)
        code = os.waitstatus_to_exitcode(ended[1])
        code = signal.Signals(-code).name[3:] if code < 0 else str(code)
        self.check(f"it ended with {code}", code == status)
        self.wait("the terminal back", self.is_given_back)

    def do(self, step):
        name, _, value = step.partition("=")
        if name == "key":
            os.write(self.fd, value.encode().decode("unicode_escape").encode())
        elif name == "signal":
            os.kill(self.pid, signal.Signals["SIG" + value])
        elif name == "frame":
            self.one_more()
        elif value:
            getattr(self, name)(value)
        else:
            getattr(self, name)()


def main():
    split = sys.argv.index("--")
    terminal = Terminal(sys.argv[split + 1:])
    try:
        for step in sys.argv[1:split]:
            terminal.do(step)
    finally:
        try:
            os.kill(terminal.pid, signal.SIGKILL)
        except ProcessLookupError:
            pass


main()
