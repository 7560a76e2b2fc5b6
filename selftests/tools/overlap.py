# SPDX-License-Identifier: GPL-2.0-only
"""Sends fragments that no honest host would.

    overlap.py SRC DST PROTO HEX N

HEX begins the payload of IP protocol PROTO. Of each kind N packets are sent:
pieces that overlap with other content, that are as small as can be, that lack
one in the middle, or that end beyond the largest packet. IPv4 only.
"""

import os
import socket
import struct
import sys


def fragment(src, dst, proto, ident, offset, data, more):
    """An IPv4 packet; the kernel fills in checksum and length."""
    return struct.pack("!BBHHHBBH4s4s", 0x45, 0, 0, ident,
                       offset // 8 | (0x2000 if more else 0), 64, proto, 0,
                       socket.inet_aton(src), socket.inet_aton(dst)) + data


def kinds(head):
    """Lists of (offset, data, more) for each kind."""
    body = head.ljust(64, b"\x5a")
    other = bytes(byte ^ 0xff for byte in body)
    return [
        # Another beginning in the place of the first one, and across its end.
        [(0, body, True), (0, other[:32], True), (64, body, False)],
        [(0, body, True), (32, other, True), (96, body, False)],
        # The first piece comes last, and shorter than what overlaps it.
        [(8, other, False), (0, body[:16], True)],
        # Eight bytes each: no header is whole in the first one.
        [(i, body[i:i + 8], i < 56) for i in range(0, 64, 8)],
        # A hole, and an end beyond 65535.
        [(0, body[:8], True), (24, body[24:], False)],
        [(0, body, True), (65528, body, False)],
    ]


def main(src, dst, proto, text, n):
    raw = socket.socket(socket.AF_INET, socket.SOCK_RAW, socket.IPPROTO_RAW)
    ident = os.getpid()
    for _ in range(int(n)):
        for pieces in kinds(bytes.fromhex(text)):
            ident = (ident + 1) & 0xffff or 1
            for offset, data, more in pieces:
                raw.sendto(fragment(src, dst, int(proto), ident, offset, data,
                                    more), (dst, 0))


if __name__ == "__main__":
    main(*sys.argv[1:])
