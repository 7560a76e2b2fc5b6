# SPDX-License-Identifier: GPL-2.0-only
"""Control messages that share segments, or come in pieces."""

import fnmatch

import calls  # noqa: F401, pylint: disable=unused-import
import pptp_peer as pptp
from peer import Failure, command, need


def cut(data, at):
    return [data[:at], data[at:]] if 0 < at < len(data) else [data]


class SplitServer(pptp.Server):
    """Sends each message as the pieces that it is told to make of it."""

    def __init__(self, *args, **more):
        super().__init__(*args, **more)
        self.pieces = {}        # functions, by connection

    def send(self, control, data):
        pieces = self.pieces.get(control, lambda whole: [whole])
        self.world.loop.spawn(control.send_pieces(pieces(data)))


class Peer:
    """A client, its server's end, and what each of them sent."""

    def __init__(self, state, client):
        self.state, self.client = state, client
        self.sent = bytearray(pptp.start_request(client.host))
        self.server = state.servers["split"]
        self.far = self.server.by_host[client.host]
        self.sent_back = bytearray(self.client.control.raw)
        self.server.pieces[self.far] = self.cut_back
        self.cut = lambda data: [data]
        self.calls = 0          # so far; all clients use the same ids

    def cut_back(self, data):
        self.sent_back += data
        return self.cut(data)

    def say(self, data):
        """A task: the client says this, in pieces."""
        self.sent += data
        yield from self.client.control.send_pieces(self.cut(data))

    def conversation(self):
        """A task: a call with all messages that it can have."""
        control, far = self.client.control, self.far
        self.calls += 1
        own = self.calls
        call = pptp.Call(control, self.client.gre, self.state.serial(), own)
        self.client.calls.append(call)
        yield from self.say(pptp.out_call_request(own, call.serial))
        yield lambda: call.result
        other = self.state.far[call.serial]
        need(call.told == own, f"the reply is about {call.told}")
        infos, clears = far.count(pptp.SET_LINK_INFO), \
            control.count(pptp.CALL_DISCONNECT)
        errors = control.count(pptp.WAN_ERROR)
        yield from self.say(pptp.set_link_info(call.peer))
        yield lambda: far.count(pptp.SET_LINK_INFO) > infos
        heard = far.last(pptp.SET_LINK_INFO)[0]
        need(heard == other.own, f"Set-Link-Info is about {heard}")
        self.server.send(far, pptp.wan_error(other.peer))
        yield lambda: control.count(pptp.WAN_ERROR) > errors
        heard = control.last(pptp.WAN_ERROR)[0]
        need(heard == own, f"WAN-Error-Notify is about {heard}")
        yield from self.say(pptp.call_clear(own))
        yield lambda: control.count(pptp.CALL_DISCONNECT) > clears
        heard = control.last(pptp.CALL_DISCONNECT)[0]
        need(heard == call.peer, f"Call-Disconnect-Notify is about {heard}")

    def incoming(self):
        """A task: a call that the server begins."""
        before = self.client.control.count(pptp.IN_CALL_CONNECTED)
        self.calls += 1
        own = self.calls
        self.client.in_ids.append(own)
        call = self.server.ask(self.far)
        yield lambda: self.client.control.count(
            pptp.IN_CALL_CONNECTED) > before
        heard = self.client.control.last(pptp.IN_CALL_CONNECTED)[0]
        need(heard == own, f"Incoming-Call-Connected is about {heard}")
        near = next(one for one in self.client.calls
                    if one.serial == call.serial)
        self.sent += pptp.in_call_reply(own, near.peer)

    def unchanged(self):
        """Both streams came as they were sent, apart from ids."""
        for name, sent, heard in (
                ("client", self.sent, self.far.raw),
                ("server", self.sent_back, self.client.control.raw)):
            need(blank(sent) == blank(heard),
                 f"what the {name} sent was changed: {len(sent)} bytes sent, "
                 f"{len(heard)} came")


def blank(stream):
    """A stream of messages without their Call IDs."""
    out, at = [], 0
    while at < len(stream):
        size = int.from_bytes(stream[at:at + 2], "big")
        need(size >= pptp.HEADER_LEN, f"no message at byte {at}")
        out.append(pptp.without_ids(bytes(stream[at:at + size])))
        at += size
    return out


@command
def split_server(state, ns, address):
    state.servers["split"] = SplitServer(state, ns, address)


@command
def split_peers(state, pattern):
    """Which connections take part."""
    state.peers = [Peer(state, client)
                   for name, client in state.clients.items()
                   if fnmatch.fnmatchcase(name, pattern)]


def converse(state, tasks, ms):
    """Run the tasks; they fail in here."""
    try:
        need(state.loop.run(tasks, ms), "a conversation has not ended")
    except Failure:
        state.loop.tasks.clear()
        raise


@command
def everywhere(state):
    """Two segments for each message, cut at every byte in turn.

    Each connection takes its share of the places.
    """
    n = len(state.peers)

    def share(peer, first):
        for at in range(first, 220, n):
            peer.cut = lambda data, at=at: cut(data, at)
            if at < 168:
                yield from peer.conversation()
            yield from peer.incoming()

    converse(state, [share(peer, i + 1) for i, peer in enumerate(state.peers)],
             40000)
    for peer in state.peers:
        peer.unchanged()


@command
def threes(state):
    """Three bytes a segment."""
    all_peers = state.peers[:8]
    for peer in all_peers:
        peer.cut = lambda data: [data[i:i + 3]
                                 for i in range(0, len(data), 3)]
    converse(state, [peer.conversation() for peer in all_peers], 40000)
    for peer in all_peers:
        peer.unchanged()


@command
def merged(state):
    """Six messages in one segment, and their answers in one."""
    server = state.servers["split"]
    peer = state.peers[0]
    answers = bytearray()
    server.pieces[peer.far] = lambda data: answers.extend(data) or []
    asked = [pptp.Call(peer.client.control, peer.client.gre, state.serial(),
                       1000 + i) for i in range(5)]
    peer.client.calls += asked
    data = b"".join(pptp.out_call_request(call.own, call.serial)
                    for call in asked)
    data += pptp.message(pptp.ECHO_REQUEST, 1)
    peer.sent += data
    peer.client.control.send(data)
    state.until(lambda: len(answers) == 5 * 32 + 20, 3000,
                f"{len(answers)} bytes of answers")
    peer.sent_back += answers
    peer.far.send(bytes(answers))
    server.pieces[peer.far] = peer.cut_back
    state.until(lambda: all(call.result for call in asked), 3000,
                "not all are answered")
    for call in asked:
        need(call.told == call.own, f"{call.own} was told {call.told}")
    no_out, no_back = pptp.exchange(state, asked, 2000)
    need(not no_out and not no_back,
         f"{len(no_out)} and {len(no_back)} packets did not come")
    peer.unchanged()
