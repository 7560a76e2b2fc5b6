#!/usr/bin/python3
# SPDX-License-Identifier: GPL-2.0-only
"""
What real IKE daemons are to do, when, and what must come of it; a command a
line, from lib.sh's tell(), answered by "= ok" or "= failed":

    ike.py WHACK FOLDER g=NETNS NAME=NETNS,INNER,FAR...

g is the gateway, each other NAME a client that pings FAR from INNER. Daemons
have their control socket in FOLDER/run-NAME and log to FOLDER/out-NAME.

    up MS NAME...       they initiate, each within MS, and each must be answered
                        within 5 s of its SA, then all of them at once
    answered N          so many of them were
    down NAME...        they terminate
    rekey WHAT SIDE MS NAME...  "child" or "ike", initiated by "client" or
                        "gateway", each within MS
    traffic MS NAME...  from now on, these ping all the time
    more N              wait until each of them has so many more answers
    quiet               they stop, and must have lost nothing, except while
                        the daemons exchanged new keys: the one that answers
                        sends with a new SPI before the other can receive
    working NAME...     all at once, they lose nothing
    restarted NAME      its log begins anew
    total               rounds and clients of all "up" so far

A command to a daemon is what the program whack sends: it is run just once for
each, and what it sends is kept. So many daemons can be told in one instant.
"""

import collections
import ctypes
import heapq
import itertools
import os
import random
import select
import socket
import struct
import subprocess
import sys
import time

CLONE_NEWNET = 0x40000000
ANSWER_S = 5.0          # from an SA to the first answer
UP_S = 30.0             # from the command to an SA
PING_S = 0.1
AFTER = 10              # pings that all send once they all work
ECHO = {socket.AF_INET: (socket.IPPROTO_ICMP, 8, 0),
        socket.AF_INET6: (socket.IPPROTO_ICMPV6, 128, 129)}
VERBS = {
    "initiate": ["--initiate", "--asynchronous"],
    "terminate": ["--terminate"],
    "child": ["--rekey-ipsec", "--asynchronous"],
    "ike": ["--rekey-ike", "--asynchronous"],
}
# What the daemon that was told so says when it is done.
DONE = {
    "initiate": ["IPsec SA established", "established Child SA"],
    "terminate": ["deleting state"],
    "child": ["rekeyed Child SA"],
    "ike": ["rekeyed IKE SA"],
}
libc = ctypes.CDLL(None, use_errno=True)


class Failed(Exception):
    """A command did not do what it should."""


def need(condition, text):
    if not condition:
        raise Failed(text)


def enter(netns):
    """Go into a namespace: sockets stay in the one they were made in."""
    fd = os.open("/run/netns/" + netns, os.O_RDONLY)
    if libc.setns(fd, CLONE_NEWNET):
        sys.exit(f"{netns}: {os.strerror(ctypes.get_errno())}")
    os.close(fd)


def checksum(data):
    total = sum(struct.unpack(f"!{len(data) // 2}H", data))
    total = (total & 0xffff) + (total >> 16)
    return ~(total + (total >> 16)) & 0xffff


class Recorder:
    """What whack would send."""

    def __init__(self, whack, folder):
        self.program = whack
        self.path = os.path.join(folder, "recorder.ctl")
        self.kept = {}

    def message(self, verb, conn):
        if (verb, conn) not in self.kept:
            self.kept[verb, conn] = self.record(verb, conn)
        return self.kept[verb, conn]

    def record(self, verb, conn):
        with socket.socket(socket.AF_UNIX) as listener:
            listener.bind(self.path)
            listener.listen()
            process = subprocess.Popen(
                [self.program, "--ctlsocket", self.path, "--name", conn,
                 *VERBS[verb]], stdout=subprocess.DEVNULL)
            sock = listener.accept()[0]
            data = sock.recv(1 << 20)
            sock.close()
            process.wait()
        os.unlink(self.path)
        return data


class Daemon:
    """A pluto, its log, and, if it is a client, its pings."""

    def __init__(self, folder, text):
        self.name, words = text.split("=")
        self.netns, *addresses = words.split(",")
        self.ctl = os.path.join(folder, f"run-{self.name}", "pluto.ctl")
        self.path = os.path.join(folder, f"out-{self.name}")
        self.open()
        self.sock = None
        self.orders = []
        self.said = []          # since the last command
        self.pinger = Pinger(self.netns, *addresses) if addresses else None

    def open(self):
        self.log = open(self.path, encoding="utf-8", errors="replace")
        self.begun = ""         # a line whose end is not written yet

    def listen(self):
        """Which orders has it carried out?"""
        for line in self.log.readlines():
            line, self.begun = self.begun + line, ""
            if not line.endswith("\n"):
                self.begun = line
                break
            self.said.append(line)
            for order in self.orders:
                if order.told and order.done is None and order.is_done(line):
                    order.done = time.monotonic()

    def begin(self):
        """New orders: what it said is of no interest any more."""
        self.listen()
        self.orders.clear()
        self.said.clear()

    def tell(self, message):
        """What it answers does not matter, for it logs that, too."""
        self.sock = socket.socket(socket.AF_UNIX)
        self.sock.connect(self.ctl)
        self.sock.sendall(message)


class Order:
    """What a daemon is to do with a connection, for the sake of a client."""

    def __init__(self, daemon, verb, conn, client):
        self.daemon = daemon
        self.verb = verb
        self.conn = conn
        self.client = client
        self.told = self.done = None

    def tell(self, message):
        self.told = time.monotonic()
        self.daemon.tell(message)

    def is_done(self, line):
        return f'"{self.conn}"' in line and \
            any(text in line for text in DONE[self.verb])

    def covers(self, when):
        """Was it being carried out then?"""
        return self.told <= when <= (self.done or when)


class Pinger:
    """Echo requests of a client."""

    idents = itertools.count(os.getpid())

    def __init__(self, netns, inner, far):
        enter(netns)
        family = socket.AF_INET6 if ":" in far else socket.AF_INET
        proto, self.request, self.reply = ECHO[family]
        self.family = family
        self.sock = socket.socket(family, socket.SOCK_RAW, proto)
        self.sock.bind((inner, 0))
        self.sock.setblocking(False)
        self.far = (far, 0)
        self.ident = next(self.idents) & 0xffff
        self.seq = itertools.count()
        self.era = 0
        self.clear()

    def clear(self):
        """Begin anew: no answer, no ping under way, none to come."""
        self.era += 1
        self.sent = self.got = 0
        self.waiting = {}       # when they were sent, by sequence number
        self.first = None

    def send(self):
        seq = next(self.seq) & 0xffff
        self.waiting[seq] = time.monotonic()
        packet = struct.pack("!BBHHH48x", self.request, 0, 0, self.ident, seq)
        if self.family == socket.AF_INET:
            packet = packet[:2] + struct.pack("!H", checksum(packet)) + \
                packet[4:]
        self.sent += 1
        try:
            self.sock.sendto(packet, self.far)
        except OSError:
            pass                # no tunnel yet: an answer that is missing

    def receive(self):
        try:
            data = self.sock.recv(2048)
        except OSError:
            return              # an ICMP error
        if self.family == socket.AF_INET:
            data = data[(data[0] & 15) * 4:]
        kind, _, _, ident, seq = struct.unpack_from("!BBHHH", data)
        if kind != self.reply or ident != self.ident or \
           self.waiting.pop(seq, None) is None:
            return
        self.got += 1
        if self.first is None:
            self.first = time.monotonic()


class Conductor:
    """All daemons, and what is to be done at which time."""

    def __init__(self, whack, folder, names):
        self.recorder = Recorder(whack, folder)
        self.daemons = {}
        self.due = []
        self.serial = itertools.count()
        self.totals = collections.Counter()
        self.slowest = 0.0
        self.answered_last = 0
        self.busy = []          # those of "traffic"
        self.stop = None
        self.rekeys = []        # since "traffic"
        for text in names:
            daemon = Daemon(folder, text)
            self.daemons[daemon.name] = daemon
        self.pingers = {d.pinger.sock.fileno(): d.pinger
                        for d in self.daemons.values() if d.pinger}

    def at(self, when, function):
        heapq.heappush(self.due, (when, next(self.serial), function))

    def turn(self, *files):
        """Do what is due, wait a little for answers; is a file readable?"""
        now = time.monotonic()
        while self.due and self.due[0][0] <= now:
            heapq.heappop(self.due)[2]()
        wait = 0.02
        if self.due:
            wait = min(wait, max(0.0, self.due[0][0] - time.monotonic()))
        ready = select.select([*self.pingers, *files], [], [], wait)[0]
        for fd in self.pingers.keys() & set(ready):
            self.pingers[fd].receive()
        return any(fd in ready for fd in files)

    def until(self, condition, seconds):
        end = time.monotonic() + seconds
        while not condition():
            if time.monotonic() > end:
                return False
            self.turn()
        return True

    def clients(self, names):
        return [self.daemons[name] for name in names]

    def order(self, verb, orders, spread):
        """Have them carried out, all within so many milliseconds."""
        now = time.monotonic()
        for order in orders:
            order.daemon.begin()
        for order in orders:
            message = self.recorder.message(verb, order.conn)
            order.daemon.orders.append(order)
            self.at(now + random.random() * spread / 1000,
                    lambda o=order, m=message: o.tell(m))

    def carried_out(self, orders):
        for daemon in {order.daemon for order in orders}:
            daemon.listen()
        return all(order.done for order in orders)

    def wait(self, orders, seconds, text):
        if self.until(lambda: self.carried_out(orders), seconds):
            return
        for daemon in {order.daemon for order in orders}:
            print(f"-- {daemon.name}\n{''.join(daemon.said)}")
        raise Failed(text)

    # --- pings ---------------------------------------------------------------

    def ping(self, pinger, stop, interval=PING_S):
        """One, and another one later, until there are enough."""
        era = pinger.era

        def again():
            if pinger.era != era or stop():
                return
            pinger.send()
            self.at(time.monotonic() + interval, again)

        again()

    def ask(self, order):
        """Its SA is there: who is not answered in time is lost."""
        end = order.done + ANSWER_S
        pinger = order.client.pinger
        self.ping(pinger, lambda: pinger.first is not None or
                  time.monotonic() > end)

    def decided(self, orders, asked):
        """Is it known of all whether they are answered?"""
        self.carried_out(orders)
        for order in orders:
            if order.done and order not in asked:
                asked.append(order)
                self.ask(order)
        return all(o.done and (o.client.pinger.first is not None or
                               time.monotonic() > o.done + ANSWER_S)
                   for o in orders)

    def all_at_once(self, clients):
        """All that work do so at the same time, too."""
        for client in clients:
            client.pinger.clear()
            self.ping(client.pinger,
                      lambda p=client.pinger: p.sent == AFTER)
        self.until(lambda: all(c.pinger.got == AFTER for c in clients),
                   AFTER * PING_S + 2)
        return [c for c in clients if c.pinger.got < AFTER]

    # --- commands ------------------------------------------------------------

    def up(self, spread, *names):
        orders = [Order(c, "initiate", "t", c) for c in self.clients(names)]
        asked = []
        for order in orders:
            order.client.pinger.clear()
        self.order("initiate", orders, int(spread))
        self.until(lambda: self.decided(orders, asked), UP_S + ANSWER_S)
        for order in orders:
            self.say(order)
        good = [order.client for order in orders
                if order.client.pinger.first is not None]
        self.answered_last = len(good)
        broken = self.all_at_once(good)
        self.totals.update(rounds=1, clients=len(orders),
                           missed=len(orders) - len(good), lossy=len(broken))
        need(len(good) == len(orders), "not all are answered")
        self.need_none(broken)

    def say(self, order):
        pinger = order.client.pinger
        if order.done is None:
            print(f"{order.client.name}: no SA\n{''.join(order.daemon.said)}")
        elif pinger.first is None:
            print(f"{order.client.name}: an SA, but no answer to "
                  f"{pinger.sent} pings")
        else:
            took = pinger.first - order.done
            self.slowest = max(self.slowest, took)
            print(f"{order.client.name}: SA after "
                  f"{order.done - order.told:.2f} s, answered {took:.2f} s "
                  "later")

    def need_none(self, broken):
        for client in broken:
            print(f"{client.name}: {client.pinger.got} of {AFTER} answered "
                  "when all pinged")
        need(not broken, "answers are lost")

    def answered(self, count):
        print(f"{self.answered_last} answered, not {count}")
        need(self.answered_last == int(count), "as many as that are not")

    def down(self, *names):
        orders = [Order(c, "terminate", "t", c) for c in self.clients(names)]
        self.order("terminate", orders, 0)
        self.wait(orders, 20, "they do not terminate")

    def rekey(self, what, side, spread, *names):
        gateway = self.daemons["g"]
        orders = [Order(c, what, "t", c) if side == "client" else
                  Order(gateway, what, c.name, c) for c in self.clients(names)]
        self.rekeys += orders
        self.order(what, orders, int(spread))
        self.wait(orders, 20, "not all have re-keyed")

    def traffic(self, interval, *names):
        self.busy = self.clients(names)
        self.rekeys.clear()
        self.stop = stop = []
        for client in self.busy:
            client.pinger.clear()
            self.ping(client.pinger, lambda: bool(stop), int(interval) / 1000)

    def more(self, count):
        wanted = [(c.pinger, c.pinger.got + int(count)) for c in self.busy]
        need(self.until(lambda: all(p.got >= n for p, n in wanted), 20),
             "no more answers")

    def quiet(self):
        self.stop.append(True)
        self.until(lambda: not any(c.pinger.waiting for c in self.busy), 2)
        lost = sum(self.losses(client) for client in self.busy)
        self.rekeys.clear()
        need(not lost, "answers are lost")

    def losses(self, client):
        """How many? The daemons' own are told, but do not count."""
        pinger = client.pinger
        own = [when for when in pinger.waiting.values()
               if any(order.client is client and order.covers(when)
                      for order in self.rekeys)]
        print(f"{client.name}: {pinger.sent} sent, {pinger.got} answered, "
              f"{len(own)} lost while being re-keyed")
        for when in set(pinger.waiting.values()) - set(own):
            print(f"{client.name}: lost at "
                  f"{time.time() - time.monotonic() + when:.3f}")
        return len(pinger.waiting) - len(own)

    def working(self, *names):
        self.need_none(self.all_at_once(self.clients(names)))

    def restarted(self, name):
        self.daemons[name].open()

    def total(self):
        print(", ".join(f"{count} {what}"
                        for what, count in self.totals.items()) +
              f"; the slowest answer came after {self.slowest:.2f} s")


COMMANDS = ("up", "answered", "down", "rekey", "traffic", "more", "quiet",
            "working", "restarted", "total")


def commands(conductor):
    """Lines from standard input; what is due is done while none comes."""
    while True:
        while not conductor.turn(0):
            pass
        line = sys.stdin.buffer.raw.readline()
        if not line:
            return
        yield line.decode()


def main():
    conductor = Conductor(sys.argv[1], sys.argv[2], sys.argv[3:])
    for line in commands(conductor):
        words = line.split()
        try:
            need(words and words[0] in COMMANDS, f"no command {line}")
            getattr(conductor, words[0])(*words[1:])
            print("= ok", flush=True)
        except Failed as failure:
            print(failure)
            print("= failed", flush=True)


if __name__ == "__main__":
    main()
