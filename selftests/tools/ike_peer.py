# SPDX-License-Identifier: GPL-2.0-only
"""Both ends of IKE (RFC 7296, RFC 2408) and ESP (RFC 4303), packet by packet, in
network namespaces, IPv4 and IPv6.

Nothing is encrypted: behind the IKE header, or the ESP header, stands a token
that no other packet has. One process and one thread hold the sockets of all
clients and gateways, as in pptp_peer, whose loop this uses.
"""

import itertools
import socket
import struct
import time

from pptp_peer import Loop, enter, family_of

PORT = 500
ESP = 50
HEADER = "!8s8sBBBBII"
HEADER_LEN = 28
NO_COOKIE = bytes(8)

INITIATOR, RESPONSE = 0x08, 0x20

# Exchange types of both versions, by name.
KINDS = {
    "main": 2, "quick": 32, "v1info": 5,
    "init": 34, "auth": 35, "child": 36, "info": 37, "followup": 44,
}
BEGIN_TUNNELS = "auth", "child", "quick"


class Message:
    """A received datagram on an IKE socket, and its header if it has one."""

    def __init__(self, data, source):
        self.data = data
        self.source = source
        self.initiator = self.responder = None
        if len(data) >= HEADER_LEN:
            (self.initiator, self.responder, self.next, self.version,
             self.exchange, self.flags, self.id, self.length) = \
                struct.unpack_from(HEADER, data)


class Packet:
    """A received ESP packet."""

    def __init__(self, data, source):
        self.data = data
        self.source = source
        self.spi, self.seq = struct.unpack_from("!II", data)


class Sock:
    """UDP, or raw ESP where port is None; got is all that came."""

    def __init__(self, world, address, port):
        self.port = port
        self.address = address
        self.family = family_of(address)
        kind = (socket.SOCK_RAW, ESP) if port is None else \
            (socket.SOCK_DGRAM, socket.IPPROTO_UDP)
        self.sock = socket.socket(self.family, *kind)
        self.sock.bind((address, port or 0))
        self.sock.setblocking(False)
        self.sock.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 1 << 20)
        self.got = []
        world.loop.watch(self.sock, self.read)

    def read(self):
        while True:
            try:
                data, source = self.sock.recvfrom(65536)
            except BlockingIOError:
                return
            except OSError:
                continue    # an ICMP error
            if self.port is not None:
                self.got.append(Message(data, source[:2]))
                continue
            if self.family == socket.AF_INET:
                data = data[(data[0] & 15) * 4:]
            if len(data) >= 8:
                self.got.append(Packet(data, source[0]))

    def send(self, to, data):
        """False if there is no way."""
        try:
            return self.sock.sendto(data, to) == len(data)
        except OSError:
            return False

    def find(self, data):
        """What came, if these very bytes did."""
        return next((one for one in reversed(self.got) if one.data == data),
                    None)


class Tunnel:
    """A pair of SPIs, and where the gateway has it from."""

    def __init__(self, out, back):
        self.spi = {"client": out, "gateway": back}
        self.seq = {"client": 0, "gateway": 0}

    def packet(self, by, token, seq=None):
        if seq is None:
            self.seq[by] += 1
            seq = self.seq[by]
        return struct.pack("!II", self.spi[by], seq) + token


class Sa:
    """An IKE SA: both ends, where the gateway has it from, its tunnels.

    where is an address and a port, esp_where an address.
    """

    def __init__(self, world, near, far, version):
        self.world = world
        self.end = {"client": near, "gateway": far}
        self.version = version
        self.initiator = world.cookie()
        self.responder = NO_COOKIE
        self.begun_by = "client"
        self.where = None
        self.esp_where = None
        self.ids = {"client": itertools.count(), "gateway": itertools.count()}
        self.last = {"client": 0, "gateway": 0}
        self.tunnels = []

    def next_id(self, by):
        """Of a new request; version 1 takes any that is not zero."""
        self.last[by] = next(self.world.numbers) if self.version == 1 else \
            next(self.ids[by])
        return self.last[by]

    def message(self, kind, by, number, response=False, size=248, length=None,
                version=None, following=46, responder=None, initiator=None):
        flags = (INITIATOR if by == self.begun_by else 0) | \
            (RESPONSE if response else 0)
        if self.version == 1:
            flags = 1
        head = struct.pack(
            HEADER, initiator or self.initiator, responder or self.responder,
            following, (self.version if version is None else version) << 4,
            kind, flags, number,
            size if length is None else length)
        return (head + self.world.token(size))[:size]

    def target(self, by):
        """Where messages of this end go to."""
        if by == "gateway":
            return self.where
        return self.end["gateway"].address, self.end["gateway"].port


class World:
    """Everything in this process."""

    def __init__(self, netns):
        self.netns = netns
        self.loop = Loop()
        self.socks = {}
        self.cookies = itertools.count(0x6b65000000000001)
        self.tokens = itertools.count(1)
        self.numbers = itertools.count(0x70000001)
        self.spis = itertools.count(1)

    def sock(self, ns, address, port=PORT):
        """The one socket of this address and port; None is raw ESP."""
        key = ns, address, port
        if key not in self.socks:
            enter(self.netns[ns])
            self.socks[key] = Sock(self, address, port)
        return self.socks[key]

    def esp_sock(self, sock):
        """The ESP socket beside an IKE socket."""
        ns = next(key[0] for key, one in self.socks.items() if one is sock)
        return self.sock(ns, sock.address, None)

    def cookie(self):
        return next(self.cookies).to_bytes(8, "big")

    def token(self, size):
        """A payload that no other packet has."""
        return f"token {next(self.tokens)} ".encode().ljust(size, b".")

    def tunnel(self):
        number = next(self.spis)
        return Tunnel(0x10000 + number, 0x20000 + number)

    def arrives(self, sock, data, ms):
        """What came of it, or None."""
        self.loop.until(lambda: sock.find(data), ms)
        return sock.find(data)


OTHER = {"client": "gateway", "gateway": "client"}


def carry(sa, by, data, ms, to=None):
    """Send a message of one end; what the other end got, or None."""
    sa.end[by].send(to or sa.target(by), data)
    came = sa.world.arrives(sa.end[OTHER[by]], data, ms)
    if came and by == "client":
        sa.where = came.source
    return came


def carry_again(sa, by, data, ms):
    """The same of a request, which is sent again until it comes."""
    end = time.monotonic() + ms / 1000
    while time.monotonic() < end:
        came = carry(sa, by, data, 300)
        if came:
            return came
    return None


def carry_esp(sa, by, tunnel, ms, seq=None):
    """Send an ESP packet of one end; what the other end got, or None."""
    world = sa.world
    data = tunnel.packet(by, world.token(64), seq)
    near, far = (world.esp_sock(sa.end[end]) for end in (by, OTHER[by]))
    to = far.address if by == "client" else sa.esp_where or sa.where[0]
    near.send((to, 0), data)
    came = world.arrives(far, data, ms)
    if came and by == "client":
        sa.esp_where = came.source
    return came
