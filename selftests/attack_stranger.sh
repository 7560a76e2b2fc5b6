#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
#
# Outside, a stranger and a hostile server use the SPIs of other servers' tunnels,
# and forge the address of one; a client inside floods. Tunnels go on, nothing
# reaches a client that is not meant, and a new client still gets a tunnel.
#
#   C1 10.0.0.11 --.                                         192.0.2.2
#   C2 10.0.0.12 --+-- br0 R wan 192.0.2.1 (masquerade) ---- 192.0.2.3 (hostile)
#   C3 10.0.0.13 --'                                         192.0.2.4 (stranger)

. "$(dirname "$0")/lib.sh"

plan 21
topo 3
ipb "$G" "addr add 192.0.2.3/24 dev eth0" "addr add 192.0.2.4/24 dev eth0"
tunnel 1 0x10001 0x20001
tunnel 3 0x10003 0x20003
commit
masquerade
ruleset "$R" <<-END
	table inet seen {
		chain stranger {
			type filter hook forward priority filter
			iifname "wan" ip saddr 192.0.2.4 counter
		}
		chain hostile {
			type filter hook forward priority filter
			iifname "wan" ip saddr 192.0.2.3 \
				ip daddr 10.0.0.11 counter
		}
		chain forged {
			type filter hook forward priority filter
			iifname "wan" ip saddr $GATEWAY \
				ip daddr { 10.0.0.12, 10.0.0.13 } counter
		}
	}
END

# errors_of I: packets that client I's IPsec has thrown away, into REPLY.
errors_of()
{
	REPLY=$(in_ns "${C[$1]}" cat /proc/net/xfrm_stat |
		awk '$1 == "XfrmInStateProtoError" { print $2 }')
}

errors_are()
{
	errors_of 1
	echo "$REPLY packets were thrown away"
	test "$REPLY" "$@"
}

# objects: in use in our caches, into REPLY. Where the kernel merges caches it
# counts others of the same size as well, so only growth tells.
objects()
{
	shrink_caches
	REPLY=$(cat /sys/kernel/slab/nf_vpn_*/objects | awk '{ n += $1 } END {
		print n + 0 }')
}

objects_grew_at_most()
{
	local before=$1

	objects
	echo "$REPLY objects, there were $before"
	[[ $before -gt 0 && $REPLY -le $((before + $2)) ]]
}

# quiet_since LINES: few lines are in the kernel's log that were not.
quiet_since()
{
	local lines

	lines=$(dmesg | wc -l)
	echo "$((lines - $1)) lines more"
	[[ $((lines - $1)) -le 20 ]]
}

mode on
pings 1
check "a tunnel works" ask -i 50 -t 5000 -w 5 "${PINGS[@]}"
answer_bg -t 90000 "$G" 192.0.2.3
check "a client has one with the hostile server" ask -i 50 -t 5000 -w 5 \
	"${C[2]},10.0.0.12,192.0.2.3,0x1002,0x80001002"
log=$(dmesg | wc -l)
limit_get ids
ids=$REPLY
ask_bg tunnel -i 20 -t 60000 "${PINGS[@]}"

counter unknown-id
before=$REPLY
inject -s 0x20001 -n 500 "$G" 192.0.2.4 "$PUBLIC" >/dev/null
inject -s 0x20000-0x20fff -n 4096 "$G" 192.0.2.4 "$PUBLIC" >/dev/null
check "a stranger with a tunnel's SPI: counted as unknown" \
	busywait 3000 counter_is unknown-id -ge $((before + 4500))
check "nothing of it reaches a client" counted_is seen stranger -eq 0
check "it takes no id" limit_is ids -eq "$ids"

inject -s 0x20001 -n 500 "$G" 192.0.2.3 "$PUBLIC" >/dev/null
check "another client's server with it: that client gets nothing" \
	counted_is seen hostile -eq 0
check "it takes one id at most" limit_is ids -le $((ids + 1))
check "and has thrown away nothing yet" errors_are -eq 0

# With the right address and SPI the client alone can tell.
inject -s 0x20001 -q 100000 -n 500 "$G" "$GATEWAY" "$PUBLIC" >/dev/null
check "a forged server address: the client throws packets away" \
	busywait 3000 errors_are -ge 400
check "no other client gets any" counted_is seen forged -eq 0
ask_end tunnel
check "the tunnel has lost nothing" asked_is 1 lost -eq 0
check "it is bound" state_is 10.0.0.11 bound
check "and still its own" ask -i 50 -t 2000 -w 3 "${PINGS[@]}"

# A client floods; a new one comes meanwhile.
ask_bg tunnel -i 20 -t 60000 "${PINGS[@]}"
vpn-passthrough -n "$R" limits max-per-client 8
objects
before=$REPLY
inject -s 0x4000000-0x4ffffff -n 30000 -g 300 "${C[2]}" 10.0.0.12 192.0.2.4 \
	>/dev/null &
flood=$!
pings 3
check "a new client gets a tunnel in a flood" \
	ask -i 100 -t 15000 -w 3 "${PINGS[@]}"
kill -0 "$flood" 2>/dev/null
check "the flood went on all the time" test $? -eq 0
wait "$flood"
ask_end tunnel
check "the first one has lost nothing" asked_is 1 lost -eq 0
# 32 of its tunnel; and the new client's, and one that the hostile server took.
check "the client that floods has what it may" limit_is ids -le $((ids + 40))
check "of 30,000 made-up SPIs the modules remember few" \
	objects_grew_at_most "$before" 5000
check "so is the log" quiet_since "$log"
state_of 10.0.0.11
check "its tunnel is bound" test "$REPLY" = bound
check "the new one goes on, too" ask -i 50 -t 8000 -w 5 "${PINGS[@]}"
