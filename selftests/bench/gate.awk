# SPDX-License-Identifier: GPL-2.0-only
#
# Fails where the summary exceeds a limit (README.md).

BEGIN {
	FS = "\t"
	what["ipsec", "on"] = "ESP tunnel"
	what["ipsec", "fast"] = "fast ESP tunnel"
	what["pptp", "fast"] = "fast PPTP call"
	what["l2tp-ip", "fast"] = "fast L2TPv3 session"
	what["pptp", "on"] = "PPTP call"
	what["l2tp-ip", "on"] = "L2TPv3 session"
	what["l2tp-ip", "static"] = "static L2TPv3 session"
	what["l2tp-udp", "on"] = "L2TPv2 session"
	most_of_stock_fast = 0.82
	most_of_stock["ipsec"] = 1
	most_of_stock["pptp"] = 1.00
	most_of_stock["l2tp-ip"] = 1.00
	most_of_stock["l2tp-udp"] = 1.00
}

$1 == "cost" {
	if (!(($2, $5) in seen))
		ways[++n] = $2 FS $5
	seen[$2, $5] = 1
	ratio[$2, $3, $4, $5] = $9
	if ($4 > most[$2, $3])
		most[$2, $3] = $4
}

$1 == "setup" && $3 == "tunnel" { setup = $5 }

$1 == "memory" && $3 == "entry" { entry = $4 + $5 }

function limit(name, is, bound,	verdict)
{
	verdict = "ok"
	if (is > bound)
		verdict = failed = "FAILED"
	printf "%s: %s: %.4f, at most %.4f\n", verdict, name, is, bound
}

function limits_on(proto, mode, way,	one, many, name)
{
	if (!((proto, mode) in what))
		return
	name = what[proto, mode]
	many = most[proto, mode]
	one = ratio[proto, mode, 1, way]
	limit("one " name " to stock, " way, one,
	      mode == "fast" ? most_of_stock_fast : most_of_stock[proto])
	limit(many " " name "s to one, " way,
	      ratio[proto, mode, many, way] / one, 1.10)
}

# To ask for a name that is not there would make it.
function limits(proto, way)
{
	if (!((proto, "on") in what))
		return
	limit(what[proto, "on"] ", modules in bypass to stock, " way,
	      ratio[proto, "bypass", 1, way], 1.005)
	limits_on(proto, "on", way)
	limits_on(proto, "static", way)
	limits_on(proto, "fast", way)
}

END {
	print ""
	for (i = 1; i <= n; i++) {
		split(ways[i], field)
		limits(field[1], field[2])
	}
	if (setup)
		limit("setting up an ESP tunnel to a UDP flow", setup, 1.50)
	if (entry)
		limit("bytes of a table entry", entry, 256)
	exit failed != ""
}
