# shellcheck shell=bash
# SPDX-License-Identifier: GPL-2.0-only
#
# One tunnel or session of each kind, for trace_plugin.c to look at; for guest,
# whose functions it uses. Each measurement is two windows: out, then in.

profile_plain()
{
	esp_measure plain 1
}

profile_stock()
{
	esp_measure stock 1
	router conntrack -F 2>/dev/null
	l2tp_one stock
	router conntrack -F 2>/dev/null
}

# profile_l2tp KIND
profile_l2tp()
{
	fresh_table l2tp
	l2tp_measure "$1" on 1 1
}

profile_ours()
{
	modprobe nf_nat_ipsec_esp mode=bypass
	modprobe nf_conntrack_l2tp mode=bypass
	fresh_table ipsec
	esp_measure on 1
	check_bound 1
	set_mode ipsec bypass
	profile_l2tp ip
	profile_l2tp static
	profile_l2tp udp
	set_mode l2tp bypass
	show_symbols
}
