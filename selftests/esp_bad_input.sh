#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
#
# Packets that nobody should send, from both sides, beside a tunnel that works:
# cut short, with reserved SPIs, pieces without a beginning, ICMP errors about
# nothing. They are counted, and change nothing.
#
#   C1 10.0.0.11 --.
#                  +-- br0 R wan 192.0.2.1 (masquerade) ---- 192.0.2.2 G
#   C2 10.0.0.12 --'

. "$(dirname "$0")/lib.sh"

plan 10
topo 2
tunnel 1 0x10001 0x20001
commit
masquerade

pings 1
mode on
check "a tunnel works" ask -i 50 -t 3000 -w 5 "${PINGS[@]}"
limit_get ids
ids=$REPLY
ask_bg tunnel -i 20 -t 60000 "${PINGS[@]}"

out=("${C[2]}" 10.0.0.12 "$GATEWAY")
in=("$G" "$GATEWAY" "$PUBLIC")
out6=("${C[2]}" fd00::12 "$GATEWAY6")
{
	for length in 0 1 3 4 7; do
		inject -l "$length" "${out[@]}"
		inject -l "$length" "${in[@]}"
	done
	inject -l 7 "${out6[@]}"
} >/dev/null
check "short packets are counted" busywait 3000 counter_is truncated -ge 11
{
	inject -s 0-255 -n 256 "${out[@]}"
	inject -s 0-255 -n 256 "${in[@]}"
	inject -s 0-255 -n 256 "${out6[@]}"
} >/dev/null
check "reserved SPIs are counted" \
	busywait 3000 counter_is reserved-id -ge 768
{
	inject -s 0x20001 -l 2000 -f 1000 -F -n 5 "${in[@]}"
	inject -s 0x30001 -l 2000 -f 1000 -F -n 5 "${out[@]}"
	inject -s 0x30001 -l 2000 -f 8 -n 2 "${in[@]}"
	inject -s 0x30001 -l 2000 -f 1000 -F -n 5 "${out6[@]}"
} >/dev/null

# ICMP errors: cut short in every place; about a later fragment; not about a
# packet of the one that they are sent to.
header=45000054000040004032000
icmp=0304000000000500
quote=${header}0c0000201c00002020001000100000001
for ((length = 0; length <= 44; length += 4)); do
	hex=$icmp$quote
	inject -p 1 -x "${hex:0:length + 16}" "${in[@]}"
done >/dev/null
inject -p 1 -x "${icmp}450000540000000140320000c0000201c00002020001000100000001" \
	"${in[@]}" >/dev/null
inject -p 1 -x "${icmp}450000540000400040320000c6336401c00002020001000100000001" \
	"${in[@]}" >/dev/null
check "bad ICMP errors are counted" busywait 3000 counter_is bad-icmp -ge 1

inject -s 0x40000-0x40020 -n 33 "${in[@]}" >/dev/null
ask_end tunnel
check "the tunnel lost nothing" asked_is 1 lost -eq 0
check "it is bound" state_is 10.0.0.11 bound
check "the path MTU is unharmed" fails sh -c \
	"ip -n ${C[1]} route get $GATEWAY | grep -q mtu"
check "few ids were taken" limit_is ids -le $((ids + 33))
check "the second client still gets a tunnel" \
	ask -i 50 -t 200 "!${C[2]},10.0.0.12,$GATEWAY,0x1002,0x80001002"
answer_bg "$G" "$GATEWAY"
check "and is answered" \
	ask -i 50 -t 9000 -w 3 "${C[2]},10.0.0.12,$GATEWAY,0x1002,0x80001002"
