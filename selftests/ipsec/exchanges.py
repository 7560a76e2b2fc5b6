# SPDX-License-Identifier: GPL-2.0-only
"""Commands about gateways, IKE SAs, exchanges and ESP packets."""

import time

import ike_peer as ike
from ike_state import command, need
from l2tp_peer import checksums_by_software


def number(text):
    return int(text, 0)


# --- setting up -------------------------------------------------------------

@command
def gateway(state, ns, *addresses, port="500"):
    """Each listens, and is found by its address."""
    for address in addresses:
        sock = state.sock(ns, address, number(port))
        state.gateways[address] = sock
        state.esp_sock(sock)


@command
def sa(state, *peers, to, port="500", version="2", cookie=None):
    """NAME=NS:ADDRESS...: IKE SAs, nothing of which has been said yet."""
    for peer in peers:
        name, where = peer.split("=")
        near = state.sock(*where.split(":", 1), number(port))
        state.esp_sock(near)
        made = ike.Sa(state, near, state.gateways[to], number(version))
        if cookie:
            made.initiator = bytes.fromhex(cookie)
        state.sas[name] = made


@command
def follow(state, new, old, by="client"):
    """A new IKE SA takes the place of an old one (RFC 7296, 1.3.2)."""
    was = state.sas[old]
    made = ike.Sa(state, was.end["client"], was.end["gateway"], was.version)
    made.responder = state.cookie()
    made.begun_by = by
    made.where, made.esp_where = was.where, was.esp_where
    made.tunnels = was.tunnels
    state.sas[new] = made


@command
def txoff(state, ns, *interfaces):
    """UDP checksums are complete where packets leave there."""
    for interface in interfaces:
        checksums_by_software(state.netns[ns], interface)


# --- IKE --------------------------------------------------------------------

def do_ask(state, name, one, kind, by, size, ms):
    """A request; true if it came."""
    if kind in ("init", "main"):
        one.responder = ike.NO_COOKIE
    one.last[by] = 0 if kind == "main" else one.next_id(by)
    data = one.message(ike.KINDS[kind], by, one.last[by], size=size)
    if ike.carry_again(one, by, data, ms):
        return True
    print(f"{name}: the request of the {by} did not come")
    return False


def do_answer(state, name, one, kind, by, size, ms):
    """What answers a request of this end; true if it came."""
    if kind in ("init", "main"):
        one.responder = state.cookie()
    data = one.message(ike.KINDS[kind], ike.OTHER[by], one.last[by],
                       response=True, size=size)
    if not ike.carry(one, ike.OTHER[by], data, ms):
        print(f"{name}: the answer to the {by} did not come")
        return False
    if kind in ike.BEGIN_TUNNELS:
        one.tunnels.append(state.tunnel())
    return True


def each(state, patterns, function, *args):
    good = [function(state, name, one, *args)
            for name, one in state.matching(*patterns)]
    need(all(good), f"{sum(good)} of {len(good)}")


@command
def ask(state, *names, kind="child", by="client", size="248", ms="6000"):
    """Requests of one end."""
    each(state, names, do_ask, kind, by, number(size), int(ms))


@command
def answer(state, *names, kind="child", by="client", size="248", ms="6000"):
    """Answers to requests that this end has sent."""
    each(state, names, do_answer, kind, by, number(size), int(ms))


def begins(name, one, first, ms):
    """A packet of each end, if anybody begins."""
    if not first:
        return True
    return one_packet(name, one, first, -1, ms) and \
        one_packet(name, one, ike.OTHER[first], -1, ms)


@command
def exchange(state, *names, kind="child", by="client", size="248", ms="6000",
             first=""):
    """Both: each client's exchange is over before the next one's begins.

    first: who begins to send with what was agreed on, before that.
    """
    def both(state, name, one, kind, by, size, ms):
        return do_ask(state, name, one, kind, by, size, ms) and \
            do_answer(state, name, one, kind, by, size, ms) and \
            begins(name, one, first, ms)

    each(state, names, both, kind, by, number(size), int(ms))


@command
def up(state, *names, size="248", ms="6000", first=""):
    """All that it takes for the first tunnel."""
    def whole(state, name, one, size, ms):
        kinds = ("main", "quick") if one.version == 1 else ("init", "auth")
        return all(do_ask(state, name, one, kind, "client", size, ms) and
                   do_answer(state, name, one, kind, "client", size, ms)
                   for kind in kinds) and begins(name, one, first, ms)

    each(state, names, whole, number(size), int(ms))


@command
def say(state, name, by="client", kind="info", response="", number_="1",
        size="76", length=None, version=None, following="46", initiator=None,
        responder=None, to=None, port="500", lost="", ms="700"):
    """One message, whatever it may be; it comes, or is lost."""
    one = state.sas[name]
    data = one.message(
        ike.KINDS.get(kind) or number(kind), by, number(number_),
        bool(response), number(size), number(length) if length else None,
        number(version) if version else None, number(following),
        bytes.fromhex(responder) if responder else None,
        bytes.fromhex(initiator) if initiator else None)
    came = ike.carry(one, by, data, int(ms), (to, number(port)) if to else None)
    need(bool(came) != bool(lost), "it came" if came else "it did not come")


@command
def raw(state, name, data, by="client", ms="2000"):
    """These bytes, in hexadecimal, come."""
    need(ike.carry(state.sas[name], by, bytes.fromhex(data), int(ms)),
         "they did not come")


@command
def flood(state, ns, address, n, to, kind="init"):
    """So many first messages, each of an IKE SA of its own; all come."""
    near, far = state.sock(ns, address), state.gateways[to]
    before = len(far.got)
    for _ in range(number(n)):
        one = ike.Sa(state, near, far, 2)
        near.send((to, ike.PORT), one.message(ike.KINDS[kind], "client", 0,
                                              size=40))
        state.loop.step(0)
    state.loop.until(lambda: len(far.got) - before >= number(n), 5000)
    need(len(far.got) - before == number(n), f"{len(far.got) - before} came")


@command
def guess(state, *names, tries, kind="info", ms="300"):
    """The gateway speaks, with a cookie that nobody knows, until the right
    client has it."""
    for name, one in state.matching(*names):
        data = one.message(ike.KINDS[kind], "gateway", 0)
        for i in range(number(tries)):
            if ike.carry(one, "gateway", data, int(ms)):
                print(f"{name}: came after {i + 1}")
                break
        else:
            need(False, f"{name}: it never came")


@command
def ports(state, *names, port=None, distinct=""):
    """Which the gateway sees."""
    seen = [(name, one.where[1]) for name, one in state.matching(*names)]
    print(*(f"{name}:{there}" for name, there in seen))
    if port is not None:
        need(all(there == number(port) for _, there in seen), f"not {port}")
    if distinct:
        need(len({there for _, there in seen}) == len(seen), "some are equal")


# --- ESP --------------------------------------------------------------------

def one_packet(name, one, by, tunnel, ms, seq=None):
    if ike.carry_esp(one, by, one.tunnels[tunnel], ms, seq):
        return True
    print(f"{name}: the {by}'s packet did not come")
    return False


@command
def esp(state, *names, first="client", n="1", tunnel="-1", ms="2000"):
    """Packets to and fro; each comes."""
    def trip(_, name, one):
        return one_packet(name, one, first, int(tunnel), int(ms)) and \
            one_packet(name, one, ike.OTHER[first], int(tunnel), int(ms))

    for _ in range(number(n)):
        each(state, names, trip)


@command
def monologue(state, name, n, ms="100"):
    """Packets of the client, none of which is answered."""
    one = state.sas[name]
    for _ in range(number(n)):
        need(one_packet(name, one, "client", -1, int(ms)), "it was held up")


@command
def talk(state, name, s, ms="20"):
    """Packets to and fro as fast as it goes; says how many were lost."""
    one = state.sas[name]
    end = time.monotonic() + float(s)
    sent, lost = 0, 0
    while time.monotonic() < end:
        sent += 1
        lost += not all(ike.carry_esp(one, by, one.tunnels[-1], int(ms))
                        for by in ("client", "gateway"))
    print(f"{lost} of {sent} trips were lost")


@command
def packet(state, *names, by="client", tunnel="-1", seq=None, lost="",
           ms="700"):
    """One packet of this end; it comes, or is lost."""
    def way(_, name, one):
        return one_packet(name, one, by, int(tunnel), int(ms),
                          number(seq) if seq else None) != bool(lost)

    each(state, names, way)


@command
def retry(state, *names, ms="300", limit="15000"):
    """Packets to and fro until each works; says how long it took."""
    for name, one in state.matching(*names):
        start = time.monotonic()
        while not (ike.carry_esp(one, "client", one.tunnels[-1], int(ms)) and
                   ike.carry_esp(one, "gateway", one.tunnels[-1], int(ms))):
            need((time.monotonic() - start) * 1000 < int(limit),
                 f"{name}: it does not work")
        print(f"{name}: {(time.monotonic() - start) * 1000:.0f} ms")


@command
def in_order(state, *names, answers, ms="2000"):
    """All clients send; then the gateway answers, in another order."""
    for name, one in state.matching(*names):
        need(one_packet(name, one, "client", -1, int(ms)), "lost")
    for name in answers.split(","):
        one = state.sas[name]
        ike.carry_esp(one, "gateway", one.tunnels[-1], 300)


@command
def mend(state, *names, limit="20000"):
    """Packets to and fro, each client's answered before the next one sends,
    until all work."""
    found = state.matching(*names)
    end = time.monotonic() + int(limit) / 1000
    rounds, working = 0, 0
    while working < len(found):
        need(time.monotonic() < end, f"{working} work after {rounds} rounds")
        rounds += 1
        working = sum(bool(ike.carry_esp(one, by, one.tunnels[-1], 150))
                      for _, one in found for by in ("client", "gateway"))
        working -= len(found)
    print(f"all work after {rounds} rounds")


@command
def spis(state, *names):
    """SPIs that come with no exchange: another tunnel."""
    for _, one in state.matching(*names):
        one.tunnels.append(state.tunnel())


@command
def forget(state, *names):
    """Where the gateway had the ESP from."""
    for _, one in state.matching(*names):
        one.esp_where = None


@command
def same_public(state, *names, n=None):
    """IKE and ESP of each come from one address; n of these are in use."""
    found = state.matching(*names)
    for name, one in found:
        print(f"{name}: IKE from {one.where[0]}, ESP from {one.esp_where}")
    need(all(one.where[0] == one.esp_where for _, one in found), "they differ")
    seen = {one.where[0] for _, one in found}
    if n is not None:
        need(len(seen) >= number(n), f"only {len(seen)} addresses")


@command
def public_is(state, name, address):
    """IKE comes from there."""
    need(state.sas[name].where[0] == address, state.sas[name].where[0])
