#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
#
# The mode is switched on while one client is in the middle of its traffic and
# another one has been trying in vain: neither gets the other's answers.
#
#   C1 10.0.0.11 --.
#                  +-- br0 R wan 192.0.2.1 (masquerade) -- 50 ms -- 192.0.2.2 G
#   C2 10.0.0.12 --'
#
# The round trip is longer than the time between two packets of the first one,
# so that something of its is on the way whenever the second one asks.

. "$(dirname "$0")/lib.sh"

plan 8
topo 2
tunnel 1 0x10001 0x20001
tunnel 2 0x10002 0x20002
commit
masquerade
modprobe -q sch_netem || skip_all "needs sch_netem"
in_ns "$G" tc qdisc add dev eth0 root netem delay 50ms ||
	skip_all "needs tc and netem"

mode bypass
ping_of 1
check "stock: the first client is answered" ask -i 100 -w 1 "$REPLY"
ask_bg live -i 20 -t 60000 "$REPLY"
ping_of 2
ask -i 100 -t 1500 "$REPLY"
check "stock: the newcomer is not answered" asked_is 1 got -eq 0

mode on
ping_of 2
check "on: the newcomer is answered" ask -i 20 -t 8000 -w 20 "$REPLY"
check "its tunnel is bound" state_is 10.0.0.12 bound
check "so is the first one's" busywait 3000 state_is 10.0.0.11 bound
ask_end live
check "which never stops for long" asked_is 1 gap -lt 2500

# Once more with both in the middle of it: the newcomer's sequence numbers say
# that it is new.
rekey_in 2 0x11002 0x21002
commit
ping_of 1
ask_bg live -i 20 -t 60000 "$REPLY"
rekey_client 2 0x11002 0x10002
commit
rekey_gateway 2 0x21002 0x20002
commit
ping_of 2
check "a re-key beside it finds its own answers" \
	ask -i 20 -t 8000 -w 20 "$REPLY"
ask_end live
check "and takes nothing from the first" asked_is 1 lost -eq 0
