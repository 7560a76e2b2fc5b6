#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
#
# Two real clients at once with MS-CHAPv2, and with MPPE of 128 bits, whose key
# changes with each packet: what is lost or comes late cannot be decrypted.
#
#   C1 10.0.0.11 --.
#   C2 10.0.0.12 --+-- br0 R wan 192.0.2.1 (masquerade) ---- 192.0.2.2 G pptpd
#
#   inside of the calls: Ci 172.17.0.1i, G 172.17.0.1

. "$(dirname "$0")/lib.sh"
. "$(dirname "$0")/real/pptp.sh"
PROTO=pptp

# encrypted NAME...: for "check".
encrypted()
{
	local name

	for name; do
		grep -q "MPPE 128-bit stateless compression enabled" \
			"$TMP/log-$name" && continue
		cat "$TMP/log-$name"
		return 1
	done
}

plan 4
topo 2
commit
masquerade
pptp_need
[[ -d /sys/module/ppp_mppe ]] || skip_all "module ppp_mppe cannot be loaded"
mode on
pptp_server server "$G" "$GATEWAY" 0 "${PPTP_MPPE[@]}" require-mschap-v2
pptp_dial c1 "${C[1]}" "$GATEWAY" 172.17.0.11 "${PPTP_MPPE[@]}" noauth \
	user one password secret
pptp_dial c2 "${C[2]}" "$GATEWAY" 172.17.0.12 "${PPTP_MPPE[@]}" noauth \
	user two password secret
pptp_go c1 c2
check "both are up" ppp_up_are 2 c1 c2
check "and encrypt" encrypted c1 c2

ppp_pings 1 2
ask -i 50 -c 20 "${PINGS[@]}"
check "both ping, and lose nothing" lost_nothing
check "both move data, both ways" ppp_bulk 100000 1 2
ppp_end c1 c2 server
