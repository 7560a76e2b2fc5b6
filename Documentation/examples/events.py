#!/usr/bin/python3
# SPDX-License-Identifier: GPL-2.0-only
"""Shows the modes, then tunnels that come and go; needs python3-pyroute2.

Of the attributes, a program names those that it wants to know.
"""

import ipaddress
import sys

from pyroute2.netlink import NLM_F_DUMP, NLM_F_REQUEST, NetlinkError, genlmsg
from pyroute2.netlink.generic import GenericNetlinkSocket

MODE_GET, TUNNEL_NTF = 1, 12
PROTO = "pptp", "ipsec", "l2tp"
MODE = "off", "on", "bypass", "observe"
EVENT = "up", "bound", "rebound", "unbound", "down"


class Message(genlmsg):
    nla_map = (
        (2, "PROTO", "uint32"), (3, "MODE", "uint32"),
        (4, "AVAILABLE", "flag"), (5, "CLIENT", "cdata"),
        (6, "SERVER", "cdata"), (22, "EVENT", "uint32"),
    )


def modes(sock):
    request = Message()
    request["cmd"], request["version"] = MODE_GET, 1
    for reply in sock.nlm_request(request, sock.prid,
                                  NLM_F_REQUEST | NLM_F_DUMP):
        print("mode", PROTO[reply.get_attr("PROTO")],
              MODE[reply.get_attr("MODE")], flush=True)


def show(event):
    client, server = (ipaddress.ip_address(event.get_attr(name))
                      for name in ("CLIENT", "SERVER"))
    print("tunnel", EVENT[event.get_attr("EVENT")],
          PROTO[event.get_attr("PROTO")], client, server, flush=True)


def main():
    sock = GenericNetlinkSocket()
    sock.module_err_level = "debug"
    sock.bind("vpn_passthrough", Message)
    modes(sock)
    sock.add_membership("events")
    print("listening", flush=True)
    while True:
        for event in sock.get():
            if event["cmd"] == TUNNEL_NTF:
                show(event)


if __name__ == "__main__":
    try:
        main()
    except (NetlinkError, OSError) as error:
        sys.exit(f"vpn_passthrough: {error.args[1]}")
    except KeyboardInterrupt:
        pass
