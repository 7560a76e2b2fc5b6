#!/usr/bin/python3
# SPDX-License-Identifier: GPL-2.0-only
"""
A RADIUS server (RFC 2865) for a test: lets everybody in.

    radius.py PREFIX SECRET

Listens on 127.0.0.1, port 1812. The user whose name is a number N gets the
address PREFIX.N, as in 172.17.0.11.
"""

import hashlib
import socket
import struct
import sys

ACCESS_REQUEST, ACCESS_ACCEPT = 1, 2
USER_NAME, SERVICE_TYPE, FRAMED_PROTOCOL, FRAMED_ADDRESS = 1, 6, 7, 8
PPP = 1
FRAMED_SERVICE = 2
HEADER = struct.Struct("!BBH16s")


def attribute(data, wanted):
    """The value of an attribute in a request's data, or None."""
    while len(data) >= 2 and data[1] >= 2:
        kind, length = data[0], data[1]
        if kind == wanted:
            return data[2:length]
        data = data[length:]
    return None


def accept(request, prefix, secret):
    """The answer to a request, or None."""
    code, ident, length, authenticator = HEADER.unpack_from(request)
    user = attribute(request[HEADER.size:length], USER_NAME)
    if code != ACCESS_REQUEST or not user:
        return None
    address = socket.inet_aton(f"{prefix}.{int(user)}")
    values = (struct.pack("!BBI", SERVICE_TYPE, 6, FRAMED_SERVICE) +
              struct.pack("!BBI", FRAMED_PROTOCOL, 6, PPP) +
              struct.pack("!BB4s", FRAMED_ADDRESS, 6, address))
    length = HEADER.size + len(values)
    header = HEADER.pack(ACCESS_ACCEPT, ident, length, authenticator)
    digest = hashlib.md5(header + values + secret.encode()).digest()
    return HEADER.pack(ACCESS_ACCEPT, ident, length, digest) + values


def main():
    """Answer until killed."""
    prefix, secret = sys.argv[1:]
    sock = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
    sock.bind(("127.0.0.1", 1812))
    while True:
        request, peer = sock.recvfrom(4096)
        if len(request) < HEADER.size:
            continue
        answer = accept(request, prefix, secret)
        if answer:
            sock.sendto(answer, peer)


main()
