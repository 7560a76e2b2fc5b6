# SPDX-License-Identifier: GPL-2.0-only
"""What the scripts have L2TP peers do: a command a line, from lib.sh's tell().

    python3 peer.py SCENARIO NAME=NETNS...

The module SCENARIO of this folder has the commands; how they are read is as
for PPTP.
"""

import fnmatch
import importlib
import os
import sys

HERE = os.path.dirname(os.path.abspath(sys.argv[0]))

sys.path.insert(0, os.path.join(HERE, "../tools"))
sys.path.insert(0, os.path.join(HERE, "../pptp"))
commands = importlib.import_module("peer")
sys.path.remove(os.path.join(HERE, "../pptp"))

import l2tp_peer as l2tp  # noqa: E402

command = commands.command
need = commands.need


class State(l2tp.World):
    """The world, and names for what is in it: servers, tunnels, sessions.

    A session is named TUNNEL/ID, and commands take patterns (a*/7).
    """

    def __init__(self, netns):
        super().__init__(netns)
        self.servers = {}
        self.clients = {}       # their tunnels
        self.calls = {}         # their sessions
        self.wires = {}
        self.traffic = None

    def until(self, condition, ms, text):
        need(self.loop.until(condition, int(ms)), text)

    def matching(self, pattern):
        """Sessions."""
        found = [call for name, call in self.calls.items()
                 if fnmatch.fnmatchcase(name, pattern)]
        need(found, f"no session {pattern}")
        return found

    def tunnels_matching(self, pattern):
        found = [tunnel for name, tunnel in self.clients.items()
                 if fnmatch.fnmatchcase(name, pattern)]
        need(found, f"no tunnel {pattern}")
        return found

    def name_of(self, call):
        return next(name for name, other in
                    [*self.calls.items(), *self.clients.items()]
                    if other is call)

    def far_of(self, tunnel):
        return self.tunnels.get(tunnel.host)


def main():
    sys.modules["l2tp_state"] = sys.modules["__main__"]
    importlib.import_module(sys.argv[1])
    commands.serve(State(dict(word.split("=") for word in sys.argv[2:])))


if __name__ == "__main__":
    main()
