# shellcheck shell=bash
# SPDX-License-Identifier: GPL-2.0-only
#
# Two ESP tunnels on two processors; for guest, whose functions it uses. What it
# counts here are milliseconds, not packets.

# smp_measure MODE: for each repeat a line with packets in a second, while one
# processor is busy and while both are.
smp_measure()
{
	local nat=nat

	[[ $1 != plain ]] || nat=plain
	sink outside esp 0.0.0.0/0 192.0.2.2-192.0.2.3 tcp
	sink inside esp 192.0.2.2-192.0.2.3 10.0.0.0/16 tcp
	"$TOOLS/smp_flood" "$nat" "$PACKETS" "$REPEATS" >"$TMP/rates"
	[[ $(counted outside other)$(counted inside other) == 00 ]] ||
		fail "$1: packets went astray"
	sed "s/^/smp\t$1\t/" "$TMP/rates"
}

# A connected tunnel of the two is bound, and each has an entry.
smp_plain()
{
	smp_measure plain
}

smp_stock()
{
	smp_measure stock
	check_entries 2
	router conntrack -F 2>/dev/null
}

smp_ours()
{
	modprobe nf_nat_ipsec_esp mode=bypass
	fresh_table ipsec
	smp_measure on
	check_entries 2
	check_bound 2
	show_symbols
}
