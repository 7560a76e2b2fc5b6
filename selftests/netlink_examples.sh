#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
#
# The documented programs: the one in C lists tunnels, the one in Python hears
# events, and both say so if the modules are not there, or they may not.
#
#   C1 10.0.0.11 ----- br0 R wan 192.0.2.1 (masquerade) ---- 192.0.2.2 G

. "$(dirname "$0")/lib.sh"

plan 10
examples=$HERE/../Documentation/examples
type cc >/dev/null 2>&1 || skip_all "needs a C compiler"
/usr/bin/python3 -c 'from importlib.util import find_spec as find
exit(not find("pyroute2"))' ||
	skip_all "needs python3-pyroute2: selftests/setup"
topo 1
tunnel 1 0x10001 0x20001
tunnel6 1 0x10003 0x20003
commit
masquerade

# wrong REGEX COMMAND...: it fails and says this.
wrong()
{
	local want=$1

	shift
	if in_ns "$R" timeout 150 "$@" >"$TMP/wrong" 2>&1; then
		return 1
	fi
	cat "$TMP/wrong"
	grep -qE "$want" "$TMP/wrong" && test "$(wc -l <"$TMP/wrong")" -eq 1
}

mode on
in_ns "$R" "$examples/events.py" >"$TMP/heard" 2>&1 &
check "the one in C compiles" cc -Wall -Werror \
	-I"$HERE/../include/uapi" "$examples/tunnels.c" -lmnl -o "$TMP/tunnels"
check "the one in Python listens" busywait 90000 grep -q listening "$TMP/heard"
check "it knows the modes" grep -qx 'mode ipsec on' "$TMP/heard"
pings 1
ask -i 50 -t 5000 -w 5 "${PINGS[@]}"
ping6_of 1
ask -i 50 -t 5000 -w 5 "$REPLY"
check "it hears of a tunnel" busywait 5000 grep -qx \
	'tunnel bound ipsec 10.0.0.11 192.0.2.2' "$TMP/heard"
check "over IPv6 as well" busywait 5000 grep -qx \
	'tunnel bound ipsec fd00::11 2001:db8::2' "$TMP/heard"
in_ns "$R" "$TMP/tunnels" | sort >"$TMP/list"
check "the one in C lists both" diff "$TMP/list" - <<END
10.0.0.11 192.0.2.2
fd00::11 2001:db8::2
END
chmod 755 "$TMP" "$TMP/tunnels"
check "whoever may not is told so" wrong 'not permitted' setpriv --reuid 65534 \
	--regid 65534 --clear-groups --inh-caps=-all "$TMP/tunnels"

# Asking for the family loads the core, if the kernel may.
kill %1
modprobe -r "${MODULE[@]}" nf_vpn_passthrough
loader=$(cat /proc/sys/kernel/modprobe)
echo /bin/false >/proc/sys/kernel/modprobe
check "C: without the modules" wrong 'vpn_passthrough: No such file' \
	"$TMP/tunnels"
check "Python: as well" wrong 'vpn_passthrough: .*No such file' \
	"$examples/events.py"
echo "$loader" >/proc/sys/kernel/modprobe
check "asking loads the core" in_ns "$R" "$TMP/tunnels"
