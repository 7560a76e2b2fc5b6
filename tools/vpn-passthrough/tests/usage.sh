#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
# shellcheck disable=SC2154 # tap.sh sets them
#
# What the tool accepts, and what it says to what it does not.  Nothing here
# reaches the kernel: wrong usage is found before a socket is opened.

# shellcheck disable=SC1091
. "$(dirname "$0")/tap.sh"

verbs="show set limits tunnels stats flush bind unbind bindings monitor help
	version"
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

plan 65

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
wrong "unexpected word 'l2tp'" stats ipsec l2tp
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

run "$tool" -n no-such-namespace show
err_has 1 "no network namespace 'no-such-namespace'" "namespace that is absent"

finish
