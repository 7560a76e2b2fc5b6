# SPDX-License-Identifier: GPL-2.0-only
"""One end of a TCP connection, segment by segment, over a raw socket.

For what the kernel's TCP never does: sending the same bytes again in other
segments, out of order, and not acknowledging. The namespace must drop the
resets that its kernel sends for connections that it does not know.
"""

import socket
import struct

import pptp_peer as pptp

FIN, SYN, RST, PSH, ACK = 1, 2, 4, 8, 16
FIRST = 1000000         # our first sequence number


def checksum(data):
    if len(data) % 2:
        data += b"\0"
    total = sum(struct.unpack(f"!{len(data) // 2}H", data))
    while total >> 16:
        total = (total & 0xffff) + (total >> 16)
    return ~total & 0xffff


class RawTcp:
    """port is ours; remote is (address, port), or None for who connects.

    heard: what has come in, as (offset, data) for each segment; bytes: what is
    known of the other end's stream, by offset; differ: offsets at which two
    segments said two things; acked: how much of ours was acknowledged.
    """

    def __init__(self, world, ns, address, port, remote=None):
        self.address, self.port, self.remote = address, port, remote
        self.loop = world.loop
        self.heard, self.bytes, self.differ = [], {}, set()
        self.acked = 0
        self.theirs = None      # sequence number of their first byte
        self.acknowledge = True
        self.open = False
        pptp.enter(world.netns[ns])
        self.sock = socket.socket(socket.AF_INET, socket.SOCK_RAW,
                                  socket.IPPROTO_TCP)
        self.sock.bind((address, 0))
        self.sock.setblocking(False)
        self.loop.watch(self.sock, self.read)

    def emit(self, seq, flags, data=b""):
        ack = 0 if self.theirs is None else self.theirs + self.in_order()
        head = struct.pack("!HHIIBBHHH", self.port, self.remote[1], seq,
                           ack & 0xffffffff, 0x50, flags, 65000, 0, 0)
        pseudo = socket.inet_aton(self.address) + \
            socket.inet_aton(self.remote[0]) + \
            struct.pack("!HH", socket.IPPROTO_TCP, len(head) + len(data))
        total = checksum(pseudo + head + data)
        head = head[:16] + struct.pack("!H", total) + head[18:]
        self.sock.sendto(head + data, (self.remote[0], 0))

    def connect(self, ms=3000):
        self.emit(FIRST - 1, SYN)
        return self.loop.until(lambda: self.open, ms)

    def segment(self, offset, data):
        """Send these bytes, which begin at this place of our stream."""
        self.emit(FIRST + offset, PSH | ACK, data)

    def in_order(self):
        """How much of their stream may be acknowledged."""
        if not self.acknowledge:
            return self.kept
        n = self.kept
        while n in self.bytes:
            n += 1
        self.kept = n
        return n

    kept = 0

    def hold(self, on):
        """Do not acknowledge any more, or again; from the next one on."""
        self.in_order()
        self.acknowledge = not on

    def stream(self):
        """Their stream, as far as it has come without a gap."""
        n = 0
        while n in self.bytes:
            n += 1
        return bytes(self.bytes[i] for i in range(n))

    def read(self):
        while True:
            try:
                data, source = self.sock.recvfrom(65536)
            except BlockingIOError:
                return
            self.take(data[(data[0] & 15) * 4:], source[0])

    def take(self, data, source):
        sport, dport, seq, ack, size, flags = struct.unpack_from("!HHIIBB",
                                                                 data)
        if dport != self.port or (self.remote and
                                  self.remote != (source, sport)):
            return
        if flags & SYN:
            self.remote = source, sport
            self.theirs = (seq + 1) & 0xffffffff
            self.open = True
            self.emit(FIRST if flags & ACK else FIRST - 1,
                      ACK if flags & ACK else SYN | ACK)
            return
        if flags & ACK:
            self.acked = max(self.acked, ack - FIRST)
        self.take_data((seq - self.theirs) & 0xffffffff,
                       data[(size >> 4) * 4:])

    def take_data(self, offset, data):
        if not data:
            return
        self.heard.append((offset, data))
        for i, byte in enumerate(data):
            if self.bytes.setdefault(offset + i, byte) != byte:
                self.differ.add(offset + i)
        if self.acknowledge:
            self.emit(FIRST + self.acked, ACK)
