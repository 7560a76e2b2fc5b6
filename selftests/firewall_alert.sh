#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
#
# The documented alert: in mode observe, the router runs a command for each client
# that still uses PPTP, once.
#
#   C1 10.0.0.11 --.
#                  +-- br0 R wan 192.0.2.1 (masquerade) ---- 192.0.2.2 G
#   C2 10.0.0.12 --'

. "$(dirname "$0")/lib.sh"
PROTO=pptp

plan 8
topo 2
commit
masquerade
alert=$HERE/../Documentation/examples/vpn-alert
peer calls
tell server S G 192.0.2.2

# alerted LINE...: these are all alerts there were.
alerted()
{
	printf '%s\n' "$@" | diff - "$TMP/alerts"
}

check "an unknown protocol is refused" fails "$alert" ike true
mode observe
: >"$TMP/alerts"
# Whatever else comes is not what it waits for.
mkfifo "$TMP/pipe"
"$alert" pptp sh -c "echo \"\$1\" >>$TMP/alerts" alert <"$TMP/pipe" &
vpn-passthrough -n "$R" -j monitor -t 90 >"$TMP/pipe" 2>"$TMP/monitor" &
busywait 5000 grep -q listening "$TMP/monitor"
vpn-passthrough -n "$R" limits probe-ms 900
tell connect a=C1:10.0.0.11 to=192.0.2.2
check "a client is told of" busywait 5000 alerted \
	"pptp: 10.0.0.11 uses 192.0.2.2"
tell connect b=C2:10.0.0.12 to=192.0.2.2
check "another one as well" busywait 5000 alerted \
	"pptp: 10.0.0.11 uses 192.0.2.2" "pptp: 10.0.0.12 uses 192.0.2.2"
check "nothing is changed for them" tell echo a
vpn-passthrough -n "$R" flush >/dev/null
check "both go on" tell echo b
busywait 5000 state_is 10.0.0.12 observed >/dev/null
check "they are seen again" state_is 10.0.0.12 observed
tell connect c=C1:10.0.0.11 to=192.0.2.2
tell call c=7
vpn-passthrough -n "$R" set pptp bypass
check "but told of once" alerted \
	"pptp: 10.0.0.11 uses 192.0.2.2" "pptp: 10.0.0.12 uses 192.0.2.2"
printf '%s\n' '{"name":"tunnel","event":"up","proto":"l2tp"}' \
	'{"name":"events-lost"}' |
	"$alert" pptp sh -c "echo no >>$TMP/alerts"
check "other events are none of its business" fails grep no "$TMP/alerts"
