# SPDX-License-Identifier: GPL-2.0-only
"""Commands about servers, tunnels, sessions, packets and control messages."""

import itertools

import l2tp_peer as l2tp
from l2tp_state import command, need

IDS = itertools.count(1000)


def number(text):
    return int(text, 0)


def place(text):
    """NS:ADDRESS"""
    return text.split(":", 1)


# --- setting up -------------------------------------------------------------

@command
def server(state, name, ns, address, proto="udp", ids="1", port="1701",
           answer=None, to_port=None, secret=None):
    """ids counts up, for tunnels and for sessions.

    answer: another port that it answers from; to_port: one that it sends to,
    whatever the client's is.
    """
    ports = [None] if proto == "ip" else [number(port)]
    if answer:
        ports.append(number(answer))
    socks = [state.sock(ns, address, port) for port in ports]
    state.servers[name] = made = l2tp.Server(
        state, socks, number(ids), secret.encode() if secret else None)
    made.answer = socks[-1]
    made.to_port = number(to_port) if to_port else None


@command
def hold(state, name, *kinds):
    """Let the server keep messages of these types to itself."""
    state.servers[name].hold = {number(kind) for kind in kinds}


def guard_of(secret, hash_name, nonce, hidden):
    secret = {"none": None, "empty": b""}.get(secret, secret.encode())
    return l2tp.Guard(secret, hash_name, b"client's nonce!!" if nonce else b"",
                      hidden.encode() or None)


def tunnel_is_up(state, tunnel):
    far = state.far_of(tunnel)
    return tunnel.state == "up" and far and far.state == "up" and \
        tunnel.count(None) + tunnel.count(l2tp.ACK) > 0


@command
def connect(state, *peers, to, version="2", proto="udp", port="1701",
            to_port="1701", secret="none", hash="md5", nonce="", hidden="",
            up=None, ms="3000"):
    """NAME=NS:ADDRESS[,ID]...: tunnels; all come up, or so many."""
    new = []
    for peer in peers:
        name, where = peer.split("=")
        where, _, own = where.partition(",")
        sock = state.sock(*place(where),
                          None if proto == "ip" else number(port))
        tunnel = l2tp.open_tunnel(
            state, sock, number(version), number(own or str(next(IDS))),
            (to, 0 if proto == "ip" else number(to_port)),
            guard_of(secret, hash, nonce, hidden))
        state.clients[name] = tunnel
        new.append(tunnel)
    want = len(new) if up is None else number(up)

    def count():
        return sum(bool(tunnel_is_up(state, tunnel)) for tunnel in new)

    state.loop.until(lambda: count() >= want and count() > 0, int(ms))
    for tunnel in new:
        if not tunnel_is_up(state, tunnel):
            far = state.far_of(tunnel)
            print(f"{state.name_of(tunnel)}: {tunnel.state}, at the server "
                  f"{far.state if far else 'unknown'}")
    need(count() == want, f"{count()} of {len(new)} are up")


def session_is_up(state, one):
    far = state.far.get(one.serial)
    if one.state != "up" or not far or far.state != "up":
        return False
    # Both know one another's cookies.
    return far.peer_cookie == one.cookie and one.peer_cookie == far.cookie


@command
def session(state, *sessions, cookie="0", up=None, ms="3000"):
    """TUNNEL=ID[,COOKIE]...: sessions that clients begin.

    Cookies have this size, or are told in hexadecimal. So many come up,
    or all.
    """
    new = []
    for text in sessions:
        name, own = text.split("=")
        own, _, told_cookie = own.partition(",")
        one = l2tp.open_session(state.clients[name], number(own),
                                bytes.fromhex(told_cookie) or
                                state.cookie(number(cookie)))
        state.calls[f"{name}/{own}"] = one
        new.append(one)
    come_up(state, new, up, ms)


def come_up(state, new, up, ms):
    want = len(new) if up is None else number(up)

    def count():
        return sum(session_is_up(state, one) for one in new)

    state.loop.until(lambda: count() >= want and count() > 0, int(ms))
    for one in new:
        far = state.far.get(one.serial)
        if not session_is_up(state, one):
            print(f"{state.name_of(one)}: {one.state}, at the server "
                  f"{far.state if far else 'unknown'}")
    need(count() == want, f"{count()} of {len(new)} are up")


def is_refusal(asks, packet):
    """A CDN about a session of version 3, with no id to send to."""
    result = next((avp for avp in packet.avps
                   if avp.kind == l2tp.RESULT), None)
    return packet.kind == l2tp.CDN and result and \
        result.flags == l2tp.MANDATORY and result.value == bytes([0, 4]) and \
        packet.avp(l2tp.STATUS) is None and \
        packet.number(l2tp.LOCAL_ID) == 0 and \
        packet.number(l2tp.REMOTE_ID) == asks.own


class Refused:
    """A session that one end of a tunnel asks for, and is refused."""

    def __init__(self, state, text, by):
        name, own = text.split("=")
        near = state.clients[name]
        self.text = text
        self.end, ids, self.others = near, iter([number(own)]), state.far
        if by == "server":
            near.in_ids.append(number(own))
            self.end, self.others = state.far_of(near), state.near
            ids = self.end.server.session_ids
        self.seen = len(self.end.messages)
        self.asks = l2tp.open_session(self.end, next(ids))

    def other(self):
        """The session as the other end knows it."""
        return self.others.get(self.asks.serial)

    def told(self):
        """All that has come since it was asked for."""
        return [packet for packet in self.end.messages[self.seen:]
                if packet.kind not in (None, l2tp.ACK)]

    def heard(self, state, n, ms, known=False):
        """So many answers: all refuse it. The other end knows its id or not."""
        state.until(lambda: len(self.told()) >= n, ms,
                    f"{self.text}: no answer came")
        for packet in self.told():
            need(is_refusal(self.asks, packet),
                 f"{self.text}: it was told by {packet.kind}, {packet.avps}")
        other = self.other()
        need((other.peer == self.asks.own) == known,
             f"{self.text}: the other end knows it as {other.peer}")
        asked = {packet.number(l2tp.LOCAL_ID)
                 for packet in other.tunnel.messages
                 if packet.number(l2tp.SERIAL) == self.asks.serial}
        need(asked == {other.peer}, f"{self.text}: it is told {asked}")


@command
def refused(state, *sessions, by="client", known="", ms="3000"):
    """TUNNEL=ID...: sessions that one end asks for, and is refused.

    ID is the client's. known: the other end knows it, for there was room left to
    ask.
    """
    for text in sessions:
        Refused(state, text, by).heard(state, 1, ms, bool(known))


@command
def refused_again(state, text, ms="3000"):
    """The same, and both ends send once more what they have sent."""
    one = Refused(state, text, "client")
    one.heard(state, 1, ms)
    one.other().tunnel.repeat()
    one.heard(state, 2, ms)
    one.end.repeat()
    one.heard(state, 3, ms)


@command
def given_up(state, text, ms="3000"):
    """Who asks does not wait for the refusal; the other end hears of it."""
    one = Refused(state, text, "client")
    state.until(one.other, ms, f"{text}: no request came")
    one.asks.clear()
    state.until(lambda: one.other().state == "cleared", ms,
                f"{text}: it is {one.other().state}")


@command
def refuses(state, name, yes="1"):
    """Let the server refuse sessions that it is asked for, or not any more."""
    state.servers[name].refuses = yes == "1"


@command
def early(state, *sessions, ms="3000"):
    """TUNNEL=ID...: sessions whose answers the server holds; it sends data."""
    for text in sessions:
        name, own = text.split("=")
        one = l2tp.open_session(state.clients[name], number(own))
        state.calls[f"{name}/{own}"] = one
        state.until(lambda: one.serial in state.far, ms, "no request came")
        payload = state.token("in")
        state.far[one.serial].send(payload)
        state.until(lambda: payload in one.got, ms,
                    f"{text}: no packet came before the answer")


@command
def late(state, pattern, ms="3000"):
    """The answers that were held back; a client sends data at once."""
    for one in state.matching(pattern):
        far = state.far[one.serial]
        far.answer()
        state.until(lambda: one.state == "up", ms, "no answer came")
        payload = state.token("out")
        one.send(payload)
        state.until(lambda: payload in far.got and session_is_up(state, one),
                    ms, f"{state.name_of(one)}: nothing came to the server")


@command
def asked_again(state, name, n="3"):
    """A client asks for its session once more, so many times."""
    one = state.matching(name)[0]
    for _ in range(number(n)):
        one.ask()
        state.loop.step(0.05)


@command
def is_up(state, name, ms="2000"):
    """A session has come up after all."""
    one = state.matching(name)[0]
    state.until(lambda: session_is_up(state, one), ms, f"it is {one.state}")


@command
def incoming(state, *sessions, cookie="0", ms="3000"):
    """TUNNEL=ID...: sessions that the server begins; ID is the client's."""
    new = []
    for text in sessions:
        name, own = text.split("=")
        tunnel = state.clients[name]
        tunnel.in_ids.append(number(own))
        far_tunnel = state.far_of(tunnel)
        kind = l2tp.OCRQ if tunnel.version == 2 else l2tp.ICRQ
        far = l2tp.open_session(far_tunnel,
                                next(far_tunnel.server.session_ids),
                                state.cookie(number(cookie)), kind)
        state.far[far.serial] = far
        state.until(lambda far=far: far.serial in state.near, ms,
                    f"{text}: nothing came to the client")
        state.calls[f"{name}/{own}"] = one = state.near[far.serial]
        new.append(one)
    come_up(state, new, None, ms)
    for one in new:
        need(one.own == number(state.name_of(one).split("/")[1]),
             f"{state.name_of(one)}: it is {one.own}")


@command
def has_alias(state, pattern):
    """The server knows these sessions of version 3 by other ids."""
    for one in state.matching(pattern):
        peer = state.far[one.serial].peer
        need(peer != one.own, f"{state.name_of(one)}: it has its id")


@command
def nocheck(state, *names):
    """These clients and their servers send no UDP checksums from now on."""
    for name in names:
        tunnel = state.clients[name]
        tunnel.sock.no_checksum()
        state.far_of(tunnel).sock.no_checksum()


@command
def txoff(state, ns, interface):
    """Let checksums be made before the interface, so that they can be seen."""
    l2tp.checksums_by_software(state.netns[ns], interface)


@command
def flags(state, pattern, bits):
    """What is optional in data of version 2: the letters L, S, O, P."""
    letters = {"L": l2tp.FLAG_LENGTH, "S": l2tp.FLAG_SEQUENCE,
               "O": l2tp.FLAG_OFFSET, "P": l2tp.FLAG_PRIORITY}
    for one in state.matching(pattern):
        one.flags = sum(letters[bit] for bit in bits)
        state.far[one.serial].flags = one.flags


@command
def ignore(state, pattern, *kinds):
    """Clients and their servers do not act on messages of these types."""
    for tunnel in state.tunnels_matching(pattern):
        for end in (tunnel, state.far_of(tunnel)):
            end.ignore = {number(kind) for kind in kinds}


# --- traffic ----------------------------------------------------------------

@command
def data(state, pattern="*", out=None, back=None, ms="2000"):
    """A packet of each session to its server and one back; all, or so many."""
    calls = state.matching(pattern)
    no_out, no_back, wrong = l2tp.exchange(state, calls, int(ms))
    for text, lost in (("to the server", no_out), ("back", no_back)):
        for one in lost[:8]:
            print(f"{state.name_of(one)}: nothing came {text}")
    n = len(calls)
    done = n - len(no_out), n - len(no_back)
    want = (n if out is None else int(out), n if back is None else int(back))
    need(done == want, f"{done[0]} there and {done[1]} back, of {n}")
    need(not wrong, f"{wrong} packets at a wrong place")


@command
def back(state, pattern="*", ms="2000", n=None):
    """A packet of each session from its server only."""
    calls = state.matching(pattern)
    sent = []
    for one in calls:
        payload = state.token("in")
        state.far[one.serial].send(payload)
        sent.append((one, payload))

    def count():
        return sum(payload in one.got for one, payload in sent)

    want = len(sent) if n is None else int(n)
    state.loop.until(lambda: count() >= want and count() > 0, int(ms))
    need(count() == want, f"{count()} of {len(sent)} came")


@command
def sized(state, pattern, size, ms="3000"):
    """A packet of this size each way."""
    for one in state.matching(pattern):
        far = state.far[one.serial]
        for sender, receiver, way in ((one, far, "out"), (far, one, "in")):
            payload = state.token(way).ljust(number(size), b".")
            sender.send(payload)
            state.until(lambda: payload in receiver.got, ms,
                        f"{state.name_of(one)}: nothing came {way}")


class Traffic:
    """A packet each way of each session, again and again."""

    def __init__(self, state, calls, ms):
        self.state = state
        self.calls = calls
        self.sent = []
        self.timer = state.loop.every(ms, self.tick)

    def tick(self):
        for one in self.calls:
            far = self.state.far[one.serial]
            for sender, receiver, way in ((one, far, "out"),
                                          (far, one, "in")):
                payload = self.state.token(way)
                if sender.send(payload):
                    self.sent.append((payload, receiver))

    def lost(self):
        return sum(payload not in receiver.got
                   for payload, receiver in self.sent)


@command
def traffic(state, pattern="*", every="20"):
    """Begin to exchange packets."""
    for one in state.matching(pattern):
        need(one.serial in state.far, f"{state.name_of(one)} is not up")
    state.traffic = Traffic(state, state.matching(pattern), int(every))


@command
def traffic_end(state, lost="0", sent="2", ms="2000"):
    """End it: at least so many were sent, at most so many lost."""
    running = state.traffic
    state.loop.until(lambda: len(running.sent) >= int(sent), int(ms))
    state.loop.cancel(running.timer)
    state.loop.until(lambda: not running.lost(), 300)
    n = running.lost()
    print(f"{len(running.sent)} sent, {n} lost")
    need(len(running.sent) >= int(sent), "too few were sent")
    need(n <= int(lost), f"{n} lost")


@command
def big(state, name, size):
    """A packet of this size for the server, which may not be fragmented."""
    state.matching(name)[0].send(b"big".ljust(int(size), b"."))


@command
def icmp(state, name, kind, code, n="1", ms="2000"):
    """A client was told so many ICMP errors of this kind."""
    errors = state.clients[name].sock.errors
    want = number(kind), number(code)
    state.loop.until(lambda: errors.count(want) >= int(n), int(ms))
    need(errors.count(want) == int(n), f"told {errors}")


@command
def clear_errors(state):
    """Forget ICMP errors."""
    for sock in state.socks.values():
        sock.read_errors()
        sock.errors.clear()


# --- control messages -------------------------------------------------------

def told(state, sender, receiver, kind, send, ms):
    """Send from one end of a tunnel; the other one hears it, and no other."""
    before = receiver.count(kind)
    acks = sender.count(None) + sender.count(l2tp.ACK)
    send()
    name = f"{state.name_of(sender if sender.server is None else receiver)}"
    state.until(lambda: receiver.count(kind) > before, ms,
                f"{name}: message {kind} did not come")
    got = next(packet for packet in reversed(receiver.messages)
               if packet.kind == kind)
    need(l2tp.without_ids(got.message) == l2tp.without_ids(sender.last),
         "more than ids was changed")
    state.until(lambda: sender.count(None) + sender.count(l2tp.ACK) > acks,
                ms, f"{name}: no acknowledgment")
    return got


def ends_of(state, tunnel):
    far = state.far_of(tunnel)
    return (tunnel, far), (far, tunnel)


@command
def hello(state, pattern="*", ms="2000"):
    """Hello of both ends of tunnels, and acknowledgments."""
    for tunnel in state.tunnels_matching(pattern):
        for sender, receiver in ends_of(state, tunnel):
            told(state, sender, receiver, l2tp.HELLO,
                 lambda sender=sender: sender.send(l2tp.HELLO), ms)


@command
def link_info(state, pattern="*", ms="2000"):
    """WAN-Error-Notify and Set-Link-Info of both ends, about each session."""
    for one in state.matching(pattern):
        far = state.far[one.serial]
        for sender, receiver in ((one, far), (far, one)):
            for kind in (l2tp.WEN, l2tp.SLI):
                ids = sender.ids()[:2] if sender.tunnel.version == 3 else []
                got = told(state, sender.tunnel, receiver.tunnel, kind,
                           lambda sender=sender, kind=kind, ids=ids:
                           sender.send_control(kind, *ids), ms)
                about(state, one, got, receiver)


def about(state, one, packet, receiver):
    """A message carries its receiver's own id, and what it calls the other."""
    version = receiver.tunnel.version
    own = packet.session if version == 2 else packet.number(l2tp.REMOTE_ID)
    need(own == receiver.own, f"{state.name_of(one)}: message {packet.kind} "
         f"is about {own}, not {receiver.own}")
    if version == 3:
        peer = packet.number(l2tp.LOCAL_ID)
        need(peer == receiver.peer, f"{state.name_of(one)}: message "
             f"{packet.kind} comes from {peer}, not {receiver.peer}")


@command
def clear(state, pattern="*", ms="2000", by="client"):
    """Call-Disconnect-Notify."""
    for one in state.matching(pattern):
        far = state.far[one.serial]
        sender, receiver = (one, far) if by == "client" else (far, one)
        got = told(state, sender.tunnel, receiver.tunnel, l2tp.CDN,
                   sender.clear, ms)
        about(state, one, got, receiver)


@command
def stop(state, pattern, ms="2000", by="client"):
    """StopCCN."""
    for tunnel in state.tunnels_matching(pattern):
        far = state.far_of(tunnel)
        sender, receiver = (tunnel, far) if by == "client" else (far, tunnel)
        got = told(state, sender, receiver, l2tp.STOPCCN,
                   lambda sender=sender: sender.send(
                       l2tp.STOPCCN, sender.assigned(),
                       l2tp.u16(l2tp.RESULT, 1)), ms)
        heard = receiver.assigned_in(got)
        need(heard == receiver.peer, f"{state.name_of(tunnel)}: the receiver "
             f"is told {heard}, not {receiver.peer}")


@command
def spoof(state, pattern, kind, ms="2000"):
    """The server sends a message that ends a tunnel, or its sessions.

    The client takes no notice: it stands for one who knows it is not true.
    """
    for tunnel in state.tunnels_matching(pattern):
        far = state.far_of(tunnel)
        kind_ = {"stop": l2tp.STOPCCN, "cdn": l2tp.CDN}[kind]
        calls = far.calls if kind == "cdn" else [None]
        for call in calls:
            before = tunnel.count(kind_)
            if call:
                call.clear()
            else:
                far.send(kind_, far.assigned(), l2tp.u16(l2tp.RESULT, 1))
            state.until(lambda: tunnel.count(kind_) > before, ms,
                        f"{state.name_of(tunnel)}: it did not come")


@command
def silent(state, pattern, kind="6", ms="500", by="client"):
    """A Hello, or another message, of one end does not get through."""
    for tunnel in state.tunnels_matching(pattern):
        sender, receiver = ends_of(state, tunnel)[by != "client"]
        before = receiver.count(number(kind))
        sender.send(number(kind))
        state.loop.until(lambda: receiver.count(number(kind)) > before,
                         int(ms))
        need(receiver.count(number(kind)) == before,
             f"{state.name_of(tunnel)}: it came")


@command
def digests(state, pattern="*"):
    """Both ends have found every Message Digest right, and there were some."""
    for tunnel in state.tunnels_matching(pattern):
        for end in (tunnel, state.far_of(tunnel)):
            need(not end.bad_digests, f"{state.name_of(tunnel)}: "
                 f"{end.bad_digests} digests are wrong")
            n = sum(packet.avp(l2tp.DIGEST) is not None
                    for packet in end.messages)
            need(n, f"{state.name_of(tunnel)}: no message had a digest")


@command
def repeat(state, name, n="5"):
    """A client sends what it sent last so many times more."""
    for _ in range(number(n)):
        state.clients[name].repeat()


@command
def answer_from(state, name, where, port, tunnel="", to="1701", comes="",
                ms="300"):
    """An SCCRP about a client's tunnel, or another one, from anywhere.

    It comes to the client, or does not.
    """
    client = state.clients[name]
    ns, address = place(where)
    sock = state.sock(ns, address, number(port))
    avps = [l2tp.u16(l2tp.TYPE, l2tp.SCCRP), l2tp.Avp(l2tp.HOST, b"forged"),
            l2tp.u16(l2tp.TUNNEL_ID, 4711)]
    data_ = l2tp.control(2, number(tunnel) if tunnel else client.own, 0, 0, 1,
                         avps)
    public = state.far_of(client).remote[0]
    sock.send((public, number(to)), data_)
    came = state.loop.until(
        lambda: any(packet.data == data_ for packet in client.sock.packets),
        int(ms))
    need(came == bool(comes), f"it came: {came}")


@command
def again(state, pattern, ms="2000", by="client"):
    """The last message of tunnels comes once more, if it is sent once more."""
    for tunnel in state.tunnels_matching(pattern):
        sender, receiver = ends_of(state, tunnel)[by != "client"]
        before = len(receiver.messages)
        sender.repeat()
        state.until(lambda: len(receiver.messages) > before, ms,
                    f"{state.name_of(tunnel)}: it did not come")


@command
def repeated(state, name, ms="3000"):
    """A tunnel has come up after all."""
    tunnel = state.clients[name]
    state.until(lambda: tunnel_is_up(state, tunnel), ms,
                f"it is {tunnel.state}")


@command
def foreign(state, pattern, *places):
    """Strangers send what would end tunnels and sessions, if it were true.

    Those inside do to the server, those outside to the public address.
    """
    for tunnel in state.tunnels_matching(pattern):
        far = state.far_of(tunnel)
        for where in places:
            sock = state.sock(*place(where),
                              l2tp.PORT if tunnel.sock.udp else None)
            outside = sock.local[0] != tunnel.sock.local[0] and \
                where.startswith("G:")
            end = far if outside else tunnel
            to = (end.remote[0], l2tp.PORT if tunnel.sock.udp else 0)
            for kind in (l2tp.STOPCCN, l2tp.CDN, l2tp.SCCRP):
                for call in end.calls:
                    ids = [end.assigned(), *call.ids()[:2]]
                    sock.send_control(to, l2tp.control(
                        end.version, end.peer,
                        call.peer if end.version == 2 else 0, 5, 5,
                        [l2tp.u16(l2tp.TYPE, kind), *ids]))


@command
def clear_strays(state):
    """Forget what came to whoever did not know it."""
    for sock in state.socks.values():
        sock.strays.clear()


@command
def strays(state, pattern="*", n="0"):
    """How many packets came to these clients that they do not know."""
    socks = {tunnel.sock for tunnel in state.tunnels_matching(pattern)}
    have = sum(len(sock.strays) for sock in socks)
    need(have == number(n), f"{have}")


# --- what the other end sees ------------------------------------------------

def compare(n, total, wanted):
    for have, want, whose in zip(n, wanted, ("clients", "servers")):
        print(f"{have} of {total} ids of {whose} have an alias")
        need(want is None or have == int(want), f"not {want}")


@command
def aliases(state, pattern="*", client=None, server=None):
    """How many sessions' ids are others at the other end."""
    calls = state.matching(pattern)
    n = [sum(one.own != state.far[one.serial].peer for one in calls),
         sum(one.peer != state.far[one.serial].own for one in calls)]
    compare(n, len(calls), (client, server))


@command
def tunnel_aliases(state, pattern="*", client=None, server=None):
    """How many tunnels' ids are."""
    tunnels = state.tunnels_matching(pattern)
    n = [sum(one.own != state.far_of(one).peer for one in tunnels),
         sum(one.peer != state.far_of(one).own for one in tunnels)]
    compare(n, len(tunnels), (client, server))


@command
def distinct(state, pattern="*"):
    """The server can tell all tunnels apart: by address, port and id."""
    far = [state.far_of(one) for one in state.tunnels_matching(pattern)]
    need(None not in far, "some are not up")
    seen = {(end.remote, end.peer) for end in far}
    need(len(seen) == len(far), f"{len(seen)} of {len(far)} differ")


@command
def ports(state, pattern, port, n=None):
    """So many clients, or all, have this port in the server's eyes."""
    far = [state.far_of(one) for one in state.tunnels_matching(pattern)]
    have = [end.remote[1] for end in far]
    want = len(far) if n is None else number(n)
    need(have.count(number(port)) == want, f"{have}")


@command
def publics(state, pattern, n):
    """The server sees at least so many addresses."""
    seen = {state.far_of(one).remote[0]
            for one in state.tunnels_matching(pattern)}
    need(len(seen) >= number(n), f"it sees {seen}")


@command
def shared(state, pattern):
    """On each public address one tunnel has kept its id, and all differ."""
    seen = {}
    for one in state.tunnels_matching(pattern):
        far = state.far_of(one)
        seen.setdefault(far.remote[0], []).append((far.peer,
                                                   far.peer == one.own))
    for address, ids in seen.items():
        print(f"{address}: {ids}")
        need(sum(kept for _, kept in ids) == 1, "not one has kept its id")
        need(len({own for own, _ in ids}) == len(ids), "not distinct")


@command
def wire(state, ns, interface):
    """Begin to look at what is on an interface."""
    state.wires[ns] = l2tp.Wire(state, ns, interface)


@command
def checksums(state, ns, source=None, zero=None, min="1"):
    """UDP checksums seen from an address are right; all are zero, or none."""
    frames = [frame for frame in state.wires[ns].frames
              if frame.protocol != l2tp.L2TP and
              l2tp.PORT in (frame.sport, frame.dport) and
              source in (None, frame.source)]
    need(len(frames) >= number(min), f"only {len(frames)} packets were seen")
    bad = sum(not frame.good for frame in frames)
    need(not bad, f"{bad} of {len(frames)} are wrong")
    zeros = sum(not frame.checksum for frame in frames)
    if zero is not None:
        need(zeros == (len(frames) if number(zero) else 0),
             f"{zeros} of {len(frames)} are zero")
    state.wires[ns].frames.clear()
