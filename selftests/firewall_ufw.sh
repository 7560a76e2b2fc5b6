#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
#
# The documented commands and rules for ufw, given to ufw itself.
#
#   C1 10.0.0.11 --.
#                  +-- br0 R wan 192.0.2.1 (masquerade) ---- 192.0.2.2 G
#   C2 10.0.0.12 --'

. "$(dirname "$0")/lib.sh"

plan 11
UNPACKED=$HERE/real/programs/ufw
[[ -d $UNPACKED ]] || skip_all "needs the program ufw: selftests/setup"
topo 2
tunnel 1 0x10001 0x20001
tunnel 2 0x10002 0x20002
commit
modprobe -aq "${MODULE[pptp]}" "${MODULE[l2tp]}" xt_conntrack ipt_REJECT xt_LOG
examples=$HERE/../Documentation/examples

# ufw_root: a place of its own, as the package's scripts would make it.
ufw_root()
{
	local share=$UNPACKED/usr/share/ufw

	mkdir -p "$TMP"/ufw/{etc/ufw/applications.d,etc/default,lib,usr/share}
	cp -r "$UNPACKED/lib/ufw" "$TMP/ufw/lib/"
	cp -r "$share" "$TMP/ufw/usr/share/"
	cp "$UNPACKED/etc/default/ufw" "$TMP/ufw/etc/default/"
	cp "$share"/{ufw.conf,*.init} "$share"/iptables/*.rules \
		"$UNPACKED/etc/ufw/sysctl.conf" "$TMP/ufw/etc/ufw/"
	mkdir "$TMP/bin"
	cat >"$TMP/bin/ufw" <<-END
	#!/bin/sh
	PYTHONPATH=$UNPACKED/usr/lib/python3/dist-packages
	export PYTHONPATH
	exec nsenter --net=/run/netns/$R /usr/bin/python3 \
		$UNPACKED/usr/sbin/ufw --rootdir=$TMP/ufw --datadir=$TMP/ufw "\$@"
	END
	chmod +x "$TMP/bin/ufw"
	PATH=$TMP/bin:$PATH
}

ufw_root
mode on
check "ufw takes the commands" "$examples/vpn-ufw.sh"
cat "$examples/vpn-ufw.rules" >>"$TMP/ufw/etc/ufw/before.rules"
check "and, with the rules, starts" ufw --force enable
in_ns "$R" sh -c 'echo 1 >/proc/sys/net/ipv4/ip_forward'
pings 1 !2
check "the client that may has a tunnel" ask -i 50 -t 5000 -w 5 "${PINGS[0]}"
ask -i 20 -c 20 "${PINGS[@]}"
check "the other one has none" answered_are 1
check "nor is it in the table" fails state_is 10.0.0.12 probing
PROTO=pptp
mode on
peer calls
tell server S G 192.0.2.2
tell connect a=C1:10.0.0.11 to=192.0.2.2
check "PPTP: a call" tell call a=7
check "passes with its GRE" tell gre a/7
check "the other one's does not" fails tell connect b=C2:10.0.0.12 \
	to=192.0.2.2 ms=300
peer_end
PROTO=l2tp
mode on
peer sessions
tell server I G 192.0.2.2 proto=ip ids=600
tell connect c=C1:10.0.0.11,7 to=192.0.2.2 proto=ip version=3
check "L2TP over IP: a session" tell session c=9
check "passes" tell data c/9
check "the other one's does not" tell connect d=C2:10.0.0.12,8 to=192.0.2.2 \
	proto=ip version=3 up=0 ms=300
