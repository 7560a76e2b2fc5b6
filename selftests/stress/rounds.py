# SPDX-License-Identifier: GPL-2.0-only
"""Packets for a long time, of PPTP or of L2TP, beside their other commands."""

import importlib
import sys
import time

from peer import command

L2TP = "l2tp_state" in sys.modules

importlib.import_module("sessions" if L2TP else "calls")
wire = importlib.import_module("l2tp_peer" if L2TP else "pptp_peer")


@command
def forget(state):
    """Packets that have come: there will be many, and some may be odd."""
    if not L2TP:
        for at in state.gre_sockets.values():
            at.packets.clear()
            at.by_payload.clear()
        return
    for one in state.calls.values():
        one.got.clear()
        if one.serial in state.far:
            state.far[one.serial].got.clear()


@command
def rounds(state, pattern, ms, every="250"):
    """A packet each way of each call, for so long; says how many were lost."""
    end = time.monotonic() + int(ms) / 1000
    sent = lost = 0
    while time.monotonic() < end:
        calls = state.matching(pattern)
        no_out, no_back = wire.exchange(state, calls, 2000)[:2]
        sent += 2 * len(calls)
        lost += len(no_out) + len(no_back)
        forget(state)
        state.loop.until(lambda: False, int(every))
    print(f"sent {sent} lost {lost}")
