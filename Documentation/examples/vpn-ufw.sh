#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-only
#
# ufw: tunnels of these clients. ufw knows no protocol 115 and no masquerading:
# these are in vpn-ufw.rules.
set -e

ufw default deny routed
ufw route allow in on br0 out on wan proto esp from 10.0.0.8/30 to 192.0.2.0/24
ufw route allow in on br0 out on wan proto udp from 10.0.0.8/30 to 192.0.2.0/24 port 500,1701,4500
ufw route allow in on br0 out on wan proto tcp from 10.0.0.8/30 to 192.0.2.0/24 port 1723
