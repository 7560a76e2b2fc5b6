# SPDX-License-Identifier: GPL-2.0-only
"""Commands about servers, connections, calls, packets and control messages."""

import pptp_peer as pptp
from peer import command, need


def number(text):
    return int(text, 0)


# --- setting up -------------------------------------------------------------

@command
def server(state, name, ns, address, ids="1", same="", port="1723",
           dialect="pac"):
    """ids counts up, in each connection by itself if same."""
    state.servers[name] = pptp.Server(state, ns, address, number(port),
                                      number(ids), bool(same))
    state.servers[name].dialect = dialect


@command
def unlisten(state, name):
    """No further connections; those that there are stay."""
    listening = state.servers[name].sock
    state.loop.forget(listening)
    listening.close()


@command
def hold(state, name, *kinds):
    """Let the server keep messages of these types to itself."""
    state.servers[name].hold = {number(kind) for kind in kinds}


@command
def connect(state, *peers, to, port="1723", ms="5000", expect=None):
    """NAME=NS:ADDRESS...: control connections; expect says how they end."""
    new = []
    for peer in peers:
        name, where = peer.split("=")
        ns, address = where.split(":", 1)
        client = pptp.Client(state, ns, address, to, number(port))
        state.clients[name] = client
        new.append(client)
    state.loop.run([client.starting() for client in new], int(ms))
    up = [client for client in new
          if client.control.count(pptp.START_REPLY) == 1]
    if expect:
        states = {client.control.state for client in new}
        need(states == {expect} and not up, f"ended as {states}")
    else:
        need(len(up) == len(new), f"{len(up)} of {len(new)} are up")


def call_is_consistent(call, far):
    """The ids that both ends were told belong together."""
    if call.result is None:
        return f"no reply, the server knows it as {far and far.peer}"
    if call.result != 1:
        return f"result {call.result}"
    if call.told != call.own:
        return f"own id {call.own}, but the reply is about {call.told}"
    if not far:
        return "the server does not know it"
    return None


@command
def call(state, *calls, ms="5000", answered=None):
    """NAME=ID...: outgoing calls on these connections.

    All must be answered consistently, or answered says how many.
    """
    new = []
    for text in calls:
        name, call_id = text.split("=")
        one = state.clients[name].call(number(call_id))
        state.calls[f"{name}/{call_id}"] = one
        new.append(one)
    want = len(new) if answered is None else int(answered)
    enough = state.loop.until(
        lambda: sum(one.result is not None for one in new) >= want, int(ms))
    bad = [(one, call_is_consistent(one, state.far.get(one.serial)))
           for one in new]
    bad = [(one, text) for one, text in bad if text]
    for one, text in bad[:8]:
        print(f"{state.name_of(one)}: {text}")
    for client in state.clients.values():
        for own, peer, result in client.strays[:8]:
            print(f"stray reply {own} about {peer}, result {result}")
    need(enough and len(new) - len(bad) == want,
         f"{len(new) - len(bad)} of {len(new)} calls are answered")


@command
def refuse(state, *calls, known="", ms="5000"):
    """NAME=ID...: outgoing calls that are refused, though the server has accepted.

    The reply says so, is about the client's id, and has none of the server's.
    known: the server knows the client's id, for there was room left to ask.
    """
    for text in calls:
        name, call_id = text.split("=")
        client = state.clients[name]
        strays = len(client.strays)
        one = client.call(number(call_id))
        state.calls[f"{name}/{call_id}"] = one
        state.until(lambda: one.result is not None, ms, f"{text}: no reply")
        reply = client.control.last(pptp.OUT_CALL_REPLY)
        need(reply[:5] == (0, one.own, 2, 4, 0), f"{text}: {reply}")
        peer = state.far[one.serial].peer
        need((peer == one.own) == bool(known),
             f"{text}: the server knows it as {peer}")
        need(len(client.strays) == strays, f"{text}: and more")


@command
def refuse_twin(state, name, ms="3000"):
    """CALL: one is refused, and cleared, whose id is that of CALL's other end."""
    live = state.calls[name]
    client = name.split("/")[0]
    refuse(state, f"{client}={live.peer}", ms=ms)
    twin = state.calls[f"{client}/{live.peer}"]
    far = state.far[twin.serial]
    before = far.control.count(pptp.CALL_CLEAR)
    twin.control.send(pptp.call_clear(twin.own))
    state.until(lambda: far.control.count(pptp.CALL_CLEAR) > before, ms,
                "the server was not told")
    heard = far.control.last(pptp.CALL_CLEAR)[0]
    need(heard == far.peer, f"the server was told {heard}, not {far.peer}")


@command
def refuse_server(state, server_name, *calls, ms="5000"):
    """NAME=ID...: calls that the server begins, and is refused."""
    server_ = state.servers[server_name]
    for text in calls:
        name, call_id = text.split("=")
        client = state.clients[name]
        client.in_ids.append(number(call_id))
        far = server_.ask(server_.by_host[client.host])
        state.until(lambda: far.result is not None, ms, f"{text}: no reply")
        reply = far.control.last(pptp.IN_CALL_REPLY)
        need(reply[:4] == (0, far.own, 2, 4), f"{text}: {reply}")


@command
def give_up(state, *calls, ms="5000"):
    """NAME=ID...: calls that are refused; who asks does not wait for that.

    The server hears Call-Clear-Request about what it knows.
    """
    for text in calls:
        name, call_id = text.split("=")
        one = state.clients[name].call(number(call_id))
        state.until(lambda: one.serial in state.far, ms, "no request came")
        far = state.far[one.serial]
        need(far.peer != one.own, f"{text}: the server knows its id")
        before = far.control.count(pptp.CALL_CLEAR)
        one.control.send(pptp.call_clear(one.own))
        state.until(lambda: far.control.count(pptp.CALL_CLEAR) > before, ms,
                    f"{text}: no Call-Clear-Request")
        heard = far.control.last(pptp.CALL_CLEAR)[0]
        need(heard == far.peer, f"{text}: the server was told {heard}, "
             f"not {far.peer}")
        one.result = 0


@command
def incoming(state, server_name, *calls, ms="5000"):
    """NAME=ID...: calls that the server begins on these connections."""
    server_ = state.servers[server_name]
    new = []
    for text in calls:
        name, call_id = text.split("=")
        client = state.clients[name]
        client.in_ids.append(number(call_id))
        new.append((f"{name}/{call_id}", client,
                    server_.ask(server_.by_host[client.host])))
    state.until(lambda: all(far.result == 1 and client.control.count(
        pptp.IN_CALL_CONNECTED) for _, client, far in new), ms,
        "not all are connected")
    for name, client, far in new:
        one = next(each for each in client.calls if each.serial == far.serial)
        state.calls[name] = one
        heard = client.control.last(pptp.IN_CALL_CONNECTED)[0]
        need(heard == one.own, f"{name}: Incoming-Call-Connected is about "
             f"{heard}")


@command
def early(state, *calls, ms="3000"):
    """NAME=ID...: calls whose replies the server holds back; it sends GRE."""
    for text in calls:
        name, call_id = text.split("=")
        one = state.clients[name].call(number(call_id))
        state.calls[f"{name}/{call_id}"] = one
        state.until(lambda: one.serial in state.far, ms, "no request came")
        payload = state.token("in")
        state.far[one.serial].send_gre(payload)
        state.until(lambda: payload in one.gre.by_payload, ms,
                    f"{text}: no packet came before the reply")
        heard = one.gre.by_payload[payload].call_id
        need(heard == one.own, f"{text}: it came with id {heard}")


@command
def late(state, pattern="*", ms="3000"):
    """The replies that were held back; a client sends GRE at once."""
    for one in state.matching(pattern):
        far = state.far[one.serial]
        far.control.send(pptp.out_call_reply(far.own, far.peer))
        state.until(lambda: one.result == 1 and one.told == one.own, ms,
                    "no reply came")
        payload = state.token("out")
        one.send_gre(payload)
        state.until(lambda: payload in far.gre.by_payload, ms,
                    f"{state.name_of(one)}: nothing came to the server")


# --- traffic ----------------------------------------------------------------

def strangers(state):
    """Packets that came to a client whose call they do not belong to."""
    wanted = {(one.gre, one.own) for one in state.calls.values()}
    wanted |= {(one.gre, one.own) for one in state.far.values()}
    return [packet for at in state.gre_sockets.values()
            for packet in at.packets
            if packet.version == 1 and packet.payload.startswith(b"in ")
            and (at, packet.call_id) not in wanted]


@command
def gre(state, pattern="*", out=None, back=None, ms="2000"):
    """A packet of each call to its server and one back; all, or so many."""
    calls = state.matching(pattern)
    no_out, no_back = pptp.exchange(state, calls, int(ms))
    for text, lost in (("to the server", no_out), ("back", no_back)):
        for one in lost[:8]:
            print(f"{state.name_of(one)}: nothing came {text}")
    n = len(calls)
    done = n - len(no_out), n - len(no_back)
    want = (n if out is None else int(out), n if back is None else int(back))
    need(done == want, f"{done[0]} there and {done[1]} back, of {n}")
    wrong = strangers(state)
    need(not wrong, f"{len(wrong)} packets at a wrong client")


@command
def back(state, pattern="*", ms="2000"):
    """A packet of each call from its server only."""
    for one in state.matching(pattern):
        payload = state.token("in")
        state.far[one.serial].send_gre(payload)
        state.until(lambda: payload in one.gre.by_payload, ms,
                    f"{state.name_of(one)}: nothing came")
        heard = one.gre.by_payload[payload].call_id
        need(heard == one.own, f"{state.name_of(one)}: it came with {heard}")


class Traffic:
    """A packet each way of each call, again and again."""

    def __init__(self, state, calls, ms):
        self.state = state
        self.calls = calls
        self.sent = []
        self.refused = 0
        self.timer = state.loop.every(ms, self.tick)

    def tick(self):
        for one in self.calls:
            far = self.state.far[one.serial]
            for sender, receiver, way in ((one, far, "out"),
                                          (far, one, "in")):
                payload = self.state.token(way)
                if sender.send_gre(payload):
                    self.sent.append((payload, receiver))
                else:
                    self.refused += 1

    def lost(self):
        n = 0
        for payload, receiver in self.sent:
            packet = receiver.gre.by_payload.get(payload)
            if not packet or packet.call_id != receiver.own:
                n += 1
        return n


@command
def traffic(state, pattern="*", every="20"):
    """Begin to exchange packets."""
    state.traffic = Traffic(state, state.matching(pattern), int(every))


@command
def traffic_end(state, lost="0", sent="2", ms="2000"):
    """End it: at least so many were sent, at most so many lost."""
    running = state.traffic
    state.loop.until(lambda: len(running.sent) >= int(sent), int(ms))
    state.loop.cancel(running.timer)
    state.loop.until(lambda: not running.lost(), 300)
    n = running.lost()
    print(f"{len(running.sent)} sent, {n} lost, {running.refused} refused")
    need(len(running.sent) >= int(sent), "too few were sent")
    need(n <= int(lost), f"{n} lost")
    wrong = strangers(state)
    need(not wrong, f"{len(wrong)} packets at a wrong client")


@command
def plain(state, ns, address, to_ns, to, ms="2000", back="1"):
    """GRE of version 0, with and without a key: must come as it was sent."""
    near, far = state.gre_socket(ns, address), state.gre_socket(to_ns, to)
    for key in (None, 0x00070007):
        data = pptp.gre_plain(state.token("plain"), key)
        near.send(to, data)
        state.until(lambda: any(p.data == data for p in far.packets), ms,
                    "nothing came unchanged")
        source = next(p.source for p in far.packets if p.data == data)
        answer = pptp.gre_plain(state.token("plain"), key)
        far.send(source, answer)
        came = state.loop.until(
            lambda: any(p.data == answer for p in near.packets), int(ms))
        need(came == bool(int(back)), f"back: {came}")


@command
def big(state, name, size):
    """A packet of this size for the server, which may not be fragmented."""
    one = state.matching(name)[0]
    one.send_gre(b"big".ljust(int(size), b"."))


@command
def icmp(state, name, kind, code, n="1", ms="2000"):
    """A client was told so many ICMP errors of this kind about its GRE."""
    errors = state.matching(name)[0].gre.errors
    want = int(kind), int(code)
    state.loop.until(lambda: errors.count(want) >= int(n), int(ms))
    need(errors.count(want) == int(n), f"told {errors}")


# --- control messages -------------------------------------------------------

@command
def echo(state, name, ms="3000"):
    """Echo-Request and Reply."""
    control = state.clients[name].control
    before = control.count(pptp.ECHO_REPLY)
    control.send(pptp.message(pptp.ECHO_REQUEST, 0x01020304))
    state.until(lambda: control.count(pptp.ECHO_REPLY) > before, ms,
                f"no answer, the connection is {control.state}")
    need(control.last(pptp.ECHO_REPLY)[0] == 0x01020304, "another identifier")


@command
def state_of(state, name, expect, ms="3000"):
    """How a connection stands: up, end, reset..."""
    control = state.clients[name].control
    state.until(lambda: control.state == expect, ms,
                f"{name} is {control.state}")


def told(state, call_, kind, data, ms, at_client):
    """Send to the other end of a call; the id that it hears must be its own."""
    sender, receiver = call_, state.far[call_.serial]
    if at_client:
        sender, receiver = receiver, sender
    before = receiver.control.count(kind)
    sender.control.send(data)
    state.until(lambda: receiver.control.count(kind) > before, ms,
                f"message {kind} did not come")
    heard = receiver.control.last(kind)
    need(heard[0] == receiver.own, f"it is about {heard[0]}, "
         f"not {receiver.own}")
    got = next(raw for raw in reversed(receiver.control.messages)
               if pptp.kind_of(raw) == kind)
    need(pptp.without_ids(got) == pptp.without_ids(data),
         "more than ids was changed")


@command
def wan_error(state, pattern="*", ms="3000"):
    """WAN-Error-Notify of the server, about each call."""
    for one in state.matching(pattern):
        far = state.far[one.serial]
        told(state, one, pptp.WAN_ERROR, pptp.wan_error(far.peer), ms, True)


@command
def link_info(state, pattern="*", ms="3000"):
    """Set-Link-Info of both ends, about each call."""
    for one in state.matching(pattern):
        far = state.far[one.serial]
        told(state, one, pptp.SET_LINK_INFO, pptp.set_link_info(one.peer), ms,
             False)
        told(state, one, pptp.SET_LINK_INFO, pptp.set_link_info(far.peer), ms,
             True)


@command
def clear(state, pattern="*", ms="3000"):
    """Call-Clear-Request, and the server's Call-Disconnect-Notify."""
    for one in state.matching(pattern):
        far = state.far[one.serial]
        control = one.control
        before = control.count(pptp.CALL_DISCONNECT)
        control.send(pptp.call_clear(one.own))
        state.until(lambda: control.count(pptp.CALL_DISCONNECT) > before, ms,
                    f"{state.name_of(one)}: no Call-Disconnect-Notify")
        heard = far.control.last(pptp.CALL_CLEAR)[0]
        need(heard == far.peer, f"the server was told {heard}, not {far.peer}")
        disconnected(state, one)


@command
def disconnect(state, server_name, pattern="*", ms="3000"):
    """The server ends calls by itself."""
    for one in state.matching(pattern):
        before = one.control.count(pptp.CALL_DISCONNECT)
        state.servers[server_name].disconnect(state.far[one.serial])
        state.until(lambda: one.control.count(pptp.CALL_DISCONNECT) > before,
                    ms, f"{state.name_of(one)}: no Call-Disconnect-Notify")
        disconnected(state, one)


def disconnected(state, one):
    """The Call-Disconnect-Notify is about this call, in either dialect."""
    heard = one.control.last(pptp.CALL_DISCONNECT)[0]
    owner = next(each for each in state.servers.values()
                 if state.far[one.serial] in each.calls)
    want = one.peer if owner.dialect == "pac" else one.own
    need(heard == want, f"{state.name_of(one)}: the client was told "
         f"{heard}, not {want}")


@command
def stop(state, name, ms="3000"):
    """Stop-Control-Connection-Request and Reply."""
    control = state.clients[name].control
    control.send(pptp.message(pptp.STOP_REQUEST, 1, 0, 0))
    state.until(lambda: control.count(pptp.STOP_REPLY), ms, "no reply")


@command
def close(state, *names, reset=""):
    """End connections by FIN, or by RST."""
    for name in names:
        state.clients[name].control.close(bool(reset))


@command
def aliases(state, pattern="*", client=None, server=None):
    """How many calls' ids are others at the other end."""
    calls = state.matching(pattern)
    n = [sum(one.own != state.far[one.serial].peer for one in calls),
         sum(one.peer != state.far[one.serial].own for one in calls)]
    for have, want, whose in zip(n, (client, server), ("clients", "servers")):
        print(f"{have} of {len(calls)} ids of {whose} have an alias")
        need(want is None or have == int(want), f"not {want}")


@command
def distinct(state, pattern="*"):
    """At the server, all calls have another client id."""
    ids = [state.far[one.serial].peer for one in state.matching(pattern)]
    need(len(set(ids)) == len(ids), f"{len(set(ids))} ids of {len(ids)} calls")


@command
def publics(state, pattern, n):
    """The server sees at least so many addresses."""
    seen = {state.far[one.serial].control.remote[0]
            for one in state.matching(pattern)}
    need(len(seen) >= int(n), f"it sees {seen}")


@command
def shared(state, pattern):
    """On each public address one client has kept its id, and all differ."""
    seen = {}
    for one in state.matching(pattern):
        far = state.far[one.serial]
        seen.setdefault(far.control.remote[0], []).append(
            (far.peer, far.peer == one.own))
    for address, ids in seen.items():
        print(f"{address}: {ids}")
        need(sum(kept for _, kept in ids) == 1, "not one has kept its id")
        need(len({call_id for call_id, _ in ids}) == len(ids), "not distinct")


@command
def refused(state, name, ms="5000"):
    """A connection is reset when its client sends."""
    control = state.clients[name].control
    control.send(pptp.message(pptp.ECHO_REQUEST, 1))
    state.until(lambda: control.state == "reset", ms,
                f"the connection is {control.state}")
