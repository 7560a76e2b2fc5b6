# SPDX-License-Identifier: GPL-2.0-only
#
# Fails where the summary exceeds a limit (README.md).

BEGIN {
	FS = "\t"
	what["ipsec"] = "ESP tunnel"
	what["pptp"] = "PPTP call"
	most_of_stock["ipsec"] = 1.01
	most_of_stock["pptp"] = 1.00
}

$1 == "cost" {
	if (!($2 in most))
		protos[++n] = $2
	most[$2] += 0
	ratio[$2, $3, $4, $5] = $9
	if ($3 == "on" && $4 > most[$2])
		most[$2] = $4
}

$1 == "memory" && $3 == "entry" { entry = $4 + $5 }

function limit(name, is, bound,	verdict)
{
	verdict = "ok"
	if (is > bound)
		verdict = failed = "FAILED"
	printf "%s: %s: %.4f, at most %.4f\n", verdict, name, is, bound
}

function limits(proto, way,	one)
{
	one = ratio[proto, "on", 1, way]
	limit(what[proto] ", modules in bypass to stock, " way,
	      ratio[proto, "bypass", 1, way], 1.005)
	limit("one " what[proto] " to stock, " way, one, most_of_stock[proto])
	limit(most[proto] " " what[proto] "s to one, " way,
	      ratio[proto, "on", most[proto], way] / one, 1.10)
}

END {
	print ""
	for (i = 1; i <= n; i++) {
		limits(protos[i], "out")
		limits(protos[i], "in")
	}
	if ("ipsec" in most)
		limit("bytes of a table entry", entry, 256)
	exit failed != ""
}
