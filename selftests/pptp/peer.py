# SPDX-License-Identifier: GPL-2.0-only
"""What the scripts have PPTP peers do: a command a line, from lib.sh's tell().

    python3 peer.py SCENARIO NAME=NETNS...

The module SCENARIO of this folder has the commands. Each says what it sees, and
ends with "= ok" or "= failed". Meanwhile servers answer all the time.
"""

import fnmatch
import importlib
import os
import sys
import traceback

sys.path.insert(0, os.path.join(os.path.dirname(sys.argv[0]), "../tools"))

import pptp_peer as pptp  # noqa: E402

COMMANDS = {}


class Failure(Exception):
    """A command did not find what it should."""


def command(function):
    """Decorator: a command of this name, called with the State."""
    COMMANDS[function.__name__] = function
    return function


def need(condition, text):
    if not condition:
        raise Failure(text)


class State(pptp.World):
    """The world, and names for what is in it: servers, clients, their calls.

    A call is named CLIENT/ID, and commands take patterns (a*/7).
    """

    def __init__(self, netns):
        super().__init__(netns)
        self.servers = {}
        self.clients = {}
        self.calls = {}
        self.traffic = None

    def until(self, condition, ms, text):
        need(self.loop.until(condition, int(ms)), text)

    def matching(self, pattern):
        found = [call for name, call in self.calls.items()
                 if fnmatch.fnmatchcase(name, pattern)]
        need(found, f"no call {pattern}")
        return found

    def name_of(self, call):
        return next(name for name, other in self.calls.items()
                    if other is call)


def arguments(function, rest):
    """NAME=VALUE is meant by name if the command has such a parameter."""
    code = function.__code__
    names = code.co_varnames[1:code.co_argcount + code.co_kwonlyargcount]
    words, options = [], {}
    for word in rest:
        key, found, value = word.partition("=")
        if found and key in names:
            options[key] = value
        else:
            words.append(word)
    return words, options


def run_line(state, line):
    """Run a command; true if it succeeded."""
    name, *rest = line.split()
    try:
        function = COMMANDS[name]
        words, options = arguments(function, rest)
        function(state, *words, **options)
    except Failure as failure:
        print(failure)
        return False
    except Exception:  # pylint: disable=broad-except
        traceback.print_exc(file=sys.stdout)
        return False
    return True


def serve(state):
    """Commands from standard input, until it ends."""
    buffer = bytearray()
    ended = False

    def read():
        nonlocal ended
        data = os.read(0, 65536)
        buffer.extend(data)
        ended = not data

    state.loop.watch(sys.stdin, read)
    while not ended:
        state.loop.until(lambda: b"\n" in buffer or ended, 600000)
        while b"\n" in buffer:
            line, _, rest = bytes(buffer).partition(b"\n")
            buffer[:] = rest
            good = run_line(state, line.decode())
            print("= ok" if good else "= failed", flush=True)


def main():
    # Scenarios import this module under its own name.
    sys.modules["peer"] = sys.modules["__main__"]
    importlib.import_module(sys.argv[1])
    serve(State(dict(word.split("=") for word in sys.argv[2:])))


if __name__ == "__main__":
    main()
