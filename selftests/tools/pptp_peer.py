# SPDX-License-Identifier: GPL-2.0-only
"""Both ends of PPTP (RFC 2637), packet by packet, in network namespaces.

One process and one thread hold the sockets of all clients and servers. Nothing
waits for a fixed time: Loop.until() ends when its condition holds or the
deadline has passed.
"""

import collections
import ctypes
import errno
import fcntl
import itertools
import os
import select
import socket
import struct
import time

PORT = 1723
GRE = 47
MAGIC = 0x1a2b3c4d
HEADER = "!HHIHH"
HEADER_LEN = 12

(START_REQUEST, START_REPLY, STOP_REQUEST, STOP_REPLY, ECHO_REQUEST,
 ECHO_REPLY, OUT_CALL_REQUEST, OUT_CALL_REPLY, IN_CALL_REQUEST, IN_CALL_REPLY,
 IN_CALL_CONNECTED, CALL_CLEAR, CALL_DISCONNECT, WAN_ERROR,
 SET_LINK_INFO) = range(1, 16)

# What follows the header, by message type: RFC 2637, 2.1 to 2.15.
LAYOUT = {
    START_REQUEST: "HHIIHH64s64s",
    START_REPLY: "HBBIIHH64s64s",
    STOP_REQUEST: "BBH",
    STOP_REPLY: "BBH",
    ECHO_REQUEST: "I",
    ECHO_REPLY: "IBBH",
    OUT_CALL_REQUEST: "HHIIIIHHHH64s64s",
    OUT_CALL_REPLY: "HHBBHIHHI",
    IN_CALL_REQUEST: "HHIIHH64s64s64s",
    IN_CALL_REPLY: "HHBBHHH",
    IN_CALL_CONNECTED: "HHIHHI",
    CALL_CLEAR: "HH",
    CALL_DISCONNECT: "HBBHH128s",
    WAN_ERROR: "HHIIIIII",
    SET_LINK_INFO: "HHII",
}

# How many bytes from byte 12 on are Call IDs.
ID_BYTES = {
    OUT_CALL_REQUEST: 2, OUT_CALL_REPLY: 4, IN_CALL_REQUEST: 2,
    IN_CALL_REPLY: 4, IN_CALL_CONNECTED: 2, CALL_CLEAR: 2,
    CALL_DISCONNECT: 2, WAN_ERROR: 2, SET_LINK_INFO: 2,
}

# Fields between the ids and the end, as an ordinary peer fills them.
START_FIELDS = (3, 3, 0, 1, b"host", b"vendor")
OUT_CALL_FIELDS = (300, 100000000, 3, 3, 64, 0, 5, 0, b"12345", b"sub")
IN_CALL_FIELDS = (3, 7, 5, 5, b"12345", b"54321", b"sub")
STATISTICS = b"statistics"


# --- messages ---------------------------------------------------------------

def message(kind, *fields):
    """A control message; the fields are those of LAYOUT."""
    layout = HEADER + LAYOUT[kind]
    return struct.pack(layout, struct.calcsize(layout), 1, MAGIC, kind, 0,
                       *fields)


def fields_of(data):
    """The fields of a message of a known type."""
    return struct.unpack_from("!" + LAYOUT[kind_of(data)], data, HEADER_LEN)


def kind_of(data):
    return struct.unpack_from("!H", data, 8)[0]


def without_ids(data):
    """The message with zeros where its Call IDs were."""
    n = ID_BYTES.get(kind_of(data), 0)
    return data[:HEADER_LEN] + bytes(n) + data[HEADER_LEN + n:]


def start_request(host=b"host"):
    return message(START_REQUEST, 0x100, 0, *START_FIELDS[:4], host, b"vendor")


def out_call_request(call_id, serial):
    return message(OUT_CALL_REQUEST, call_id, serial, *OUT_CALL_FIELDS)


def out_call_reply(call_id, peer_id, result=1):
    return message(OUT_CALL_REPLY, call_id, peer_id, result, 0, 0, 64000, 64,
                   0, 9)


def in_call_request(call_id, serial):
    return message(IN_CALL_REQUEST, call_id, serial, *IN_CALL_FIELDS)


def in_call_reply(call_id, peer_id, result=1):
    return message(IN_CALL_REPLY, call_id, peer_id, result, 0, 64, 0, 0)


def in_call_connected(peer_id):
    return message(IN_CALL_CONNECTED, peer_id, 0, 64000, 64, 0, 3)


def call_clear(call_id):
    return message(CALL_CLEAR, call_id, 0)


def call_disconnect(call_id):
    return message(CALL_DISCONNECT, call_id, 1, 0, 0, 0, STATISTICS)


def wan_error(peer_id):
    return message(WAN_ERROR, peer_id, 0, 1, 2, 3, 4, 5, 6)


def set_link_info(peer_id):
    return message(SET_LINK_INFO, peer_id, 0, 0xffffffff, 0xfffffffe)


# --- GRE --------------------------------------------------------------------

def gre(call_id, payload=b"", seq=None, ack=None):
    """An enhanced GRE packet (version 1); seq and ack are left out if None."""
    flags = 0x2001
    rest = b""
    if seq is not None:
        flags |= 0x1000
        rest += struct.pack("!I", seq)
    if ack is not None:
        flags |= 0x0080
        rest += struct.pack("!I", ack)
    return struct.pack("!HHHH", flags, 0x880b, len(payload), call_id) + \
        rest + payload


def gre_plain(payload, key=None):
    """A GRE packet of version 0."""
    head = struct.pack("!HH", 0x2000 if key is not None else 0, 0x0800)
    if key is not None:
        head += struct.pack("!I", key)
    return head + payload


class GrePacket:
    """A received GRE packet."""

    def __init__(self, data, source):
        self.data = data
        self.source = source
        self.version = data[1] & 7 if len(data) > 1 else None
        self.call_id = None
        self.seq = None
        self.payload = data[4:]
        if self.version == 1 and len(data) >= 8:
            self.parse()

    def parse(self):
        flags, _, length, self.call_id = struct.unpack_from("!HHHH", self.data)
        at = 8
        if flags & 0x1000 and len(self.data) >= 12:
            self.seq = struct.unpack_from("!I", self.data, at)[0]
            at += 4
        if flags & 0x0080:
            at += 4
        self.payload = self.data[at:at + length]


# --- namespaces -------------------------------------------------------------

LIBC = ctypes.CDLL(None, use_errno=True)
CLONE_NEWNET = 0x40000000


def enter(netns):
    """Enter a network namespace by its name; sockets stay where they were."""
    fd = os.open(f"/run/netns/{netns}", os.O_RDONLY)
    try:
        if LIBC.setns(fd, CLONE_NEWNET):
            raise OSError(ctypes.get_errno(), f"cannot enter {netns}")
    finally:
        os.close(fd)


def family_of(address):
    return socket.AF_INET6 if ":" in address else socket.AF_INET


# --- one loop for all sockets -----------------------------------------------

class Loop:
    """Calls whoever has something to read, and timers."""

    def __init__(self):
        self.poll = select.poll()
        self.readers = {}
        self.timers = []
        self.tasks = []

    def watch(self, sock, reader, events=select.POLLIN):
        self.readers[sock.fileno()] = reader
        self.poll.register(sock, events)

    def forget(self, sock):
        if self.readers.pop(sock.fileno(), None):
            self.poll.unregister(sock)

    def every(self, ms, function):
        """Call the function again and again; returns what cancel() takes."""
        timer = [time.monotonic() + ms / 1000, ms / 1000, function]
        self.timers.append(timer)
        return timer

    def cancel(self, timer):
        self.timers.remove(timer)

    def run_timers(self):
        now = time.monotonic()
        for timer in list(self.timers):
            if timer[0] <= now:
                timer[0] = max(timer[0] + timer[1], now)
                timer[2]()

    def step(self, seconds):
        """Wait for at most so long, and serve who is ready."""
        for timer in self.timers:
            seconds = min(seconds, timer[0] - time.monotonic())
        if self.tasks:
            # What they wait for need not be something to read.
            seconds = min(seconds, 0.005)
        for fd, _ in self.poll.poll(max(seconds, 0) * 1000):
            if fd in self.readers:
                self.readers[fd]()
        self.run_timers()
        self.advance()

    def until(self, condition, ms):
        """Serve until the condition holds; false if it did not in time."""
        end = time.monotonic() + ms / 1000
        while not condition():
            left = end - time.monotonic()
            if left <= 0:
                return False
            self.step(left)
        return True

    def spawn(self, task):
        """Have a generator go on whenever what it yields has become true."""
        self.tasks.append([task, lambda: True])

    def advance(self):
        for entry in list(self.tasks):
            try:
                while entry[1]():
                    entry[1] = next(entry[0])
            except StopIteration:
                self.tasks.remove(entry)

    def run(self, tasks, ms):
        """Run such tasks, all at once, and wait for them to end."""
        tasks = set(tasks)
        for task in tasks:
            self.spawn(task)
        self.advance()
        done = self.until(
            lambda: not any(entry[0] in tasks for entry in self.tasks), ms)
        self.tasks = [entry for entry in self.tasks if entry[0] not in tasks]
        return done


# --- control connections ----------------------------------------------------

SIOCOUTQ = 0x5411


class Control:
    """One end of a control connection.

    state: "connecting", "up", and then how it ended: "end", "reset", "refused",
    "closed" (by us), "timeout" or another error.
    """

    def __init__(self, loop, sock, on_message, state="up"):
        self.loop = loop
        self.sock = sock
        self.on_message = on_message
        self.state = state
        self.raw = bytearray()
        self.taken = 0
        self.messages = []
        sock.setblocking(False)
        sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        if state == "up":
            self.up()
        else:
            loop.watch(sock, self.connected, select.POLLOUT)

    def up(self):
        self.local = self.sock.getsockname()[:2]
        try:
            self.remote = self.sock.getpeername()[:2]
        except OSError:
            # It was reset before anybody accepted it.
            self.ended("reset")
            return
        self.state = "up"
        self.loop.watch(self.sock, self.read)

    def connected(self):
        error = self.sock.getsockopt(socket.SOL_SOCKET, socket.SO_ERROR)
        self.loop.forget(self.sock)
        if error:
            self.failed(error)
        else:
            self.up()

    def failed(self, error):
        self.ended({errno.ECONNRESET: "reset", errno.ECONNREFUSED: "refused",
                    errno.ETIMEDOUT: "timeout"}.get(error, os.strerror(error)))

    def ended(self, how):
        self.loop.forget(self.sock)
        self.state = how

    def read(self):
        try:
            data = self.sock.recv(65536)
        except BlockingIOError:
            return
        except OSError as error:
            self.failed(error.errno)
            return
        if not data:
            self.ended("end")
            return
        # Acknowledge at once, so that who sends piece by piece goes on.
        self.sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_QUICKACK, 1)
        self.raw += data
        self.parse()

    def parse(self):
        """Take whole messages; stay where the stream is no PPTP."""
        while len(self.raw) - self.taken >= HEADER_LEN:
            size, _, magic = struct.unpack_from("!HHI", self.raw, self.taken)
            if magic != MAGIC or size < HEADER_LEN or \
               len(self.raw) - self.taken < size:
                return
            data = bytes(self.raw[self.taken:self.taken + size])
            self.taken += size
            self.messages.append(data)
            if self.on_message:
                self.on_message(self, data)

    def send(self, data):
        if self.state != "up":
            return
        try:
            self.sock.sendall(data)
        except OSError as error:
            self.failed(error.errno)

    def unacknowledged(self):
        """Bytes that the other end has not acknowledged yet."""
        return struct.unpack("i", fcntl.ioctl(self.sock, SIOCOUTQ,
                                              bytes(4)))[0]

    def send_pieces(self, pieces):
        """A task: a segment for each piece, each once the last one is there.

        A router may keep back the end of a piece until more has come. So no
        piece is waited for longer than 20 ms.
        """
        for piece in pieces:
            self.send(piece)
            end = time.monotonic() + 0.02
            yield lambda end=end: not self.unacknowledged() or \
                time.monotonic() > end

    def count(self, kind):
        return sum(kind_of(data) == kind for data in self.messages)

    def last(self, kind):
        """The fields of the last message of this type, or None."""
        for data in reversed(self.messages):
            if kind_of(data) == kind:
                return fields_of(data)
        return None

    def close(self, reset=False):
        """End the connection, by FIN or by RST."""
        self.loop.forget(self.sock)
        if reset:
            self.sock.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER,
                                 struct.pack("ii", 1, 0))
        self.sock.close()
        self.state = "closed"


IP_RECVERR = 11
IPV6_RECVERR = 25


class GreSocket:
    """Raw GRE of one address."""

    def __init__(self, loop, address):
        self.family = family_of(address)
        self.sock = socket.socket(self.family, socket.SOCK_RAW, GRE)
        self.sock.bind((address, 0))
        self.sock.setblocking(False)
        self.packets = []
        self.by_payload = {}
        self.errors = []        # ICMP errors: (type, code)
        if self.family == socket.AF_INET:
            self.sock.setsockopt(socket.IPPROTO_IP, IP_RECVERR, 1)
        else:
            self.sock.setsockopt(socket.IPPROTO_IPV6, IPV6_RECVERR, 1)
        loop.watch(self.sock, self.read)

    def read_errors(self):
        while True:
            try:
                _, controls, _, _ = self.sock.recvmsg(512, 512,
                                                      socket.MSG_ERRQUEUE)
            except BlockingIOError:
                return
            for _, _, error in controls:
                self.errors.append(struct.unpack_from("BB", error, 5))

    def read(self):
        self.read_errors()
        while True:
            try:
                data, source = self.sock.recvfrom(65536)
            except BlockingIOError:
                return
            except OSError:
                # An ICMP error, which read_errors() has told already.
                continue
            if self.family == socket.AF_INET:
                data = data[(data[0] & 15) * 4:]
            packet = GrePacket(data, source[0])
            self.packets.append(packet)
            self.by_payload[packet.payload] = packet

    def send(self, to, data):
        """False if the kernel would not send it."""
        for _ in range(2):      # the first try may tell of an older error
            try:
                self.sock.sendto(data, (to, 0))
                return True
            except OSError:
                pass
        return False


# --- peers ------------------------------------------------------------------

class Call:
    """A call as one end knows it: its own id, and what the other one chose."""

    def __init__(self, control, gre_socket, serial, own, peer=None):
        self.control = control
        self.gre = gre_socket
        self.serial = serial
        self.own = own
        self.peer = peer
        self.result = None
        self.told = None        # what the reply says our own id is
        self.seq = itertools.count(1)

    def send_gre(self, payload, ack=None):
        return self.gre.send(self.control.remote[0],
                             gre(self.peer or 0, payload, next(self.seq),
                                 ack))


class World:
    """Everything in this process.

    far: the servers' calls, by the serial number in the Call Request, which no
    NAT changes.
    """

    def __init__(self, netns):
        self.netns = netns
        self.loop = Loop()
        self.far = {}
        self.gre_sockets = {}
        self.serials = itertools.count(1)
        self.tokens = itertools.count(1)

    def gre_socket(self, ns, address):
        """The one GRE socket of this address."""
        key = ns, address
        if key not in self.gre_sockets:
            enter(self.netns[ns])
            self.gre_sockets[key] = GreSocket(self.loop, address)
        return self.gre_sockets[key]

    def serial(self):
        return next(self.serials) & 0xffff

    def token(self, text):
        """A payload that no other packet has."""
        return f"{text} {next(self.tokens)} ".encode().ljust(32, b".")


class Server:
    """Listens and answers.

    ids: the first Call ID to give, counted up; each connection begins anew with it
    if same. hold: message types that it keeps
    to itself. dialect: whose Call ID a Call-Disconnect-Notify carries, "pac" as in
    the RFC or "pns".
    """

    def __init__(self, world, ns, address, port=PORT, first=1, same=False):
        self.world = world
        self.same = same
        self.ids = collections.defaultdict(lambda: itertools.count(first))
        self.hold = set()
        self.dialect = "pac"
        self.sessions = []
        self.by_host = {}       # connections, by the host name that was told
        self.calls = []
        enter(world.netns[ns])
        self.sock = socket.socket(family_of(address), socket.SOCK_STREAM)
        self.sock.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        self.sock.bind((address, port))
        self.sock.listen(512)
        self.sock.setblocking(False)
        world.loop.watch(self.sock, self.accept)
        self.gre = world.gre_socket(ns, address)

    def accept(self):
        while True:
            try:
                sock, _ = self.sock.accept()
            except BlockingIOError:
                return
            except OSError:
                continue
            self.sessions.append(Control(self.world.loop, sock, self.take))

    def take(self, control, data):
        answer = self.ANSWERS.get(kind_of(data))
        if answer:
            answer(self, control, fields_of(data))

    def send(self, control, data):
        if kind_of(data) not in self.hold:
            control.send(data)

    def start(self, control, fields):
        self.by_host[fields[6].rstrip(b"\0")] = control
        self.send(control, message(START_REPLY, 0x100, 1, 0, *START_FIELDS))

    def echo(self, control, fields):
        self.send(control, message(ECHO_REPLY, fields[0], 1, 0, 0))

    def stop(self, control, _):
        self.send(control, message(STOP_REPLY, 1, 0, 0))

    def new_call(self, control, serial, peer=None):
        own = next(self.ids[control if self.same else None])
        call = Call(control, self.gre, serial, own, peer)
        self.calls.append(call)
        self.world.far[serial] = call
        return call

    def out_call(self, control, fields):
        call = self.new_call(control, fields[1], fields[0])
        self.send(control, out_call_reply(call.own, call.peer))

    def ask(self, control):
        """Incoming-Call-Request: a call that the server begins."""
        call = self.new_call(control, self.world.serial())
        self.send(control, in_call_request(call.own, call.serial))
        return call

    def in_call(self, control, fields):
        """The client answers our Incoming-Call-Request."""
        for call in reversed(self.calls):
            if call.control is control and call.own == fields[1]:
                call.peer, call.result = fields[0], fields[2]
                self.send(control, in_call_connected(call.peer))
                return

    def clear(self, control, fields):
        for call in reversed(self.calls):
            if call.control is control and call.peer == fields[0]:
                self.disconnect(call)
                return

    def disconnect(self, call):
        own = self.dialect == "pac"
        self.send(call.control,
                  call_disconnect(call.own if own else call.peer))

    ANSWERS = {
        START_REQUEST: start, ECHO_REQUEST: echo, STOP_REQUEST: stop,
        OUT_CALL_REQUEST: out_call, IN_CALL_REPLY: in_call,
        CALL_CLEAR: clear,
    }


class Client:
    """A control connection from inside, and its calls.

    in_ids: the Call IDs for calls that come in. strays: replies about calls that
    it has not asked for.
    """

    def __init__(self, world, ns, address, server, port=PORT):
        self.world = world
        self.calls = []
        self.in_ids = []
        self.strays = []
        self.host = world.token("host").rstrip(b".")
        enter(world.netns[ns])
        sock = socket.socket(family_of(address), socket.SOCK_STREAM)
        sock.bind((address, 0))
        sock.setblocking(False)
        sock.connect_ex((server, port))
        self.control = Control(world.loop, sock, self.take, "connecting")
        self.gre = world.gre_socket(ns, address)

    def take(self, control, data):
        kind = kind_of(data)
        if kind == OUT_CALL_REPLY:
            self.out_call_reply(*fields_of(data)[:3])
        elif kind == IN_CALL_REQUEST and self.in_ids:
            self.in_call(*fields_of(data)[:2])
        elif kind == ECHO_REQUEST:
            control.send(message(ECHO_REPLY, fields_of(data)[0], 1, 0, 0))

    def out_call_reply(self, own, peer, result):
        """Belongs to our oldest call with that id that is not answered."""
        for call in self.calls:
            if call.result is None and call.own == peer:
                call.peer, call.told, call.result = own, peer, result
                return
        self.strays.append((own, peer, result))

    def in_call(self, own, serial):
        call = Call(self.control, self.gre, serial, self.in_ids.pop(0), own)
        call.told, call.result = call.own, 1
        self.calls.append(call)
        self.control.send(in_call_reply(call.own, own))

    def call(self, own):
        """Ask for a call with this Call ID."""
        call = Call(self.control, self.gre, self.world.serial(), own)
        self.calls.append(call)
        self.control.send(out_call_request(own, call.serial))
        return call

    def starting(self):
        """A task: until the Start-Control-Connection-Reply is there."""
        yield lambda: self.control.state != "connecting"
        self.control.send(start_request(self.host))
        yield lambda: self.control.count(START_REPLY)


def exchange(world, calls, ms):
    """Send a packet of each call to its server, and then one back.

    Returns the calls whose packets did not come, in each direction: to the right
    receiver, with its own Call ID, and from where its control connection comes
    from.
    """
    def arrived(at, payload, call_id):
        packet = at.gre.by_payload.get(payload)
        return packet and packet.call_id == call_id and \
            packet.source == at.control.remote[0]

    def missing(sent):
        return [call for call, at, payload in sent
                if not (at and arrived(at, payload, at.own))]

    out, back = [], []
    for call in calls:
        payload = world.token("out")
        call.send_gre(payload)
        out.append((call, world.far.get(call.serial), payload))
    world.loop.until(lambda: not missing(out), ms)
    for call, far, _ in out:
        payload = world.token("in")
        if far:
            far.send_gre(payload)
        back.append((call, call if far else None, payload))
    world.loop.until(lambda: not missing(back), ms)
    return missing(out), missing(back)
