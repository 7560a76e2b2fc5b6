#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
#
# Tunnels survive the modules: what "export" writes before they are unloaded,
# "import" gives back. Nothing has to be found out again, whoever speaks first.
#
#   C1 10.0.0.11 --.
#   C2 10.0.0.12 --+-- br0 R wan 192.0.2.1 (masquerade) ---- 192.0.2.2 G
#   C3 10.0.0.13 --'
#
# C1, C2 and C3 have tunnels over IPv4, C1 and C2 also over IPv6.

. "$(dirname "$0")/lib.sh"

plan 41
topo 3
for i in 1 2 3; do
	tunnel "$i" "0x1000$i" "0x2000$i"
done
tunnel6 1 0x11001 0x21001
tunnel6 2 0x11002 0x21002
commit
masquerade
pings 1 2 3
ping6_of 1; PINGS+=("$REPLY")
ping6_of 2; PINGS+=("$REPLY")

# From the gateway's side.
inward=()
for i in 1 2 3; do
	inward+=("$G,172.16.0.1,172.16.0.1$i")
done
inward+=("$G,fd10::1,fd10::11" "$G,fd10::1,fd10::12")

# reload: the modules go, all of them, and come back.
reload()
{
	modprobe -rq nf_conntrack_pptp_ext
	modprobe -rq nf_conntrack_l2tp
	rmmod nf_nat_ipsec_esp nf_vpn_passthrough || return 1
	[[ ! -d /sys/module/nf_vpn_passthrough ]] || return 1
	modprobe nf_nat_ipsec_esp
	mode on
}

# export_to FILE, import_from FILE
export_to()
{
	vpn-passthrough -n "$R" export >"$1"
}

import_from()
{
	vpn-passthrough -n "$R" import "$1" >"$TMP/imported" 2>"$TMP/import-err"
}

# says TEXT: the import before did, and what it had to say.
says()
{
	cat "$TMP/imported" "$TMP/import-err"
	grep -qF -- "$1" "$TMP/imported" "$TMP/import-err"
}

# bound_are N: so many tunnels are.
bound_are()
{
	vpn-passthrough -n "$R" tunnels
	[[ $(vpn-passthrough -n "$R" tunnels | grep -c ' bound ') -eq $1 ]]
}

# entries_last LEAST MOST: so many seconds, all five.
entries_last()
{
	local left

	left=$(in_ns "$R" conntrack -L 2>/dev/null | awk '$2 == 50 { print $3 }')
	echo "$left"
	[[ $(awk -v least="$1" -v most="$2" '$1 >= least && $1 <= most' \
		<<<"$left" | wc -l) -eq 5 ]]
}

# Somebody who makes every line that is not the end of an export another one.
edited()
{
	sed "$1" "$TMP/export" >"$TMP/edited"
}

mode on
check "on: all five tunnels are answered" ask -i 50 -t 12000 -w 5 "${PINGS[@]}"
ask -i 20 -c 30 "${PINGS[@]}"
check "they are bound" busywait 5000 bound_are 5
check "they can be exported" export_to "$TMP/export"
check "a line for each" test "$(grep -c '^tunnel ipsec client ' "$TMP/export")" \
	-eq 5
check "with all that is known" grep -x \
	'tunnel ipsec client 10.0.0.11 server 192.0.2.2 public 192.0.2.1 out 0x00010001 in 0x00020001' \
	"$TMP/export"

# In between, nobody says anything. Then the server speaks first.
check "the modules are unloaded and loaded" reload
check "nothing is known then" fails grep -q ipsec \
	<(vpn-passthrough -n "$R" tunnels)
check "the export can be imported" import_from "$TMP/export"
check "which is told" says "5 taken, 0 refused"
check "all are bound at once" bound_are 5
check "their entries live on for ten minutes" entries_last 500 600
ask -i 20 -c 30 "${inward[@]}"
check "the server reaches all clients" answered_are 5
PINGS_KEPT=("${PINGS[@]}") PINGS=("${inward[@]}")
check "and loses nothing" lost_nothing
PINGS=("${PINGS_KEPT[@]}")
ask -i 20 -c 30 "${PINGS[@]}"
check "and the clients reach it" lost_nothing
check "nothing was probed for" counter_is probe -eq 0
check "nobody had to wait" counter_is probe-wait -eq 0
check "it can be imported again" import_from "$TMP/export"
check "which changes nothing" bound_are 5

# While they talk.
ask_bg all -i 20 -t 120000 "${PINGS[@]}"
export_to "$TMP/export"
check "reloading under traffic" reload
check "and importing" import_from "$TMP/export"
ask -i 50 -c 40 "${inward[@]}"
ask_end all
check "all five have gone on" answered_are 5
ask -i 20 -c 30 "${PINGS[@]}"
check "and lose nothing" lost_nothing
check "all are bound" bound_are 5

# Files that are no good change nothing.
vpn-passthrough -n "$R" flush >/dev/null
head -n 4 "$TMP/export" >"$TMP/half"
check "a half-written file is refused" fails import_from "$TMP/half"
check "as such" says "ends before its last line"
edited 's/in 0x00020002/in 0x0002oo02/'
check "a number that is none is refused" fails import_from "$TMP/edited"
check "with its line" says "/edited, line "
edited 's/^end 5/end 6/'
check "a file that lacks lines is refused" fails import_from "$TMP/edited"
echo '{"tunnels":[]}' >"$TMP/json"
check "another file is refused" fails import_from "$TMP/json"
check "and one that is absent" fails import_from "$TMP/absent"
check "nothing was imported" bound_are 0

# Tunnels that cannot be had are refused, and the others taken.
vpn-passthrough -n "$R" limits max-per-server 2
check "what the limits forbid is refused" fails import_from "$TMP/export"
check "the others are taken" says "4 taken, 1 refused"
check "and it is told why" says "the limit of tunnels of this client or server"
vpn-passthrough -n "$R" limits max-per-server 65535
import_from "$TMP/export"
cat >"$TMP/edited" <<-END
	vpn-passthrough-export 1
	tunnel ipsec client 10.0.0.14 server 192.0.2.2 public 192.0.2.1 out 0x00010004 in 0x00020004 in 0x00020001
	tunnel ipsec client 10.0.0.15 server 192.0.2.2 public 192.0.2.1 out 0x00010005 in 0x00000017
	tunnel pptp client 10.0.0.16 server 192.0.2.2 public 192.0.2.1 out 1 in 2
	end 3
	END
check "another client's id, a reserved one, a call" \
	fails import_from "$TMP/edited"
check "are all refused" says "0 taken, 3 refused"
check "and leave nothing behind" fails grep -E '10\.0\.0\.1[456]' \
	<(vpn-passthrough -n "$R" tunnels; in_ns "$R" conntrack -L 2>/dev/null)

# Static bindings go with the core, and come back.
vpn-passthrough -n "$R" bind ipsec client 10.0.0.12 server 192.0.2.2 \
	in 0x20009 out 0x10009
export_to "$TMP/export"
reload
import_from "$TMP/export"
check "a static binding comes back" grep -E '10.0.0.12 .*0x00010009 .*0x00020009' \
	<(vpn-passthrough -n "$R" bindings)
counter bound
before=$REPLY
import_from "$TMP/export"
check "what is there is not announced again" counter_is bound -eq "$before"
mode observe
check "in another mode than on" fails import_from "$TMP/export"
check "tunnels are refused" says "the mode of this protocol is not on"
