# SPDX-License-Identifier: GPL-2.0-only
#
# The summary as a picture (SVG): what a packet costs, as a ratio to stock Linux with
# one tunnel, in either direction.
#
# usage: awk -f titles.awk -f plot.awk SUMMARY

BEGIN {
	FS = "\t"
	left = 330
	width = 420		# of a ratio of one
	bar = 7
	line = 22
	longest = 1.25
	color["out"] = "#20639b"
	color["in"] = "#e08a1e"
}

$1 == "cost" {
	name = $2 FS $3 FS $4
	if (!($2 in known)) {
		known[$2] = 1
		protos[++n_protos] = $2
	}
	if (!((name) in row)) {
		row[name] = 1
		names[$2, ++rows[$2]] = name
	}
	ratio[name, $5] = $9
}

function text(x, y, anchor, weight, what)
{
	gsub(/&/, "\\&amp;", what)
	gsub(/</, "\\&lt;", what)
	gsub(/>/, "\\&gt;", what)
	printf "<text x=\"%d\" y=\"%d\" text-anchor=\"%s\" font-weight=\"%s\">%s</text>\n",
		x, y, anchor, weight, what
}

function rect(x, y, w, h, fill)
{
	printf "<rect x=\"%d\" y=\"%d\" width=\"%.1f\" height=\"%d\" fill=\"%s\"/>\n",
		x, y, w, h, fill
}

# What is longer than the picture ends in its figure all the same.
function bars(name, y,	way, i, r)
{
	for (i = 1; i <= 2; i++) {
		way = i == 1 ? "out" : "in"
		r = ratio[name, way]
		rect(left, y + (i - 1) * bar, (r < longest ? r : longest) * width,
		     bar - 1, color[way])
	}
	text(left + longest * width + 8, y + 11, "start", "normal",
	     sprintf("%.3f / %.3f", ratio[name, "out"], ratio[name, "in"]))
}

function units(proto, n)
{
	return n > 1 ? unit[proto] : substr(unit[proto], 1,
					    length(unit[proto]) - 1)
}

function rows_of(proto, y,	i, field, name)
{
	text(8, y + 12, "start", "bold", "One " packet[proto])
	for (i = 1; i <= rows[proto]; i++) {
		y += line
		name = names[proto, i]
		split(name, field, FS)
		text(left - 8, y + 11, "end", "normal",
		     mode_title(proto, field[2]) ", " \
		     field[3] " " units(proto, field[3]))
		bars(name, y)
	}
	return y + line + 10
}

END {
	for (i = 1; i <= n_protos; i++)
		height += (rows[protos[i]] + 1) * line + 10
	height += 70
	total = left + longest * width + 130
	printf "<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"%d\" height=\"%d\" font-family=\"sans-serif\" font-size=\"12\">\n",
		total, height
	rect(0, 0, total, height, "white")
	text(8, 20, "start", "bold",
	     "Instructions of a forwarded packet, as a ratio to stock Linux with one tunnel")
	rect(8, 32, 24, bar, color["out"])
	text(38, 40, "start", "normal", "client to server")
	rect(168, 32, 24, bar, color["in"])
	text(198, 40, "start", "normal", "server to client")
	y = 56
	for (i = 1; i <= n_protos; i++)
		y = rows_of(protos[i], y)
	printf "<line x1=\"%d\" y1=\"52\" x2=\"%d\" y2=\"%d\" stroke=\"#888\" stroke-dasharray=\"4 3\"/>\n",
		left + width, left + width, y - 6
	print "</svg>"
}
