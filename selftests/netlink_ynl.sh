#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
#
# The kernel's own client, ynl, that knows nothing but the specification: it gives
# every command, and hears events.
#
#   C1 10.0.0.11 --.
#                  +-- br0 R wan 192.0.2.1 (masquerade) ---- 192.0.2.2 G
#   C2 10.0.0.12 --'

. "$(dirname "$0")/lib.sh"

plan 29
# That the specification fits the schema is checked when code is generated from it.
cli=(
	--spec "$HERE/../Documentation/netlink/specs/vpn_passthrough.yaml"
	--no-schema --output-json
)
scripts=$("$HERE/vm/fetch" --scripts 2>/dev/null) ||
	skip_all "needs the kernel's scripts: selftests/vm/fetch --scripts"
/usr/bin/python3 -c 'import yaml' 2>/dev/null ||
	skip_all "needs python3-yaml: selftests/setup"
topo 2
tunnel 1 0x10001 0x20001
tunnel6 1 0x10003 0x20003
commit
masquerade

mkfifo "$TMP/to-listener"
in_ns "$R" /usr/bin/python3 "$HERE/tools/ynl_lines.py" \
	"$scripts/tools/net/ynl" <"$TMP/to-listener" >"$TMP/heard" 2>&1 &
exec {LISTENER}>"$TMP/to-listener"
coproc YNL {
	in_ns "$R" /usr/bin/python3 "$HERE/tools/ynl_lines.py" \
		"$scripts/tools/net/ynl" 2>&1
}

# ynl ARG...: the answer, as JSON; the status is that of cli.py.
ynl()
{
	local line

	printf '%q ' "${cli[@]}" "$@" >&"${YNL[1]}"
	echo >&"${YNL[1]}"
	while IFS= read -rt 60 -u "${YNL[0]}" line; do
		[[ $line != "= "* ]] || return "${line#= }"
		echo "$line"
	done
	echo "no answer from ynl"
	return 1
}

# listen: have another one hear events, until it is told to show them.
listen()
{
	printf '%q ' "${cli[@]}" --subscribe events --sleep 1 >&"$LISTENER"
	echo >&"$LISTENER"
	busywait 60000 grep -q listening "$TMP/heard"
}

# heard REGEX: for "check".
heard()
{
	grep -oE -- "$1" "$TMP/heard" && return
	cat "$TMP/heard"
	return 1
}

# gives REGEX ARG...: what ynl is answered matches; for "check".
gives()
{
	local want=$1

	shift
	ynl "$@" >"$TMP/answer"
	cat "$TMP/answer"
	grep -qE -- "$want" "$TMP/answer"
}

# denied REGEX ARG...: it is refused, with these words.
denied()
{
	local want=$1

	shift
	if ynl "$@" >"$TMP/answer"; then
		cat "$TMP/answer"
		return 1
	fi
	cat "$TMP/answer"
	grep -qE -- "$want" "$TMP/answer"
}

# Requests have addresses in hexadecimal, answers as usual.
asks='"client": "0a00000c", "server": "c0000202"'
pair='"client": "10.0.0.12", "server": "192.0.2.2"'
bound='"id-in": 131074, "id-out": 65538'

check "all operations are known" gives 'tunnel-get .*dump' --list-ops
check "it listens" listen
check "mode-set" gives '^null$' --do mode-set \
	--json '{"proto": "ipsec", "mode": "on"}'
check "mode-get of one" gives \
	'^\{"proto": "ipsec", "mode": "on", .*"policy": "ike", "fast-path": 0, "available": true' \
	--do mode-get --json '{"proto": "ipsec"}'
check "mode-get of all" gives \
	'"proto": "pptp", .*"proto": "ipsec", .*"proto": "l2tp"' --dump mode-get
check "a mode for a time" gives '^null$' --do mode-set \
	--json '{"proto": "ipsec", "mode": "observe", "for-secs": 600}'
check "says what follows" gives '"left-ms": [0-9]+, "next-mode": "on"' \
	--do mode-get --json '{"proto": "ipsec"}'
check "a policy" gives '^null$' --do mode-set \
	--json '{"proto": "ipsec", "mode": "on", "policy": "serialize"}'
check "limit-set" gives '^null$' --do limit-set --json '{"probe-ms": 500}'
check "limit-get" gives '"max-ids": 262144, .*"probe-ms": 500, "ids": 0' \
	--do limit-get
check "a value out of range is refused" denied \
	'Numerical result out of range' --do limit-set --json '{"probe-ms": 1}'

pings 1
ask -i 50 -t 5000 -w 5 "${PINGS[@]}"
ping6_of 1
ask -i 50 -t 5000 -w 5 "$REPLY"
check "tunnel-get" gives \
	'"client": "10.0.0.11", "server": "192.0.2.2", .*"public": "192.0.2.1", .*"wire-id": \[\{.*"dir": "in", "id": 131073' \
	--dump tunnel-get
check "over IPv6 as well" gives '"client": "fd00::11", "server": "2001:db8::2"' \
	--dump tunnel-get
check "of one client" gives '^\[\{[^]]*"client": "10.0.0.11"' --dump tunnel-get \
	--json '{"client": "0a00000b"}'
check "none of another one" gives '^\[\]$' --dump tunnel-get \
	--json '{"client": "0a000063"}'
check "bind-add" gives '^null$' --do bind-add \
	--json "{\"proto\": \"ipsec\", $asks, $bound}"
check "bind-get" gives "$pair.*$bound" --dump bind-get
check "the same once more is refused, in words" denied 'extack: .*msg' \
	--do bind-add --json "{\"proto\": \"ipsec\", $asks, $bound}"
check "bind-del" gives '^null$' --do bind-del \
	--json "{\"proto\": \"ipsec\", $asks, $bound}"
check "it is gone" gives '^\[\]$' --dump bind-get
check "stats-get" gives '"proto": "ipsec", "counter": "tunnel-up", "value": 2' \
	--dump stats-get
check "flush of one client" gives '^\{"removed": 1\}$' --do flush \
	--json '{"client": "0a00000b"}'
check "flush of all" gives '^\{"removed": 1\}$' --do flush
ynl --do mode-set --json '{"proto": "ipsec", "mode": "off"}' >/dev/null
ask -i 50 -c 3 -t 500 "!${PINGS[0]}"
check "refusal-get" gives \
	'"counter": "mode-off", "proto": "ipsec", "client": "10.0.0.11"' \
	--dump refusal-get
check "an unknown protocol is refused" denied 'Invalid argument|out of range' \
	--do mode-set --json '{"proto": 9, "mode": 1}'

echo >&"$LISTENER"
busywait 60000 grep -q '^= 0' "$TMP/heard"
check "changes were heard" heard \
	'"name": "mode-ntf", "msg": \{"proto": "ipsec", "mode": "on", "old-mode": "bypass"[^}]*"comm": "python3"'
check "tunnels were" heard \
	'"name": "tunnel-ntf", "msg": \{"event": "bound", "proto": "ipsec", "client": "10.0.0.11"'
check "settings, bindings and flushes were" eval 'heard setting-ntf &&
	heard bind-add-ntf && heard bind-del-ntf && heard flush-ntf'
check "a refusal was" heard \
	'"name": "refused-ntf", "msg": \{"counter": "mode-off"'
