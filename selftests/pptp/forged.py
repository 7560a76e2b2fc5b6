# SPDX-License-Identifier: GPL-2.0-only
"""Packets that a stranger makes up about somebody's control connection."""

import os
import random
import socket
import struct

import calls  # noqa: F401, pylint: disable=unused-import
import pptp_peer as pptp
from peer import command
from rawtcp import ACK, FIN, RST, checksum


def raw_socket(state, ns):
    pptp.enter(state.netns[ns])
    return socket.socket(socket.AF_INET, socket.SOCK_RAW, socket.IPPROTO_RAW)


def header(source, to, proto, payload, ident=0):
    head = struct.pack("!BBHHHBBH4s4s", 0x45, 0, 20 + len(payload), ident, 0,
                       64, proto, 0, socket.inet_aton(source),
                       socket.inet_aton(to))
    head = head[:10] + struct.pack("!H", checksum(head)) + head[12:]
    return head + payload


def tcp(source, to, seq, ack, flags, data=b""):
    head = struct.pack("!HHIIBBHHH", source[1], to[1], seq & 0xffffffff,
                       ack & 0xffffffff, 0x50, flags, 65000, 0, 0)
    pseudo = socket.inet_aton(source[0]) + socket.inet_aton(to[0]) + \
        struct.pack("!HH", socket.IPPROTO_TCP, len(head) + len(data))
    total = checksum(pseudo + head + data)
    return head[:16] + struct.pack("!H", total) + head[18:] + data


def ends(state, name):
    sock = state.clients[name].control.sock
    return sock.getsockname()[:2], sock.getpeername()[:2]


@command
def forge_icmp(state, name, where, n="64"):
    """From NS:ADDRESS, errors about what the server sent to a client."""
    ns, address = where.split(":")
    near, far = ends(state, name)
    sock = raw_socket(state, ns)
    chance = random.Random(1)
    for _ in range(int(n)):
        inner = tcp(far, near, chance.getrandbits(32), 0, ACK)
        quote = header(far[0], near[0], socket.IPPROTO_TCP, inner,
                       chance.getrandbits(16))
        body = chance.randbytes(4) + quote + os.urandom(200)
        icmp = struct.pack("!BBH", 3, 1, 0) + body
        icmp = struct.pack("!BBH", 3, 1, checksum(icmp)) + body
        sock.sendto(header(address, far[0], socket.IPPROTO_ICMP, icmp),
                    (far[0], 0))
    sock.close()


@command
def forge_end(state, name, ns, n="16"):
    """In a client's name, FIN and RST with numbers from all over."""
    near, far = ends(state, name)
    sock = raw_socket(state, ns)
    for i in range(int(n)):
        place = i * (0x100000000 // int(n)) + 12345
        for flags in (FIN | ACK, RST, RST | ACK):
            segment = tcp(near, far, place, place, flags)
            sock.sendto(header(near[0], far[0], socket.IPPROTO_TCP, segment),
                        (far[0], 0))
    sock.close()
