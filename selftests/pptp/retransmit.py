# SPDX-License-Identifier: GPL-2.0-only
"""Control messages that are sent again, in other segments; see rawtcp.py."""

import calls  # noqa: F401, pylint: disable=unused-import
import pptp_peer as pptp
from peer import command, need
from rawtcp import RawTcp


class Way:
    """One direction: who sends, who hears, and what was sent so far."""

    def __init__(self, sender, receiver):
        self.sender, self.receiver = sender, receiver
        self.sent = b""

    def send(self, data, first=0, last=None):
        """A segment with bytes first to last of this new message."""
        self.sender.segment(len(self.sent) + first, data[first:last])

    def arrived(self, n, ms=2000):
        """The other end has all of the next n bytes."""
        end = len(self.sent) + n
        return self.sender.loop.until(
            lambda: len(self.receiver.stream()) >= end, ms)

    def message(self, n):
        """How the next n bytes have come."""
        return self.receiver.stream()[len(self.sent):len(self.sent) + n]

    def acknowledge(self, data):
        """Let the other end acknowledge, and begin with the next message."""
        self.receiver.hold(False)
        self.send(data)
        done = len(self.sent) + len(data)
        need(self.sender.loop.until(lambda: self.sender.acked >= done, 2000),
             f"only {self.sender.acked} of {done} bytes are acknowledged")
        self.sent += data


@command
def raw_open(state, client, server):
    """NS:ADDRESS of each: a connection, started."""
    ns, address = server.split(":")
    far = RawTcp(state, ns, address, pptp.PORT)
    remote = address, pptp.PORT
    ns, address = client.split(":")
    near = RawTcp(state, ns, address, 40000 + state.serial(), remote)
    need(near.connect(), "no connection")
    state.out, state.back = Way(near, far), Way(far, near)
    for way, data in ((state.out, pptp.start_request()),
                      (state.back, pptp.message(pptp.START_REPLY, 0x100, 1, 0,
                                                *pptp.START_FIELDS))):
        way.send(data)
        need(way.arrived(len(data)), "the start did not come")
        way.acknowledge(data)


def pieces(data):
    """Overlapping segments, again and again, of all kinds."""
    n = len(data)
    yield from ((i, i + 3) for i in range(0, n, 3))
    yield from ((i, n) for i in range(10, 18))
    yield from ((0, i) for i in range(10, 18))
    yield from ((i, i + 1) for i in range(11, 17))
    yield 0, n


def again(way, data):
    """Send a message, and then in all kinds of other segments."""
    way.receiver.hold(True)
    way.send(data)
    need(way.arrived(len(data)), "the message did not come")
    before = len(way.receiver.heard)
    for first, last in pieces(data):
        way.send(data, first, last)
    end = len(way.sent) + len(data)
    way.sender.loop.until(lambda: sum(
        at + len(some) == end for at, some in way.receiver.heard[before:]) > 8,
        2000)
    need(not way.receiver.differ,
         f"bytes {sorted(way.receiver.differ)} came in two ways")
    need(len(way.receiver.heard) - before > 20, "too few segments came")
    return way.message(len(data))


def disorder(way, data):
    """Send a message from behind; then the way that a sender repeats it."""
    way.receiver.hold(True)
    way.send(data, 20)
    way.send(data, 14, 20)
    way.send(data, 0, 14)
    way.send(data, 0)
    need(way.arrived(len(data)), "the message did not come")
    for first, last in pieces(data):
        way.send(data, first, last)
    way.sender.loop.until(lambda: False, 100)
    need(not way.receiver.differ,
         f"bytes {sorted(way.receiver.differ)} came in two ways")
    return way.message(len(data))


def alone(way, data):
    """Cut ids byte by byte; the sender repeats each byte by itself."""
    way.receiver.hold(True)
    way.send(data, 0, 13)
    for i in (13, 14, 15):
        way.send(data, i, i + 1)
    way.send(data, 16)
    for i in (12, 13, 14, 15):
        way.send(data, i, i + 1)
    need(way.arrived(len(data)), "the message did not come")
    need(not way.receiver.differ,
         f"bytes {sorted(way.receiver.differ)} came in two ways")
    return way.message(len(data))


WAYS = {"again": again, "disorder": disorder, "alone": alone}


@command
def request(state, how, call_id, alias="1"):
    """An Outgoing-Call-Request: the same id in each segment, an alias or not."""
    data = pptp.out_call_request(int(call_id), state.serial())
    came = WAYS[how](state.out, data)
    state.own, state.seen = int(call_id), pptp.fields_of(came)[0]
    state.out.acknowledge(data)
    need(pptp.without_ids(came) == pptp.without_ids(data),
         "more than ids was changed")
    need((state.seen != state.own) == bool(int(alias)),
         f"it came with id {state.seen}")


@command
def reply(state, how):
    """The reply to it: comes with the client's own id in each segment."""
    data = pptp.out_call_reply(500, state.seen)
    came = WAYS[how](state.back, data)
    state.back.acknowledge(data)
    need(pptp.without_ids(came) == pptp.without_ids(data),
         "more than ids was changed")
    need(pptp.fields_of(came)[1] == state.own,
         f"it is about {pptp.fields_of(came)[1]}, not {state.own}")
