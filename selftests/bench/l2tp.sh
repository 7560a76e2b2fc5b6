# shellcheck shell=bash
# SPDX-License-Identifier: GPL-2.0-only
#
# The rows of L2TP; for guest, whose functions it uses.

# Sessions of one client where there are many.
L2TP_FULL=100

# l2tp_sinks KIND SOURCES: data is counted, control messages pass.
l2tp_sinks()
{
	if [[ $1 == udp ]]; then
		sinks "udp @th,64,1 0" "$2" "udp"
	else
		sinks "115 @th,0,32 != 0" "$2" "115"
	fi
}

# l2tp_measure KIND MODE SESSIONS PER-CLIENT: one mode's lines. Both kinds of
# protocol 115 look the same to who does not know it.
l2tp_measure()
{
	local nat=nat source=192.0.2.1/32 proto=l2tp-$1 mode=$2

	if [[ $2 == plain ]]; then
		nat=plain source=10.0.0.0/16
	fi
	if [[ $1 == static ]]; then
		proto=l2tp-ip mode=${mode/on/static}
	fi
	l2tp_sinks "$1" "$source"
	"$TOOLS/l2tp_flood" "$nat" "$1" "$3" "$4" "$PACKETS" "$REPEATS" \
		>"$TMP/cost"
	check_sinks $((5 * $3))
	[[ $2 == plain ]] || check_entries $(($3 / $4))
	sed "s/^/cost\t$proto\t$mode\t$3\t/" "$TMP/cost"
}

l2tp_plain()
{
	l2tp_measure static plain 1 1
	l2tp_measure udp plain 1 1
}

# l2tp_one MODE: what one client gets without the module.
l2tp_one()
{
	local kind

	for kind in static udp; do
		router conntrack -F 2>/dev/null
		l2tp_measure "$kind" "$1" 1 1
	done
}

l2tp_stock()
{
	l2tp_one stock
}

# l2tp_measure_ours KIND MODE SESSIONS PER-CLIENT: control connections count as
# tunnels.
l2tp_measure_ours()
{
	local controls=$(($3 / $4))

	[[ $1 != static ]] || controls=0
	fresh_table l2tp
	l2tp_measure "$@"
	check_bound $(($3 + controls))
}

# l2tp_many KIND SESSIONS: with as many clients as that takes.
l2tp_many()
{
	local per_client=$L2TP_FULL

	[[ $1 != static ]] || per_client=1
	l2tp_measure_ours "$1" on "$2" "$per_client"
}

# l2tp_measure_memory KIND: sessions stay when their programs are gone.
l2tp_measure_memory()
{
	local before

	fresh_table l2tp
	before=$(slab_bytes)
	l2tp_many "$1" "$MANY" >/dev/null
	printf 'memory\tl2tp-%s\tsession\t%s\n' "$1" \
		$((($(slab_bytes) - before) / MANY))
}

l2tp_ours()
{
	local kind

	modprobe nf_conntrack_l2tp mode=bypass
	router vpn-passthrough limits max-per-client $((2 * L2TP_FULL)) \
		max-ids "$MOST_IDS"
	l2tp_one bypass
	for kind in ip static udp; do
		l2tp_measure_ours "$kind" on 1 1
		l2tp_measure_ours "$kind" on 100 1
		l2tp_many "$kind" "$MANY"
	done
	fast l2tp l2tp_measure_ours ip fast 1 1
	fast l2tp l2tp_measure_ours ip fast "$MANY" "$L2TP_FULL"
	for kind in ip static udp; do
		l2tp_measure_memory "$kind"
	done
	# Last, as what it leaves behind is tidied up while others run.
	for kind in ip static udp; do
		l2tp_many "$kind" $((10 * MANY))
	done
	set_mode l2tp bypass
}
