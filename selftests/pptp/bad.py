# SPDX-License-Identifier: GPL-2.0-only
"""Bytes that nobody should send, on control connections and as GRE."""

import struct

import calls  # noqa: F401, pylint: disable=unused-import
import pptp_peer as pptp
from peer import command, need


def altered(data, offset, layout, value):
    size = struct.calcsize(layout)
    return data[:offset] + struct.pack(layout, value) + data[offset + size:]


def lengths():
    """Lying lengths: too short for a header, for the type, too long."""
    request = pptp.out_call_request(7, 1)
    for size in (0, 4, 11, 13, 16, 513, 65535):
        yield altered(request, 0, "!H", size)


def cookies():
    yield altered(pptp.out_call_request(7, 1), 4, "!I", 0x1a2b3c4e)
    yield altered(pptp.set_link_info(7), 2, "!H", 0)


def garbage():
    yield b"GET / HTTP/1.0\r\n\r\n"
    yield pptp.message(pptp.ECHO_REPLY, 1, 1, 0, 0) + bytes(range(256))
    yield bytes(2000)
    yield b"\xff" * 13


def unfinished():
    yield pptp.start_request()[:100]
    yield pptp.call_clear(4242)[:13]
    yield pptp.call_clear(4242)[:1]


STREAMS = {"lengths": lengths, "cookies": cookies, "garbage": garbage,
           "unfinished": unfinished}


@command
def streams(state, what, address, to):
    """Each on a connection of its own, in both directions: come unchanged."""
    ns, where = address.split(":", 1)
    for data in STREAMS[what]():
        client = pptp.Client(state, ns, where, to)
        need(state.loop.run([client.starting()], 3000), "no connection")
        far = next(server.by_host[client.host]
                   for server in state.servers.values()
                   if client.host in server.by_host)
        for sender, receiver in ((client.control, far), (far, client.control)):
            # More follows, so that nothing can stay held up unnoticed.
            more = b"the end".rjust(600, b".")
            receiver.on_message = None
            want = bytes(receiver.raw) + data + more
            sender.send(data)
            state.loop.until(lambda: not sender.unacknowledged(), 30)
            sender.send(more)
            state.until(lambda: len(receiver.raw) >= len(want), 3000,
                        f"{len(receiver.raw)} of {len(want)} bytes came of "
                        f"{data[:16].hex()}")
            need(bytes(receiver.raw) == want, f"{data[:16].hex()} was changed")
        client.control.close()


@command
def unknown_types(state, name):
    """Messages of types that there are not; they come, and the call goes on."""
    control = state.clients[name].control
    far = next(iter(state.servers.values())).by_host[state.clients[name].host]
    header = struct.Struct(pptp.HEADER)
    for kind in (0, 16, 99, 65535):
        data = header.pack(24, 1, pptp.MAGIC, kind, 0) + b"abcdefghijkl"
        control.send(data)
        state.until(lambda: far.messages[-1] == data, 3000,
                    f"type {kind} did not come")


@command
def foreign(state, name, victim):
    """Messages about ids that are another client's, or nobody's."""
    client, victim = state.clients[name], state.matching(victim)[0]
    owner = next(iter(state.servers.values()))
    far = owner.by_host[client.host]
    other = state.far[victim.serial]
    for call_id in (victim.own, victim.peer, other.own, other.peer, 4242):
        for control, data in (
                (client.control, pptp.call_clear(call_id)),
                (client.control, pptp.set_link_info(call_id)),
                (client.control, pptp.in_call_reply(call_id, call_id)),
                (client.control, pptp.out_call_reply(call_id, call_id)),
                (far, pptp.call_disconnect(call_id)),
                (far, pptp.wan_error(call_id)),
                (far, pptp.in_call_connected(call_id)),
                (far, pptp.out_call_reply(call_id, call_id))):
            receiver = far if control is client.control else client.control
            receiver.on_message = None
            n = len(receiver.messages)
            control.send(data)
            state.until(lambda: len(receiver.messages) > n, 3000,
                        f"message {pptp.kind_of(data)} did not come")
            need(pptp.without_ids(receiver.messages[-1]) ==
                 pptp.without_ids(data), "more than ids was changed")


def odd_gre(call_id):
    """GRE packets cut short, of another protocol, of other versions."""
    whole = pptp.gre(call_id, b"odd", 1, 1)
    for n in range(8):
        yield whole[:n]
    yield altered(whole, 2, "!H", 0x0800)       # another protocol
    yield altered(whole, 0, "!H", 0x0001)       # no key
    yield altered(whole, 0, "!H", 0x3002)       # version 2
    yield altered(whole, 0, "!H", 0x3007)       # version 7
    yield altered(whole, 4, "!H", 65535)        # more payload than there is
    yield whole[:8]                             # announces what is not there
    yield pptp.gre(call_id ^ 1, b"odd", 1)      # nobody's call


@command
def odd(state, pattern):
    """Send all of them to both ends of a call."""
    for one in state.matching(pattern):
        far = state.far[one.serial]
        for end in (one, far):
            for data in odd_gre(end.peer):
                end.gre.send(end.control.remote[0], data)
