#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
#
# The documented commands for firewalld, given to firewalld's own code; it needs no
# message bus for that.
#
#   C1 10.0.0.11 --.
#                  +-- br0 R wan 192.0.2.1 (masquerade) ---- 192.0.2.2 G
#   C2 10.0.0.12 --'

. "$(dirname "$0")/lib.sh"

plan 9
UNPACKED=$HERE/real/programs/firewalld
[[ -d $UNPACKED ]] || skip_all "needs the program firewalld: selftests/setup"
[[ -d /usr/lib/python3/dist-packages/firewall ]] ||
	skip_all "needs python3-firewall: selftests/setup"
topo 2
tunnel 1 0x10001 0x20001
tunnel 2 0x10002 0x20002
commit
in_ns "$R" sh -c 'echo 1 >/proc/sys/net/ipv4/ip_forward'
modprobe -aq "${MODULE[pptp]}" "${MODULE[l2tp]}" nft_fib_inet nft_fib_ipv6

# firewalld: have a program that does what firewall-cmd does when there is a daemon:
# "--permanent" changes the configuration, "--reload" puts it into the kernel.
firewalld()
{
	local defaults=$UNPACKED/usr/lib/firewalld

	mkdir "$TMP/etc" "$TMP/bin"
	cp "$UNPACKED/etc/firewalld/firewalld.conf" "$TMP/etc/"
	cat >"$TMP/reload.py" <<-END
	from firewall import config
	config.set_system_config_paths("$TMP/etc")
	config.set_default_config_paths("$defaults")
	from firewall.core.fw import Firewall
	Firewall().start()
	END
	cat >"$TMP/bin/firewall-cmd" <<-END
	#!/bin/sh
	if [ "\$*" = --reload ]; then
		exec nsenter --net=/run/netns/$R /usr/bin/python3 $TMP/reload.py
	fi
	[ "\$1" = --permanent ] || exit 2
	shift
	exec /usr/bin/python3 $UNPACKED/usr/bin/firewall-offline-cmd \
		--system-config $TMP/etc --default-config $defaults "\$@"
	END
	chmod +x "$TMP/bin/firewall-cmd"
	PATH=$TMP/bin:$PATH
}

firewalld
mode on
check "it takes the commands" \
	"$HERE/../Documentation/examples/vpn-firewalld.sh"
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
