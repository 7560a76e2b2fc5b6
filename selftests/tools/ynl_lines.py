# SPDX-License-Identifier: GPL-2.0-only
"""The kernel's netlink client, ynl, again and again in one process.

    python3 ynl_lines.py FOLDER

FOLDER has its cli.py. Each line of standard input is its arguments, as a shell
would have them; after what it writes comes a line "= STATUS". The specification,
which takes long to read, is read once. What --sleep waits for, after "listening",
is the next line.
"""

import copy
import functools
import shlex
import sys
import traceback

import yaml

sys.path.insert(0, sys.argv[1])
sys.path.insert(0, sys.argv[1] + "/pyynl")
import cli  # noqa: E402

LOADER = getattr(yaml, "CSafeLoader", yaml.SafeLoader)


@functools.lru_cache
def load(text):
    return yaml.load(text, Loader=LOADER)


def read_once(stream):
    return copy.deepcopy(load(stream.read()))


def until_next_line(_):
    print("listening", flush=True)
    sys.stdin.readline()


def run(words):
    sys.argv = ["cli.py"] + words
    try:
        cli.main()
    except SystemExit as end:
        return end.code or 0
    except Exception:  # pylint: disable=broad-except
        traceback.print_exc(file=sys.stdout)
        return 1
    return 0


def main():
    yaml.safe_load = read_once
    cli.time.sleep = until_next_line
    cli.exit = sys.exit         # that of site closes standard input
    while line := sys.stdin.readline():
        status = run(shlex.split(line))
        print("=", status, flush=True)


main()
