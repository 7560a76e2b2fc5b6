# SPDX-License-Identifier: GPL-2.0-only
"""What the scripts have IKE peers do: a command a line, from lib.sh's tell().

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

import ike_peer as ike  # noqa: E402

command = commands.command
need = commands.need


class State(ike.World):
    """The world, and names for IKE SAs; commands take patterns (a*)."""

    def __init__(self, netns):
        super().__init__(netns)
        self.gateways = {}
        self.sas = {}

    def matching(self, *patterns):
        """Names and SAs, in the order of the patterns."""
        found = [(name, sa) for pattern in patterns
                 for name, sa in self.sas.items()
                 if fnmatch.fnmatchcase(name, pattern)]
        need(found, f"no IKE SA {' '.join(patterns)}")
        return found


def main():
    sys.modules["ike_state"] = sys.modules["__main__"]
    importlib.import_module(sys.argv[1])
    commands.serve(State(dict(word.split("=") for word in sys.argv[2:])))


if __name__ == "__main__":
    main()
