#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
#
# "stats --prometheus": what Prometheus' own parser reads is what there is.
#
#   C1 10.0.0.11 ---- br0 R wan 192.0.2.1 (masquerade) ---- 192.0.2.2 G

. "$(dirname "$0")/lib.sh"

plan 22
topo 1
python3 -c 'import prometheus_client' 2>/dev/null ||
	skip_all "needs the package python3-prometheus-client"
tunnel 1 0x10001 0x20001
commit
masquerade
modprobe nf_conntrack_l2tp
modprobe -rq nf_conntrack_pptp_ext
mode on
pings 1
ask -i 50 -t 12000 -w 5 "${PINGS[@]}"
busywait 5000 state_is 10.0.0.11 bound
vpn-passthrough -n "$R" set l2tp observe --for 1h
vpn-passthrough -n "$R" limits max-ids 1000 probe-ms 1500

file=$TMP/vpn-passthrough.prom

# parse FILE: a line for each sample, "NAME{LABELS} VALUE TYPE", labels sorted.
parse()
{
	python3 - "$1" <<-'END'
	import sys
	from prometheus_client.parser import text_string_to_metric_families
	with open(sys.argv[1]) as file:
	    for family in text_string_to_metric_families(file.read()):
	        assert family.documentation and family.type != "unknown", family
	        for s in family.samples:
	            labels = ",".join(f"{k}={v}" for k, v in
	                              sorted(s.labels.items()))
	            print(f"{s.name}{{{labels}}} {s.value:.15g} {family.type}")
	END
}

# has SAMPLE: it was read.
has()
{
	grep -xF -- "vpn_passthrough_$1" "$TMP/samples" && return
	grep -- "^vpn_passthrough_${1%%\{*}" "$TMP/samples"
	return 1
}

check "metrics are written" vpn-passthrough -n "$R" stats --prometheus "$file"
parse "$file" >"$TMP/samples" 2>"$TMP/parse-err"
check "Prometheus' parser takes them" test ! -s "$TMP/parse-err" -a -s \
	"$TMP/samples"
check "no sample is there twice" test -z "$(sed 's/ .*//' "$TMP/samples" |
	sort | uniq -d)"
check "every counter of every protocol is there" test "$(grep -c \
	'^vpn_passthrough_events_total' "$TMP/samples")" -eq \
	"$(vpn-passthrough -n "$R" stats -a | tail -n +2 | wc -l)"
while read -r proto counter value _; do
	has "events_total{proto=$proto,reason=$counter} $value counter" ||
		wrong+=" $counter"
done < <(vpn-passthrough -n "$R" stats | tail -n +2) >/dev/null
check "with the values of stats" test -z "$wrong"
check "one tunnel was bound" has \
	"events_total{proto=ipsec,reason=bound} 1 counter"
check "there is one" has "tunnels{proto=ipsec,state=bound} 1 gauge"
check "and no other" has "tunnels{proto=l2tp,state=bound} 0 gauge"
check "in all" has "flows{} 1 gauge"
check "with two ids" has "ids{} 2 gauge"
check "the mode" has "mode{mode=on,proto=ipsec} 1 gauge"
check "and no other" has "mode{mode=off,proto=ipsec} 0 gauge"
check "a mode for a time" grep -E \
	'^vpn_passthrough_mode_left_seconds\{proto=l2tp\} 3[56][0-9.]+ gauge$' \
	"$TMP/samples"
check "a module that is loaded" has "module_loaded{proto=l2tp} 1 gauge"
check "one that is not" has "module_loaded{proto=pptp} 0 gauge"
check "a limit" has "limit{limit=max-ids} 1000 gauge"
check "seconds" has "probe_seconds{} 1.5 gauge"
check "promtool finds the names good" fails grep -E \
	'^vpn_passthrough_[a-z_]*(_total\{.* gauge|_(milli|ms|count|sum|bucket)[ {])' \
	"$TMP/samples"

# The sample unit's command, with its folder in another place.
unit=$HERE/../tools/systemd/vpn-passthrough-prometheus.service
command=$(sed -n 's/^ExecStart=vpn-passthrough //p' "$unit")
rm "$file"
check "the sample service writes a file" sh -c \
	"vpn-passthrough -n $R ${command%/*}/ 2>&1 | grep -q 'regular\|such file'"
mkdir "$TMP/folder"
# shellcheck disable=SC2086 # words
set -- ${command%% /*}
check "that collectors find" vpn-passthrough -n "$R" "$@" \
	"$TMP/folder/${command##*/}"
check "and nothing beside it" test "$(ls -A "$TMP/folder")" = \
	vpn-passthrough.prom
if type systemd-analyze >/dev/null 2>&1; then
	check "units are in order" fails sh -c \
		"systemd-analyze verify --man=no $unit ${unit%service}timer 2>&1 |
		grep -v 'vpn-passthrough is not executable' | grep ."
else
	skip "units are in order" "needs the program systemd-analyze"
fi
