#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
# shellcheck disable=SC2154 # tap.sh sets them
#
# What the tool accepts, and what it says to what it does not.  Nothing here
# reaches the kernel: wrong usage is found before a socket is opened.

# shellcheck disable=SC1091
. "$(dirname "$0")/tap.sh"

verbs="show set limits tunnels explain stats flush bind unbind bindings export
	import save restore monitor help version"
pair="client 10.0.0.2 server 192.0.2.1"

# wrong TEXT ARGUMENTS: refused as wrong usage, with TEXT as the reason
wrong() {
	local text=$1

	shift
	run "$tool" "$@"
	[ "$status" -eq 2 ] && [ ! -s "$work/out" ] &&
		grep -qF -- "$text" "$work/err" && grep -q '^Usage: ' "$work/err"
	verdict $? "refused: ${*:-(nothing)}"
}

fits() {
	[ "$status" -eq 0 ] && [ "$(wc -l <"$work/out")" -le 24 ] &&
		! expand "$work/out" | grep -q '.\{81\}' &&
		[ -s "$work/out" ] && [ ! -s "$work/err" ]
}

plan 147

for args in help --help -h; do
	run "$tool" $args
	fits
	verdict $? "$args fits 24 lines of 80"
done
for verb in $verbs; do
	run "$tool" help "$verb"
	fits && grep -q "^Usage: vpn-passthrough $verb" "$work/out"
	verdict $? "help $verb fits 24 lines of 80"
done
run "$tool" set --help
fits
verdict $? "--help after a verb"
for args in version --version -V; do
	run "$tool" $args
	[ "$status" -eq 0 ] && grep -q '^vpn-passthrough [0-9.]*$' "$work/out"
	verdict $? "$args"
done

wrong "verb missing"
wrong "unknown verb 'sho'" sho
wrong "unknown verb 'tunnel'" tunnel
wrong "unknown option '--js'" --js show
wrong "unknown option '-x'" -x show
wrong "namespace missing" -n
wrong "unexpected word 'now'" show now
wrong "unexpected word '-j'" show -j
wrong "unknown verb 'me'" help me
wrong "protocol missing" set
wrong "unknown protocol 'esp'" set esp on
wrong "unknown protocol '3'" set 3 on
wrong "unknown protocol 'ips'" set ips on
wrong "mode missing" set ipsec
wrong "unknown mode '4'" set ipsec 4
wrong "unknown mode '+1'" set ipsec +1
wrong "unknown mode 'of'" set ipsec of
wrong "unexpected word 'x'" set ipsec on x
wrong "unknown protocol '--preserve-port'" set --preserve-port l2tp
wrong "unknown mode '--preserve'" set l2tp --preserve
wrong "unknown mode 'onn'" set l2tp --preserve-port onn
wrong "unexpected word 'off'" set l2tp on --preserve-port off
wrong "to preserve the port given twice" set l2tp --preserve-port \
	--no-preserve-port
wrong "to take the fast path given twice" set ipsec --fast-path on --no-fast-path
wrong "unknown mode '--fast'" set ipsec --fast
wrong "a protocol is one of: pptp, ipsec, l2tp" set esp on
wrong "a mode is one of: off, on, bypass, observe" set ipsec onn
wrong "policy missing" set ipsec on --policy
wrong "unknown policy 'lifo'" set ipsec --policy lifo
wrong "a policy is one of: ike, serialize, fifo, strict" set l2tp --policy lifo
wrong "unknown policy '4'" set ipsec --policy 4
wrong "unknown policy '--preserve-port'" set ipsec --policy --preserve-port
wrong "unknown mode 'strict'" set ipsec strict
wrong "unknown mode '--polic'" set ipsec --polic fifo
wrong "'--policy' given twice" set ipsec --policy fifo on --policy fifo
wrong "unexpected word 'strict'" set ipsec on --policy fifo strict
wrong "time missing after '--for'" set ipsec on --for
wrong "'0s' is not a time" set ipsec on --for 0s
wrong "'15' is not a time" set ipsec on --for 15
wrong "'15min' is not a time" set ipsec on --for 15min
wrong "'m' is not a time" set ipsec on --for m
wrong "'-1h' is not a time" set ipsec on --for -1h
wrong "'31d' is not a time" set ipsec on --for 31d
wrong "'99999999999999999999d' is not a time" set ipsec on \
	--for 99999999999999999999d
wrong "'--for' given twice" set ipsec on --for 1h --for 2h
wrong "'--for' needs a mode" set ipsec --for 1h
wrong "address missing after 'explain CLIENT'" explain
wrong "address missing after 'explain CLIENT SERVER'" explain 10.0.0.2
wrong "'ipsec' is neither an IPv4" explain ipsec 192.0.2.1
wrong "unexpected word 'now'" explain 10.0.0.2 192.0.2.1 now
wrong "different address families" explain 10.0.0.2 2001:db8::1
wrong "unknown limit 'max'" limits max 5
wrong "number missing after 'max-ids'" limits max-ids
wrong "'-1' is not a number" limits max-ids -1
wrong "'4294967296' is not a number" limits max-ids 4294967296
wrong "'max-ids' given twice" limits max-ids 20 max-ids 30
wrong "address missing after 'client'" tunnels client
wrong "'10.0.0' is neither" tunnels client 10.0.0
wrong "'client' given twice" tunnels client 10.0.0.2 client 10.0.0.3
wrong "different address families" tunnels client 10.0.0.2 server ::1
wrong "unexpected word 'l2tp'" tunnels ipsec l2tp
wrong "'86401' is not a number from 0 to 86400" tunnels --watch 86401
wrong "at least 1 second apart" tunnels --watch 0 ipsec
wrong "number missing after 'count'" tunnels -w -c
wrong "at least 1" tunnels --watch --count 0
wrong "'-c' goes with '--watch'" tunnels -c 1
wrong "unexpected word 'l2tp'" stats ipsec l2tp
wrong "unexpected word '-a'" stats --prometheus -a
wrong "unexpected word 'more'" stats --prometheus file more
wrong "unknown protocol '-b'" stats -b
wrong "unexpected word 'l2tp'" flush ipsec l2tp
wrong "'client ADDR' missing" bind ipsec server 192.0.2.1 in 256
wrong "'server ADDR' missing" bind ipsec client 10.0.0.2 in 256
# shellcheck disable=SC2086
wrong "'in ID' missing" bind ipsec $pair
# shellcheck disable=SC2086
wrong "'0x' is not a number" bind ipsec $pair in 0x
# shellcheck disable=SC2086
wrong "'0x100000000' is not" unbind ipsec $pair in 0x100000000
# shellcheck disable=SC2086
wrong "'in' given twice" unbind ipsec $pair in 256 in 257
# shellcheck disable=SC2086
wrong "'65536' is not a number" bind ipsec $pair in 256 zone 65536
wrong "at least 1" monitor -c 0
wrong "unexpected word 'now'" monitor now

# A file that is no good is refused before a socket is opened.
# bad_file TEXT LINE...: as an import, with TEXT as the reason
bad_file() {
	local text=$1

	shift
	printf '%s\n' "$@" >"$work/import"
	run "$tool" import "$work/import"
	err_has 1 "$text" "import: $text"
}

wrong "unexpected word 'now'" export now
wrong "unexpected word 'now'" import file now
header="vpn-passthrough-export 1"
line="tunnel ipsec $pair public 198.51.100.1 out 0x1001 in 0x1002"
bad_file "this is no export" "$line"
bad_file "the export has form 2" "vpn-passthrough-export 2"
bad_file "ends before its last line" "$header" "$line"
bad_file "some are missing" "$header" "$line" "end 2"
bad_file "unexpected word 'tunnel'" "$header" "end 0" "$line"
bad_file "begins with 'tunnel', 'binding' or 'end'" "$header" "tunel ipsec"
bad_file "unknown protocol 'esp'" "$header" "tunnel esp"
bad_file "'public ADDR' missing" "$header" \
	"tunnel ipsec $pair out 0x1001 in 0x1002"
bad_file "an id in each direction" "$header" \
	"tunnel ipsec $pair public 198.51.100.1 out 0x1001"
bad_file "different address families" "$header" "${line/198.51.100.1/::1}"
bad_file "'0x1x' is not a number" "$header" "$line in 0x1x"
bad_file "one 'in ID'" "$header" "binding ipsec $pair in 256 in 257"
bad_file "more than 64 ids" "$header" "$line $(yes in 256 | head -n 63 |
	tr '\n' ' ')"
run "$tool" import "$work/absent"
err_has 1 "No such file" "import: a file that is absent"

# bad_config TEXT LINE...: as a configuration, with TEXT as the reason
bad_config() {
	local text=$1

	shift
	printf '%s\n' "$@" >"$work/conf"
	run "$tool" restore "$work/conf"
	[ "$status" -eq 1 ] && [ ! -s "$work/out" ] &&
		grep -qF -- "$work/conf$text" "$work/err"
	verdict $? "restore: $text"
}

wrong "unexpected word 'now'" save file now
wrong "unexpected word '--chek'" restore --chek
wrong "unexpected word 'now'" restore file --check now
wrong "with a namespace, say which file" -n no-such-namespace save
wrong "with a namespace, say which file" -n no-such-namespace restore
bad_config ": it ends before its last line, 'end'" "set ipsec on"
bad_config ": it ends before its last line, 'end'"
bad_config ", line 2: unexpected word 'set'" end "set ipsec on"
bad_config ", line 1: unexpected word '5'" "end 5"
bad_config ", line 2: 'sett' is none of: limits, set, bind, end" \
	"# a comment" "sett ipsec on" end
bad_config ", line 1: unknown mode 'onn'" "set ipsec onn" end
bad_config ", line 1: unknown protocol 'esp'" "set esp on" end
bad_config ", line 1: mode missing" "set ipsec # on" end
bad_config ", line 1: '--for' is for now" "set ipsec on --for 1h" end
bad_config ", line 3: ipsec was set in line 1 already" "set ipsec on" "" \
	"set ipsec off" end
bad_config ", line 1: limits missing" limits end
bad_config ", line 1: max-ids is from 16 to 1048576, not 5" "limits max-ids 5" \
	end
bad_config ", line 2: 'max-ids' given twice" "limits max-ids 500" \
	"limits max-ids 600" end
bad_config ", line 1: 'in ID' missing" "bind ipsec $pair" end
bad_config ", line 2: this inbound id was bound already" \
	"bind ipsec $pair in 256" "bind ipsec $pair in 0x100 out 257" end
printf 'set ipsec on\n\0\0\0\0' >"$work/zeros"
run "$tool" restore "$work/zeros"
err_has 1 "line 2: a byte 0" "restore: a file that ends in zeros"
run "$tool" restore "$work/absent"
err_has 1 "No such file" "restore: a file that is absent"
run "$tool" restore "$work"
err_has 1 "Is a directory" "restore: a folder"
cat >"$work/conf" <<EOF
# by hand
limits max-ids 500 probe-ms 0x400	# two at once
set ipsec 1 --policy strict --preserve-port --no-fast-path
	set pptp off
bind ipsec client 2001:db8::2 server 2001:db8::1 in 0x100 zone 3
bind ipsec client 2001:db8::2 server 2001:db8::1 in 0x100
end
EOF
run "$tool" restore --check "$work/conf"
out_is "restore --check: a good file" <<<"5 lines, all in order"
run "$tool" -j restore "$work/conf" --check
out_is "restore --check, JSON" <<<'{"lines":5,"changed":null}'

run "$tool" -n no-such-namespace show
err_has 6 "no network namespace 'no-such-namespace'" "namespace that is absent"
: >"$work/gone"
run "$tool" -n "$work/gone" show
err_has 6 "only its name is left" "namespace that is dead"

finish
