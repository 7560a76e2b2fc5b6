# SPDX-License-Identifier: GPL-2.0-only
"""Both ends of L2TPv2 (RFC 2661) and L2TPv3 (RFC 3931), packet by packet, in
network namespaces; over UDP and as protocol 115, IPv4 and IPv6.

One process and one thread hold the sockets of all clients and servers, as in
pptp_peer, whose loop this uses.
"""

import collections
import ctypes
import fcntl
import hashlib
import hmac
import itertools
import socket
import struct

from pptp_peer import IP_RECVERR, IPV6_RECVERR, Loop, enter, family_of

PORT = 1701
L2TP = 115

(SCCRQ, SCCRP, SCCCN, STOPCCN, HELLO, OCRQ, OCRP, OCCN, ICRQ, ICRP, ICCN, CDN,
 WEN, SLI, ACK) = 1, 2, 3, 4, 6, 7, 8, 9, 10, 11, 12, 14, 15, 16, 20

# AVPs, RFC 2661, 4.4, and RFC 3931, 5.4.
(TYPE, RESULT, PROTOCOL, FRAMING, HOST, TUNNEL_ID, WINDOW, CALL_ID, SERIAL,
 SPEED, FRAMING_TYPE, RANDOM, DIGEST, ROUTER_ID, CCID, PW_LIST, LOCAL_ID,
 REMOTE_ID, COOKIE, END_ID, PW_TYPE, STATUS, NONCE) = \
    0, 1, 2, 3, 7, 9, 10, 14, 15, 24, 19, 36, 59, 60, 61, 62, 63, 64, 65, 66, \
    68, 71, 73

MANDATORY = 0x8000
HIDDEN = 0x4000

FLAG_CONTROL, FLAG_LENGTH, FLAG_SEQUENCE, FLAG_OFFSET, FLAG_PRIORITY = \
    0x8000, 0x4000, 0x0800, 0x0200, 0x0100
FLAGS_CONTROL = FLAG_CONTROL | FLAG_LENGTH | FLAG_SEQUENCE

# What IPv4 and IPv6 sockets call "no checksum".
SO_NO_CHECK = 11
UDP_NO_CHECK6_TX = 101
UDP_NO_CHECK6_RX = 102

SIOCETHTOOL = 0x8946
ETHTOOL_STXCSUM = 0x17

HASHES = {"md5": (0, "md5", 16), "sha1": (1, "sha1", 20)}


# --- AVPs -------------------------------------------------------------------

Avp = collections.namedtuple("Avp", "kind value flags vendor",
                             defaults=(MANDATORY, 0))


def u16(kind, value):
    return Avp(kind, struct.pack("!H", value))


def u32(kind, value):
    return Avp(kind, struct.pack("!I", value))


def avp_bytes(avp):
    return struct.pack("!HHH", avp.flags | 6 + len(avp.value), avp.vendor,
                       avp.kind) + avp.value


def read_avps(data):
    """All that are whole; the rest is left."""
    avps = []
    at = 0
    while len(data) - at >= 6:
        flags, vendor, kind = struct.unpack_from("!HHH", data, at)
        size = flags & 0x3ff
        if size < 6 or at + size > len(data):
            break
        avps.append(Avp(kind, data[at + 6:at + size], flags & ~0x3ff, vendor))
        at += size
    return avps


def shared_key(secret, number):
    """RFC 3931, 4.3 and 5.3: of digests it is number 2, of hiding 1."""
    return hmac.digest(secret, bytes([number]), "md5")


def hide(avp, version, secret, vector):
    """The same AVP, hidden: RFC 2661, 4.3, and RFC 3931, 5.3."""
    def block(data):
        if version == 3:
            return hmac.digest(shared_key(secret, 1), data, "md5")
        return hashlib.md5(data).digest()

    plain = struct.pack("!H", len(avp.value)) + avp.value
    plain += b"\x5a" * (-len(plain) % 16)
    last = struct.pack("!H", avp.kind) + (secret if version == 2 else b"") + \
        vector
    out = b""
    for at in range(0, len(plain), 16):
        last = bytes(a ^ b for a, b in zip(plain[at:at + 16], block(last)))
        out += last
        if version == 2:
            last = secret + last
    return avp._replace(value=out, flags=avp.flags | HIDDEN)


def reveal(avp, version, secret, vector):
    """What a hidden AVP says."""
    def block(data):
        if version == 3:
            return hmac.digest(shared_key(secret, 1), data, "md5")
        return hashlib.md5(data).digest()

    last = struct.pack("!H", avp.kind) + (secret if version == 2 else b"") + \
        vector
    out = b""
    for at in range(0, len(avp.value), 16):
        part = avp.value[at:at + 16]
        out += bytes(a ^ b for a, b in zip(part, block(last)))
        last = secret + part if version == 2 else part
    size = struct.unpack_from("!H", out)[0]
    return avp._replace(value=out[2:2 + size], flags=avp.flags & ~HIDDEN)


# --- messages ---------------------------------------------------------------

def control(version, tunnel, session, ns, nr, avps=()):
    """A control message, from its L2TP header on."""
    body = b"".join(avp_bytes(avp) for avp in avps)
    ids = struct.pack("!HH", tunnel, session) if version == 2 else \
        struct.pack("!I", tunnel)
    head = struct.pack("!HH", FLAGS_CONTROL | version, 12 + len(body))
    return head + ids + struct.pack("!HH", ns, nr) + body


def digest_offset(data):
    """Where the digest itself is in a control message; None without one."""
    if len(data) < 27 or struct.unpack_from("!HH", data, 22) != (0, DIGEST):
        return None
    return 27


def digest_of(data, secret, hash_name, nonces):
    """RFC 3931, 4.3: nonces are those of sender and receiver."""
    at = digest_offset(data)
    _, algorithm, size = HASHES[hash_name]
    blank = data[:at] + bytes(size) + data[at + size:]
    return hmac.digest(shared_key(secret, 2), nonces + blank, algorithm)


def without_ids(data):
    """A control message without what a router may change."""
    out = bytearray(data)
    out[4:8] = bytes(4)
    at = 12
    while len(out) - at >= 6:
        flags, vendor, kind = struct.unpack_from("!HHH", out, at)
        size = flags & 0x3ff
        if size < 6:
            break
        if not vendor and not flags & HIDDEN and \
           kind in (TUNNEL_ID, CALL_ID, CCID, LOCAL_ID, REMOTE_ID):
            out[at + 6:at + size] = bytes(size - 6)
        if not vendor and kind == DIGEST:
            out[at + 7:at + size] = bytes(size - 7)
        at += size
    return bytes(out)


def data_v2(tunnel, session, payload, flags=0):
    """A data message; flags say which optional fields it has."""
    head = struct.pack("!HH", tunnel, session)
    if flags & FLAG_SEQUENCE:
        head += struct.pack("!HH", 1, 0)
    if flags & FLAG_OFFSET:
        head += struct.pack("!HH", 2, 0)
    if flags & FLAG_LENGTH:
        head = struct.pack("!H", 4 + len(head) + len(payload)) + head
    return struct.pack("!H", flags | 2) + head + payload


def data_v3(session, payload, udp):
    head = struct.pack("!HH", 3, 0) if udp else b""
    return head + struct.pack("!I", session) + payload


class Packet:
    """A received packet: L2TP after the UDP or the IP header."""

    def __init__(self, data, source, udp):
        self.data = data
        self.source = source
        self.tunnel = self.session = self.kind = None
        self.avps = []
        self.payload = b""
        self.control = self.sound = False
        try:
            self.parse(udp)
            self.sound = True
        except struct.error:
            pass

    def parse(self, udp):
        if not udp:
            self.version = 3
            session = struct.unpack_from("!I", self.data)[0]
            if session:
                self.session, self.payload = session, self.data[4:]
            else:
                self.message = self.data[4:]
                self.parse_control()
            return
        flags = struct.unpack_from("!H", self.data)[0]
        self.version = flags & 15
        self.message = self.data
        if flags & FLAG_CONTROL:
            self.parse_control()
        elif self.version == 3:
            self.session = struct.unpack_from("!I", self.data, 4)[0]
            self.payload = self.data[8:]
        else:
            self.parse_v2_data(flags)

    def parse_v2_data(self, flags):
        at = 4 if flags & FLAG_LENGTH else 2
        self.tunnel, self.session = struct.unpack_from("!HH", self.data, at)
        at += 4
        if flags & FLAG_SEQUENCE:
            at += 4
        if flags & FLAG_OFFSET:
            at += 2 + struct.unpack_from("!H", self.data, at)[0]
        self.payload = self.data[at:]

    def parse_control(self):
        self.control = True
        _, size = struct.unpack_from("!HH", self.message)
        if self.version == 2:
            self.tunnel, self.session, self.ns, self.nr = \
                struct.unpack_from("!HHHH", self.message, 4)
        else:
            self.tunnel, self.ns, self.nr = \
                struct.unpack_from("!IHH", self.message, 4)
            self.session = 0
        self.message = self.message[:size]
        self.avps = read_avps(self.message[12:])
        first = self.avps[0] if self.avps else None
        if first and first.kind == TYPE and len(first.value) == 2:
            self.kind = self.number(TYPE)

    def avp(self, kind):
        """The value of an IETF AVP, or None."""
        for avp in self.avps:
            if avp.kind == kind and not avp.vendor:
                return avp.value
        return None

    def number(self, kind):
        value = self.avp(kind)
        return None if value is None else int.from_bytes(value, "big")


# --- sockets ----------------------------------------------------------------

class Sock:
    """UDP or raw protocol 115 of one address.

    on_control: called with packets about no tunnel. strays: packets about
    nothing that is known here. nothing is sent from here while closed.
    """

    def __init__(self, world, address, port=None):
        self.world = world
        self.udp = port is not None
        self.family = family_of(address)
        kind = (socket.SOCK_DGRAM, socket.IPPROTO_UDP) if self.udp else \
            (socket.SOCK_RAW, L2TP)
        self.sock = socket.socket(self.family, *kind)
        self.sock.bind((address, port or 0))
        self.sock.setblocking(False)
        self.sock.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 1 << 20)
        self.local = self.sock.getsockname()[:2]
        self.tunnels = {}
        self.sessions = {}
        self.packets = []
        self.strays = []
        self.errors = []        # ICMP errors: (type, code)
        self.on_control = None
        if self.family == socket.AF_INET:
            self.sock.setsockopt(socket.IPPROTO_IP, IP_RECVERR, 1)
        else:
            self.sock.setsockopt(socket.IPPROTO_IPV6, IPV6_RECVERR, 1)
            if self.udp:
                self.sock.setsockopt(socket.IPPROTO_UDP, UDP_NO_CHECK6_RX, 1)
        world.loop.watch(self.sock, self.read)

    def no_checksum(self):
        """From now on, without a UDP checksum."""
        if self.family == socket.AF_INET:
            self.sock.setsockopt(socket.SOL_SOCKET, SO_NO_CHECK, 1)
        else:
            self.sock.setsockopt(socket.IPPROTO_UDP, UDP_NO_CHECK6_TX, 1)

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
            if self.family == socket.AF_INET and not self.udp:
                data = data[(data[0] & 15) * 4:]
            source = source[:2] if self.udp else (source[0], 0)
            self.take(Packet(data, source, self.udp))

    def take(self, packet):
        self.packets.append(packet)
        if packet.sound and packet.control:
            self.take_control(packet)
        elif packet.sound:
            self.take_data(packet)
        else:
            self.strays.append(packet)

    def take_control(self, packet):
        tunnel = self.tunnels.get((packet.version, packet.tunnel))
        if tunnel:
            tunnel.take(packet)
        elif self.on_control and not packet.tunnel:
            self.on_control(self, packet)
        else:
            self.strays.append(packet)

    def take_data(self, packet):
        key = (packet.tunnel, packet.session) if packet.version == 2 else \
            packet.session
        session = self.sessions.get(key)
        if session and packet.payload.startswith(session.cookie):
            session.got[packet.payload[len(session.cookie):]] = packet.source
        else:
            self.strays.append(packet)

    def send(self, to, data):
        """False if the kernel would not send it."""
        for _ in range(2):      # the first try may tell of an older error
            try:
                self.sock.sendto(data, to)
                return True
            except OSError:
                pass
        return False

    def send_control(self, to, message):
        return self.send(to, message if self.udp else bytes(4) + message)

    def close(self):
        self.world.loop.forget(self.sock)
        self.sock.close()


# --- tunnels and sessions ---------------------------------------------------

class Guard:
    """How control messages are guarded: a Message Digest, hidden AVPs.

    secret: None is no digest. Digests have no nonces until both are known.
    hidden: the secret that ids are hidden with, None if they are not.
    """

    def __init__(self, secret=None, hash_name="md5", nonce=b"", hidden=None):
        self.secret = secret
        self.hash_name = hash_name
        self.nonce = nonce
        self.peer_nonce = b""
        self.hidden = hidden

    def nonces(self, sent):
        if not self.nonce or not self.peer_nonce:
            return b""
        return self.nonce + self.peer_nonce if sent else \
            self.peer_nonce + self.nonce

    def avps(self, version, avps):
        """What is sent in their place."""
        avps = list(avps)
        if self.hidden is not None:
            vector = b"random vector..."
            ids = (TUNNEL_ID, CALL_ID, CCID, LOCAL_ID, REMOTE_ID)
            avps = [Avp(RANDOM, vector)] + [
                hide(avp, version, self.hidden, vector)
                if avp.kind in ids else avp for avp in avps]
        if self.secret is not None:
            number, _, size = HASHES[self.hash_name]
            avps = [Avp(DIGEST, bytes([number]) + bytes(size))] + avps
        return avps

    def sign(self, data, kind):
        if self.secret is None:
            return data
        nonces = b"" if kind == SCCRQ else self.nonces(True)
        at = digest_offset(data)
        made = digest_of(data, self.secret, self.hash_name, nonces)
        return data[:at] + made + data[at + len(made):]

    def is_good(self, packet):
        if self.secret is None:
            return True
        if not digest_offset(packet.message):
            return False
        number, _, size = HASHES[self.hash_name]
        value = packet.avp(DIGEST)
        nonces = b"" if packet.kind == SCCRQ else self.nonces(False)
        return value[0] == number and len(value) == size + 1 and \
            value[1:] == digest_of(packet.message, self.secret,
                                   self.hash_name, nonces)

    def reveal(self, packet):
        vector = packet.avp(RANDOM)
        packet.avps = [
            reveal(avp, packet.version, self.hidden, vector)
            if avp.flags & HIDDEN else avp for avp in packet.avps]


class Tunnel:
    """A control connection as one end knows it.

    host: the Host Name in the SCCRQ, by which the two ends are put together.
    ignore: message types that are not acted on. remote: where to send to.
    """

    def __init__(self, world, sock, version, own, remote, guard, host):
        self.world = world
        self.sock = sock
        self.version = version
        self.own = own
        self.peer = 0
        self.remote = remote
        self.guard = guard
        self.host = host
        self.ns = self.nr = 0
        self.state = "new"
        self.server = None
        self.messages = []
        self.bad_digests = 0
        self.ignore = set()
        self.calls = []         # its sessions
        self.in_ids = []        # for sessions that the other end begins
        sock.tunnels[version, own] = self

    def send(self, kind, *avps, session=0, peer=None):
        """A message of this type; peer is the id in its header."""
        avps = [u16(TYPE, kind)] + self.guard.avps(self.version, avps)
        data = control(self.version, self.peer if peer is None else peer,
                       session, self.ns, self.nr, avps)
        self.ns = self.ns + 1 & 0xffff
        self.last = self.guard.sign(data, kind)
        return self.sock.send_control(self.remote, self.last)

    def repeat(self):
        """What was sent last once more."""
        return self.sock.send_control(self.remote, self.last)

    def ack(self):
        """Nothing but an acknowledgment: RFC 3931, 3.1 and 5.4.1."""
        if self.guard.secret is None:
            data = control(self.version, self.peer, 0, self.ns, self.nr)
        else:
            avps = [u16(TYPE, ACK)] + self.guard.avps(3, ())
            data = self.guard.sign(control(3, self.peer, 0, self.ns, self.nr,
                                           avps), ACK)
        self.sock.send_control(self.remote, data)

    def assigned(self):
        return u16(TUNNEL_ID, self.own) if self.version == 2 else \
            u32(CCID, self.own)

    def assigned_in(self, packet):
        return packet.number(TUNNEL_ID if self.version == 2 else CCID)

    def nonce(self):
        return [Avp(NONCE, self.guard.nonce)] if self.guard.nonce else []

    def introduction(self):
        """What SCCRQ and SCCRP say."""
        avps = [Avp(HOST, self.host), self.assigned(), *self.nonce()]
        if self.version == 2:
            return [u16(PROTOCOL, 0x100), u32(FRAMING, 3)] + avps + \
                [u16(WINDOW, 8)]
        return avps + [u32(ROUTER_ID, 1), u16(PW_LIST, 5)]

    def take(self, packet):
        if packet.kind == SCCRP:
            self.guard.peer_nonce = packet.avp(NONCE) or b""
        if not self.guard.is_good(packet):
            self.bad_digests += 1
            return
        if self.guard.hidden is not None:
            self.guard.reveal(packet)
        self.messages.append(packet)
        if packet.kind in (None, ACK) or packet.kind in self.ignore:
            return
        self.nr = packet.ns + 1 & 0xffff
        self.act(packet)

    def act(self, packet):
        answer = self.ANSWERS.get(packet.kind)
        if answer:
            answer(self, packet)
        else:
            self.ack()

    def count(self, kind):
        return sum(packet.kind == kind for packet in self.messages)

    # What each message makes an end do.

    def sccrp(self, packet):
        self.peer = self.assigned_in(packet)
        self.remote = packet.source
        if self.state == "new":
            self.state = "up"
            self.send(SCCCN)

    def scccn(self, _):
        self.state = "up"
        self.ack()

    def stopped(self, _):
        self.state = "stopped"
        self.ack()

    def find(self, packet):
        """The session that a message is about."""
        own = packet.session if self.version == 2 else packet.number(REMOTE_ID)
        if own == 0 and packet.kind == CDN:
            # Its sender has not heard of it (RFC 3931, 5.4.4).
            peer = packet.number(LOCAL_ID)
            return next((call for call in reversed(self.calls)
                         if call.peer == peer), None)
        return next((call for call in reversed(self.calls)
                     if call.own == own), None)

    def asked(self, packet):
        """The other end begins a session, or asks for it once more."""
        kind = ICRP if packet.kind == ICRQ else OCRP
        call = self.world.far.get(packet.number(SERIAL))
        if call and call in self.calls:
            if kind not in self.server.hold:
                call.answer(kind)
            return
        own = self.in_ids.pop(0) if self.in_ids else \
            next(self.server.session_ids)
        serial = packet.number(SERIAL)
        call = Session(self, own, serial, self.cookie_for(packet))
        call.learn(packet)
        if self.server:
            self.world.far[serial] = call
        else:
            self.world.near[serial] = call
        if self.server and self.server.refuses:
            call.refuse()
        elif not self.server or kind not in self.server.hold:
            call.answer(kind)

    def cookie_for(self, packet):
        """Who is given one gives one of the same length."""
        return self.world.cookie(len(packet.avp(COOKIE) or b""))

    def answered(self, packet):
        call = self.find(packet)
        if not call:
            self.sock.strays.append(packet)
            return
        call.learn(packet)
        call.state = "up"
        call.connected(ICCN if packet.kind == ICRP else OCCN)

    def connected(self, packet):
        call = self.find(packet)
        if call:
            call.state = "up"
        self.ack()

    def cleared(self, packet):
        call = self.find(packet)
        if call:
            call.state = "cleared"
        else:
            self.sock.strays.append(packet)
        self.ack()

    ANSWERS = {
        SCCRP: sccrp, SCCCN: scccn, STOPCCN: stopped, ICRQ: asked,
        OCRQ: asked, ICRP: answered, OCRP: answered, ICCN: connected,
        OCCN: connected, CDN: cleared,
    }


class Session:
    """A session as one end knows it; a cookie is what that end must get."""

    def __init__(self, tunnel, own, serial, cookie=b""):
        self.tunnel = tunnel
        self.own = own
        self.serial = serial
        self.cookie = cookie
        self.peer = 0
        self.peer_cookie = b""
        self.state = "new"
        self.flags = 0          # of data of version 2
        self.got = {}           # where payloads came from
        tunnel.calls.append(self)
        key = (tunnel.own, own) if tunnel.version == 2 else own
        for sock in {tunnel.sock, *tunnel.world.listening(tunnel)}:
            sock.sessions[key] = self

    def learn(self, packet):
        if self.tunnel.version == 2:
            self.peer = packet.number(CALL_ID)
        else:
            self.peer = packet.number(LOCAL_ID)
            self.peer_cookie = packet.avp(COOKIE) or b""

    def ids(self):
        """AVPs with the session's ids, and the cookie."""
        if self.tunnel.version == 2:
            return [u16(CALL_ID, self.own)]
        avps = [u32(LOCAL_ID, self.own), u32(REMOTE_ID, self.peer)]
        return avps + ([Avp(COOKIE, self.cookie)] if self.cookie else [])

    def send_control(self, kind, *avps):
        session = self.peer if self.tunnel.version == 2 else 0
        self.tunnel.send(kind, *avps, session=session)

    def ask(self, kind=ICRQ):
        more = [u16(PW_TYPE, 5), Avp(END_ID, b"end")] \
            if self.tunnel.version == 3 else []
        self.send_control(kind, *self.ids(), u32(SERIAL, self.serial), *more)

    def answer(self, kind=ICRP):
        more = [u16(STATUS, 1)] if self.tunnel.version == 3 else []
        self.send_control(kind, *self.ids(), *more)

    def refuse(self):
        """CDN of version 3, in place of an answer: no id has been chosen."""
        self.send_control(CDN, u16(RESULT, 4), u32(LOCAL_ID, 0),
                          u32(REMOTE_ID, self.peer))

    def connected(self, kind=ICCN):
        if self.tunnel.version == 2:
            self.send_control(kind, u32(SPEED, 64000), u32(FRAMING_TYPE, 1))
        else:
            self.send_control(kind, *self.ids()[:2])

    def clear(self):
        """Call-Disconnect-Notify."""
        ids = self.ids()[:2]
        self.send_control(CDN, u16(RESULT, 3), *ids)

    def packet(self, payload, tunnel=None, session=None):
        """A data message for the other end."""
        session = self.peer if session is None else session
        if self.tunnel.version == 2:
            tunnel = self.tunnel.peer if tunnel is None else tunnel
            return data_v2(tunnel, session, payload, self.flags)
        return data_v3(session, self.peer_cookie + payload,
                       self.tunnel.sock.udp)

    def send(self, payload):
        return self.tunnel.sock.send(self.tunnel.remote, self.packet(payload))


# --- peers ------------------------------------------------------------------

class World:
    """Everything in this process.

    far: the servers' ends of sessions, by Call Serial Number, which no NAT
    changes. near: the clients' ends of those that servers begin. tunnels: the
    servers' ends of tunnels, by Host Name.
    """

    def __init__(self, netns):
        self.netns = netns
        self.loop = Loop()
        self.far = {}
        self.near = {}
        self.tunnels = {}
        self.socks = {}
        self.serials = itertools.count(1)
        self.tokens = itertools.count(1)
        self.cookies = itertools.count(1)

    def sock(self, ns, address, port=None):
        """The one socket of this address and port; None is protocol 115."""
        key = ns, address, port
        if key not in self.socks:
            enter(self.netns[ns])
            self.socks[key] = Sock(self, address, port)
        return self.socks[key]

    @staticmethod
    def listening(tunnel):
        """Sockets on which an end takes packets of a tunnel."""
        return tunnel.server.socks if tunnel.server else []

    def serial(self):
        return next(self.serials)

    def token(self, text):
        """A payload that no other packet has."""
        return f"{text} {next(self.tokens)} ".encode().ljust(32, b".")

    def cookie(self, size):
        """One that no other session has."""
        return next(self.cookies).to_bytes(8, "little")[:size]


class Server:
    """Answers on a socket, or from another one.

    ids, session_ids: what it gives. hold: message types that it keeps to
    itself. answer: the socket that it answers from for good. to_port: the port
    that it sends to, whatever the client's is. refuses: it refuses sessions of
    version 3.
    """

    def __init__(self, world, socks, first=1, secret=None):
        self.world = world
        self.socks = socks
        self.ids = itertools.count(first)
        self.session_ids = itertools.count(first)
        self.secret = secret
        self.hold = set()
        self.refuses = False
        self.answer = socks[0]
        self.to_port = None
        self.tunnels = []
        for sock in socks:
            sock.on_control = self.take

    def take(self, sock, packet):
        if packet.kind == SCCRQ and packet.version in (2, 3):
            self.start(sock, packet)
        else:
            sock.strays.append(packet)

    def guard_for(self, packet):
        """As the client does it."""
        digest = packet.avp(DIGEST)
        nonce = packet.avp(NONCE) or b""
        guard = Guard()
        if digest is not None:
            guard.secret = self.secret or b""
            guard.hash_name = "md5" if digest[0] == 0 else "sha1"
            guard.nonce = b"server's nonce.." if nonce else b""
            guard.peer_nonce = nonce
        if packet.avp(RANDOM) is not None:
            guard.hidden = self.secret or b""
        return guard

    def start(self, sock, packet):
        """SCCRQ."""
        guard = self.guard_for(packet)
        if not guard.is_good(packet):
            sock.strays.append(packet)
            return
        if guard.hidden is not None:
            guard.reveal(packet)
        if packet.avp(HOST) in self.world.tunnels:
            self.introduce(self.world.tunnels[packet.avp(HOST)])
            return
        source = packet.source
        if self.to_port:
            source = source[0], self.to_port
        tunnel = Tunnel(self.world, self.answer, packet.version,
                        next(self.ids), source, guard, packet.avp(HOST))
        for other in self.socks:
            other.tunnels[packet.version, tunnel.own] = tunnel
        tunnel.server = self
        tunnel.nr = 1
        tunnel.peer = tunnel.assigned_in(packet)
        self.tunnels.append(tunnel)
        self.world.tunnels[tunnel.host] = tunnel
        self.introduce(tunnel)

    def introduce(self, tunnel):
        """SCCRP, once more if the client has asked once more."""
        if SCCRP in self.hold:
            return
        if tunnel.ns:
            tunnel.repeat()
        else:
            tunnel.send(SCCRP, *tunnel.introduction())


def open_tunnel(world, sock, version, own, to, guard=None):
    """A client's SCCRQ."""
    host = world.token("host").rstrip(b".")
    tunnel = Tunnel(world, sock, version, own, to, guard or Guard(), host)
    tunnel.send(SCCRQ, *tunnel.introduction())
    return tunnel


def open_session(tunnel, own, cookie=b"", kind=ICRQ):
    """The ICRQ, or OCRQ, of whoever begins."""
    session = Session(tunnel, own, tunnel.world.serial(), cookie)
    session.ask(kind)
    return session


def exchange(world, sessions, ms):
    """Send a packet of each session to its server, and then one back.

    Returns the sessions whose packets did not come, in each direction, and how
    many came to somebody else. They must come from where control messages do.
    """
    def arrived(receiver, payload):
        tunnel = receiver.tunnel
        source = receiver.got.get(payload)
        if source and tunnel.server and tunnel.server.to_port:
            return source[0] == tunnel.remote[0]
        return source == tunnel.remote

    def missing(sent):
        return [one for one, receiver, payload in sent
                if not receiver or not arrived(receiver, payload)]

    before = {sock: len(sock.strays) for sock in world.socks.values()}
    out, back = [], []
    for one in sessions:
        payload = world.token("out")
        one.send(payload)
        out.append((one, world.far.get(one.serial), payload))
    world.loop.until(lambda: not missing(out), ms)
    for one, far, _ in out:
        payload = world.token("in")
        if far:
            far.send(payload)
        back.append((one, one if far else None, payload))
    world.loop.until(lambda: not missing(back), ms)
    wrong = sum(len(sock.strays) - n for sock, n in before.items())
    return missing(out), missing(back), wrong


# --- the wire ---------------------------------------------------------------

ETH_P = {0x0800: socket.AF_INET, 0x86dd: socket.AF_INET6}
Frame = collections.namedtuple("Frame", "protocol source sport dest dport "
                               "checksum good data")


def ones_sum(data):
    total = sum(struct.unpack(f"!{(len(data) + 1) // 2}H",
                              data + bytes(len(data) % 2)))
    while total >> 16:
        total = (total & 0xffff) + (total >> 16)
    return total


def checksums_by_software(netns, interface):
    """Else packets that never leave the machine have none that is complete."""
    enter(netns)
    value = ctypes.create_string_buffer(struct.pack("II", ETHTOOL_STXCSUM, 0))
    request = struct.pack("16sP16x", interface.encode(),
                          ctypes.addressof(value))
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as sock:
        fcntl.ioctl(sock, SIOCETHTOOL, request)


class Wire:
    """What is seen on an interface: UDP and protocol 115, unfragmented."""

    def __init__(self, world, ns, interface):
        enter(world.netns[ns])
        self.sock = socket.socket(socket.AF_PACKET, socket.SOCK_RAW,
                                  socket.htons(3))
        self.sock.bind((interface, 0))
        self.sock.setblocking(False)
        self.frames = []
        world.loop.watch(self.sock, self.read)

    def read(self):
        while True:
            try:
                frame = self.sock.recv(65536)
            except BlockingIOError:
                return
            kind = struct.unpack_from("!H", frame, 12)[0]
            if kind in ETH_P:
                self.parse(ETH_P[kind], frame[14:])

    def parse(self, family, packet):
        if family == socket.AF_INET:
            size, protocol = struct.unpack_from("!2xH5xB", packet)
            head, addresses = (packet[0] & 15) * 4, packet[12:20]
        else:
            size, protocol = struct.unpack_from("!4xHB", packet)
            head, addresses, size = 40, packet[8:40], size + 40
        body = packet[head:size]
        half = len(addresses) // 2
        source = socket.inet_ntop(family, addresses[:half])
        dest = socket.inet_ntop(family, addresses[half:])
        if protocol == L2TP:
            self.frames.append(Frame(L2TP, source, 0, dest, 0, None, True,
                                     body))
        elif protocol == socket.IPPROTO_UDP and len(body) >= 8:
            sport, dport, _, checksum = struct.unpack_from("!4H", body)
            pseudo = addresses + struct.pack("!HH", protocol, len(body))
            good = not checksum or ones_sum(pseudo + body) == 0xffff
            self.frames.append(Frame(protocol, source, sport, dest, dport,
                                     checksum, good, body[8:]))
