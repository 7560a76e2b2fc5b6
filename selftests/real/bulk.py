#!/usr/bin/python3
# SPDX-License-Identifier: GPL-2.0-only
"""
Send random bytes both ways through TCP connections, all at once, and compare
checksums:

    bulk.py [-t SECONDS] BYTES NETNS,ADDRESS,NETNS,ADDRESS...

Each argument is a connection: from the first address, in the first network
namespace, to the second. Prints a line for each; exits with 0 if all bytes have
arrived, in time, as they were sent.
"""

import argparse
import ctypes
import hashlib
import os
import selectors
import socket
import sys
import time

CLONE_NEWNET = 0x40000000
CHUNK = 65536
libc = ctypes.CDLL(None, use_errno=True)


def enter(netns):
    """Go into a namespace: sockets stay in the one they were made in."""
    fd = os.open("/run/netns/" + netns, os.O_RDONLY)
    if libc.setns(fd, CLONE_NEWNET):
        sys.exit(f"{netns}: {os.strerror(ctypes.get_errno())}")
    os.close(fd)


class End:
    """One end of a connection: sends all it has, and sums what it gets."""

    def __init__(self, size):
        self.left = memoryview(os.urandom(size))
        self.digest = hashlib.sha256(self.left).hexdigest()
        self.sum = hashlib.sha256()
        self.got = 0
        self.sock = None

    def adopt(self, selector, sock):
        """Take a socket that is, or soon will be, connected."""
        self.sock = sock
        sock.setblocking(False)
        selector.register(sock, selectors.EVENT_READ | selectors.EVENT_WRITE,
                          self.run)

    def run(self, selector, events):
        """Send and receive what can be."""
        if events & selectors.EVENT_WRITE:
            if self.left:
                self.left = self.left[self.sock.send(self.left[:CHUNK]):]
            else:
                selector.modify(self.sock, selectors.EVENT_READ, self.run)
        if events & selectors.EVENT_READ:
            data = self.sock.recv(CHUNK)
            self.sum.update(data)
            self.got += len(data)
            if not data:
                selector.unregister(self.sock)


class Pair:
    """A connection, with both its ends in this process."""

    def __init__(self, selector, size, text):
        self.name = text
        self.size = size
        self.near, self.far = End(size), End(size)
        near_ns, near_addr, far_ns, far_addr = text.split(",")
        enter(far_ns)
        self.listener = socket.create_server((far_addr, 0))
        selector.register(self.listener, selectors.EVENT_READ, self.accept)
        enter(near_ns)
        sock = socket.socket()
        sock.setblocking(False)
        sock.bind((near_addr, 0))
        sock.connect_ex(self.listener.getsockname())
        self.near.adopt(selector, sock)

    def accept(self, selector, _events):
        """The other end has come."""
        sock, _ = self.listener.accept()
        selector.unregister(self.listener)
        self.far.adopt(selector, sock)

    def done(self):
        """All has arrived, both ways."""
        return self.near.got >= self.size and self.far.got >= self.size

    def good(self):
        """It is what was sent."""
        return (self.near.sum.hexdigest() == self.far.digest and
                self.far.sum.hexdigest() == self.near.digest)

    def report(self):
        """Text for the user."""
        return (f"{self.name} there {self.far.got} back {self.near.got} "
                f"of {self.size}, {'same' if self.good() else 'NOT the same'}")


def main():
    """Run until all is done, or time is up."""
    parser = argparse.ArgumentParser(usage=__doc__)
    parser.add_argument("-t", type=float, default=30, dest="seconds")
    parser.add_argument("size", type=int)
    parser.add_argument("pairs", nargs="+")
    args = parser.parse_args()
    selector = selectors.DefaultSelector()
    pairs = [Pair(selector, args.size, text) for text in args.pairs]
    start = time.monotonic()
    while not all(pair.done() for pair in pairs):
        left = start + args.seconds - time.monotonic()
        if left <= 0:
            break
        for key, events in selector.select(left):
            key.data(selector, events)
    for pair in pairs:
        print(pair.report())
    print(f"{time.monotonic() - start:.1f} s")
    return 0 if all(pair.good() for pair in pairs) else 1


try:
    sys.exit(main())
except OSError as error:
    sys.exit(f"bulk.py: {error}")
