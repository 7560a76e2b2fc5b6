# SPDX-License-Identifier: GPL-2.0-only
"""Bytes that nobody should send, as control messages and as data."""

import random
import struct

import l2tp_peer as l2tp
import sessions  # noqa: F401, pylint: disable=unused-import
from l2tp_state import command, need
from l2tp_peer import Avp, u16, u32

HELLO = u16(l2tp.TYPE, l2tp.HELLO)
CONTROL = l2tp.FLAGS_CONTROL
# Kinds whose headers say nothing.
UNREADABLE = ("lengths", "flags", "versions")


def altered(data, offset, layout, value):
    size = struct.calcsize(layout)
    return data[:offset] + struct.pack(layout, value) + data[offset + size:]


class Maker:
    """Messages to the other end of a tunnel, as it stands.

    Each generator is a kind of them. They are from the control header on.
    """

    def __init__(self, tunnel):
        self.tunnel = tunnel
        self.version = tunnel.version

    def message(self, *avps, tail=b""):
        """Its length takes in what is no AVP."""
        data = l2tp.control(self.version, self.tunnel.peer, 0, 9, 9, avps)
        return altered(data + tail, 2, "!H", len(data) + len(tail))

    def hello(self):
        return self.message(HELLO)

    def lengths(self):
        """Of the message."""
        for size in (0, 4, 11, 21, 1000, 65535):
            yield altered(self.hello(), 2, "!H", size)
        yield self.hello()[:-1]
        yield self.hello()[:12]

    def avp_lengths(self):
        """Too short for a header, past the end, leftovers."""
        for size in (0, 1, 5, 7, 9, 12, 1023):
            yield altered(self.hello(), 12, "!H", l2tp.MANDATORY | size)
        one = self.message(HELLO, u16(l2tp.WINDOW, 4))
        for size in (0, 5, 9, 200, 1023):
            yield altered(one, 20, "!H", l2tp.MANDATORY | size)
        yield self.message(HELLO, tail=b"abc")
        yield self.message(HELLO, tail=b"abcde")

    def values(self):
        """AVPs that are known, with values of a length that they have not."""
        for kind in (l2tp.TUNNEL_ID, l2tp.CALL_ID):
            for size in (0, 1, 3, 4):
                yield self.message(HELLO, Avp(kind, bytes(size)))
        for kind in (l2tp.CCID, l2tp.LOCAL_ID, l2tp.REMOTE_ID):
            for size in (0, 2, 3, 5):
                yield self.message(HELLO, Avp(kind, bytes(size)))
        for size in (1, 3, 5, 9):
            yield self.message(HELLO, Avp(l2tp.COOKIE, bytes(size)))
        for size in (0, 1, 16, 18):
            yield self.message(HELLO, Avp(l2tp.DIGEST, bytes(size)))

    def order(self):
        """Message Type elsewhere, of another length, twice; a late digest."""
        yield self.message(u16(l2tp.WINDOW, 4), HELLO)
        yield self.message(Avp(l2tp.TYPE, b"\6"))
        yield self.message(Avp(l2tp.TYPE, bytes(4)))
        yield self.message(HELLO, HELLO)
        yield self.message(HELLO._replace(vendor=9))
        yield self.message(HELLO._replace(flags=l2tp.HIDDEN))
        yield self.message(HELLO, u16(l2tp.WINDOW, 4),
                           Avp(l2tp.DIGEST, bytes(17)))
        for avp in (u16(l2tp.TUNNEL_ID, 5), u32(l2tp.CCID, 5),
                    u32(l2tp.LOCAL_ID, 5), Avp(l2tp.COOKIE, bytes(8))):
            yield self.message(HELLO, avp, avp)

    def flags(self):
        """Of the control header: L and S must be there, O and P must not."""
        wrong = [CONTROL ^ l2tp.FLAG_LENGTH, CONTROL ^ l2tp.FLAG_SEQUENCE,
                 l2tp.FLAG_CONTROL]
        if self.version == 2:
            wrong += [CONTROL | l2tp.FLAG_OFFSET, CONTROL | l2tp.FLAG_PRIORITY]
        for flags in wrong:
            yield altered(self.hello(), 0, "!H", flags | self.version)

    def versions(self):
        # What says it is version 2 is that, over UDP.
        others = (0, 1, 4, 15) if self.tunnel.sock.udp else (0, 1, 2, 4, 15)
        for version in others:
            yield altered(self.hello(), 0, "!H", CONTROL | version)

    def avps(self):
        """Mandatory AVPs that nobody knows: by type, vendor, reserved bits."""
        yield self.message(HELLO, u16(20, 1))
        yield self.message(HELLO, u16(99, 1))
        yield self.message(HELLO, u16(65535, 1))
        yield self.message(HELLO, Avp(l2tp.TUNNEL_ID, b"ab", vendor=9))
        yield self.message(HELLO, Avp(l2tp.WINDOW, b"ab",
                                      l2tp.MANDATORY | 0x400))

    def fine(self):
        """What is odd, but nobody's business."""
        yield self.message()
        yield self.message(u16(l2tp.TYPE, 99))
        yield self.message(HELLO, Avp(99, b"optional", 0))
        yield self.message(HELLO, Avp(l2tp.TUNNEL_ID, b"vendor's", 0, 9))
        yield self.message(HELLO, Avp(l2tp.HOST, bytes(1017)))
        yield self.message(HELLO, Avp(l2tp.HOST, b""))
        yield self.hello() + b"behind its end"

    def last(self):
        yield self.message(HELLO, Avp(l2tp.HOST, b"the last one"))

    def hidden(self):
        for kind in (l2tp.TUNNEL_ID, l2tp.CCID, l2tp.LOCAL_ID):
            yield self.message(HELLO, Avp(l2tp.RANDOM, b"random"), Avp(
                kind, bytes(16), l2tp.MANDATORY | l2tp.HIDDEN))


def same(packet, data):
    """As it was sent, but for the id in the header, which may be an alias."""
    return packet[:4] == data[:4] and packet[8:] == data[8:]


def deafen(socks):
    """They take notice of nothing until they hear again."""
    kept = [(sock, sock.tunnels, sock.on_control) for sock in socks]
    for sock in socks:
        sock.tunnels, sock.on_control = {}, None
    return kept


def hear_again(kept):
    for sock, tunnels, on_control in kept:
        sock.tunnels, sock.on_control = tunnels, on_control
        sock.strays.clear()


def is_lost(sender, what):
    """Protocol 115 has no ports: only the header says whose a packet is."""
    return sender.server and not sender.sock.udp and what in UNREADABLE


def passes(state, ends, what):
    """All of a kind come through, in one direction; how many there are."""
    sender, receiver = ends
    start = 0 if sender.sock.udp else 4
    n = 0
    kept = deafen([receiver.sock])
    for data in getattr(Maker(sender), what)():
        before = len(receiver.sock.packets)
        sender.sock.send_control(sender.remote, data)
        n += 1
        if is_lost(sender, what):
            continue
        came = state.loop.until(lambda data=data, before=before: any(
            same(packet.data[start:], data)
            for packet in receiver.sock.packets[before:]), 1500)
        need(came, f"{what}: {data.hex()} did not come, but " + ", ".join(
            packet.data.hex() for packet in receiver.sock.packets[before:]))
    hear_again(kept)
    return n


@command
def bad(state, what, pattern):
    """Both ends of tunnels send all of this kind; they come unchanged.

    How many there were is told: of those that nothing but the port says of
    that they are L2TP, those at port 1701.
    """
    for tunnel in state.tunnels_matching(pattern):
        far = state.far_of(tunnel)
        n = passes(state, (tunnel, far), what)
        back = passes(state, (far, tunnel), what)
        if what not in UNREADABLE or far.remote[1] in (0, l2tp.PORT):
            n += back
        print(f"{state.name_of(tunnel)}: {n} messages")


def short(tunnel):
    """Data, and what looks like it, cut short anywhere."""
    if tunnel.sock.udp:
        whole = l2tp.data_v2(tunnel.peer, 7, b"", l2tp.FLAG_LENGTH |
                             l2tp.FLAG_SEQUENCE | l2tp.FLAG_OFFSET) \
            if tunnel.version == 2 else l2tp.data_v3(7, b"", True)
    else:
        whole = struct.pack("!II", 0, 0x12345678)
    for n in range(len(whole)):
        yield whole[:n]
    yield tunnel.last[:11]


@command
def cut(state, pattern):
    """Send all of these from both ends."""
    kept = deafen(state.socks.values())
    for tunnel in state.tunnels_matching(pattern):
        for end in (tunnel, state.far_of(tunnel)):
            for data in short(end):
                end.sock.send(end.remote, data)
        passes(state, (tunnel, state.far_of(tunnel)), "last")
    hear_again(kept)


@command
def unknown(state, pattern):
    """Messages about tunnels and sessions that there are not."""
    for tunnel in state.tunnels_matching(pattern):
        for end in (tunnel, state.far_of(tunnel)):
            maker = Maker(end)
            for peer in (end.peer, 4711):
                for kind in (l2tp.STOPCCN, l2tp.ICRP, l2tp.CDN, l2tp.SLI):
                    data = maker.message(u16(l2tp.TYPE, kind),
                                         u16(l2tp.CALL_ID, 4712),
                                         u32(l2tp.LOCAL_ID, 4712),
                                         u32(l2tp.REMOTE_ID, 4713))
                    if kind == l2tp.STOPCCN and peer == end.peer:
                        continue
                    data = altered(data, 4, "!H" if end.version == 2 else "!I",
                                   peer)
                    end.sock.send_control(end.remote, data)


@command
def noise(state, pattern, n="100", seed="1"):
    """Random bytes, and messages with some of theirs changed."""
    rng = random.Random(int(seed))
    kept = deafen(state.socks.values())
    for tunnel in state.tunnels_matching(pattern):
        for end in (tunnel, state.far_of(tunnel)):
            maker = Maker(end)
            good = [maker.message(HELLO, end.assigned(),
                                  u32(l2tp.LOCAL_ID, 9),
                                  Avp(l2tp.COOKIE, bytes(8)))]
            for _ in range(int(n)):
                data = bytearray(rng.choice(good))
                for _ in range(rng.randrange(1, 6)):
                    data[rng.randrange(len(data))] = rng.randrange(256)
                end.sock.send_control(end.remote, bytes(data))
                end.sock.send(end.remote, rng.randbytes(rng.randrange(64)))
                state.loop.step(0)
    # The last of it has come when this has.
    for tunnel in state.tunnels_matching(pattern):
        passes(state, (tunnel, state.far_of(tunnel)), "last")
    hear_again(kept)


@command
def flood(state, where, to, n, version="2", proto="udp"):
    """So many SCCRQs of one address, each with an id of its own."""
    ns, address = sessions.place(where)
    sock = state.sock(ns, address, None if proto == "ip" else l2tp.PORT)
    for own in range(1, int(n) + 1):
        l2tp.open_tunnel(state, sock, int(version), own,
                         (to, l2tp.PORT if proto == "udp" else 0))
        state.loop.step(0)
