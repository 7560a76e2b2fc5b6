# SPDX-License-Identifier: GPL-2.0-only
#
# What table.awk, markdown.awk and plot.awk call things.

BEGIN {
	packet["ipsec"] = "ESP packet"
	packet["ipsec-1400"] = "ESP packet, payload of 1400 bytes instead of 64"
	packet["pptp"] = "GRE packet of a PPTP call"
	packet["l2tp-ip"] = "L2TPv3 packet, protocol 115"
	packet["l2tp-udp"] = "L2TPv2 packet, UDP"
	unit["ipsec"] = unit["ipsec-1400"] = "tunnels"
	unit["pptp"] = "calls"
	unit["l2tp-ip"] = unit["l2tp-udp"] = "sessions"
	title["sender"] = "dropped as it comes in"
	title["plain"] = "no conntrack"
	title["none"] = "conntrack, no helper"
	title["ipsec", "stock"] = "conntrack, masquerade"
	title["ipsec-1400", "stock"] = "conntrack, masquerade"
	title["l2tp-ip", "stock"] = "conntrack, masquerade"
	title["l2tp-udp", "stock"] = "conntrack, masquerade"
	title["pptp", "stock"] = "stock, nf_nat_pptp"
	title["rule"] = "  + its nft rule"
	title["bypass"] = "  + modules, bypass"
	title["observe"] = "  + modules, observe"
	title["on"] = "  + modules, on"
	title["fast"] = "  + modules, on, fast path"
	title["static"] = "  + modules, on, static"
	way["out"] = "client -> server"
	way["in"] = "server -> client"
	first["udp"] = "stock, a UDP flow"
	first["tunnel"] = "a tunnel"
	first["rekey"] = "new SPIs of a tunnel"
	memory["ipsec", "udp"] = "a UDP flow of stock Linux"
	memory["ipsec", "tunnel"] = "an ESP tunnel with its two SPIs"
	memory["ipsec", "entry"] = "a further SPI"
	memory["pptp", "call"] = "a PPTP call"
	memory["l2tp-ip", "session"] = "an L2TPv3 session"
	memory["l2tp-static", "session"] = "a static L2TPv3 session"
	memory["l2tp-udp", "session"] = "an L2TPv2 session"
}

function mode_title(proto, mode)
{
	return (proto, mode) in title ? title[proto, mode] : title[mode]
}
