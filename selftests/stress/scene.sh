# shellcheck shell=bash
# SPDX-License-Identifier: GPL-2.0-only
#
# What "run" and "soak" share: four clients that use all protocols at a time,
# and looking into the kernel. To be read after lib.sh.
#
#                                                                  192.0.2.2
#   C1 10.0.0.11 --.                                               192.0.2.3
#   ...            +-- br0 R wan 192.0.2.1 (masquerade) ------- G  192.0.2.4
#   C4 10.0.0.14 --'                                               192.0.2.5
#
#   C1 C2     192.0.2.2  ESP of the kernel ("ip xfrm"), C1 over IPv6 as well
#   C3 C4     192.0.2.3  ESP as it comes, see tools/answer.c
#   C1 C2     192.0.2.2  PPTP: control connections, calls, GRE
#   C1 C3     192.0.2.2  L2TPv2 over UDP: tunnels, sessions
#   C1 C2     192.0.2.4  L2TPv3 over IP protocol 115: likewise
#   C3 C4     192.0.2.2  L2TPv3 over IP protocol 115 by hand ("ip l2tp")
#   C1 C2     192.0.2.5  IKE with ESP

# shellcheck source-path=SCRIPTDIR source=../real/l2tpeth.sh
. "$HERE/real/l2tpeth.sh"

ESP2=192.0.2.3 L2TP2=192.0.2.4 IKE2=192.0.2.5
PROTOCOLS=(pptp ipsec l2tp)
SLAB=/sys/kernel/slab

# Commands of the peers may be in this folder, too.
export PYTHONPATH=$HERE/stress

# scene_need: modules and helpers.
scene_need()
{
	modprobe -a nf_nat_ipsec_esp nf_conntrack_pptp_ext nf_conntrack_l2tp ||
		skip_all "modules cannot be loaded"
	require
	l2tpeth_need
}

# scene: the topology, and tunnels of which nothing has been sent yet.
scene()
{
	local address

	topo 4
	for address in "$ESP2" "$L2TP2" "$IKE2"; do
		ipb "$G" "addr add $address/24 dev eth0"
	done
	tunnel 1 0x10000001 0x20000001
	tunnel 2 0x10000002 0x20000002
	tunnel6 1 0x30000001 0x40000001
	l2tpeth 3 0x50003 0x50003
	l2tpeth 4 0x50004 0x50004
	commit
	masquerade
}

# all_on NETNS: every mode.
all_on()
{
	local proto

	for proto in "${PROTOCOLS[@]}"; do
		vpn-passthrough -n "$1" set "$proto" on || return 1
	done
}

# objects CACHE: how many of it are in use, into REPLY; 0 if there is no cache.
# What a processor keeps in reserve is given back first, for it would count.
objects()
{
	REPLY=0
	[[ -e $SLAB/$1/shrink ]] || return 0
	echo 1 >"$SLAB/$1/shrink"
	read -r REPLY _ <"$SLAB/$1/objects"
}

# caches: ours, into CACHES; those that stand for themselves. Before 6.5 a cache
# may share memory and name with others, unless the kernel was started with
# "slab_nomerge".
caches()
{
	local cache shared

	CACHES=()
	for cache in "$SLAB"/nf_vpn_*; do
		[[ -e $cache/aliases ]] || continue
		read -r shared <"$cache/aliases"
		[[ $shared -gt 0 ]] || CACHES+=("${cache##*/}")
	done
}

# vpn_objects: of all our caches, into REPLY, and by name into OBJECTS.
vpn_objects()
{
	local cache total=0

	OBJECTS=
	caches
	for cache in "${CACHES[@]}"; do
		objects "$cache"
		OBJECTS+=" ${cache#nf_vpn_} $REPLY"
		total=$((total + REPLY))
	done
	OBJECTS=${OBJECTS# }
	REPLY=$total
}

# unreclaimable: kernel memory that cannot be reclaimed, in KiB, into REPLY.
unreclaimable()
{
	local name value _

	while read -r name value _; do
		[[ $name != SUnreclaim: ]] || REPLY=$value
	done </proc/meminfo
}

# pause MS [MORE]: so long, and at random up to MORE longer.
pause()
{
	local ms=$1

	[[ ${2:-0} -eq 0 ]] || ms=$((ms + RANDOM % $2))
	read -rt "$((ms / 1000)).$(printf %03d $((ms % 1000)))" -u "$NEVER"
}

# running: time is not over.
running()
{
	[[ $EPOCHSECONDS -lt $END ]]
}
