# shellcheck shell=bash
# SPDX-License-Identifier: GPL-2.0-only
#
# What the kernel should not say.

# but_intended MARK: complaints other than those that the script of MARK is for.
but_intended()
{
	case $1 in
	*fault_injection*) grep -v 'sysctl could not get directory: .* -12$' ;;
	*fuzz_packets*) grep -v 'ICMPv6: Received fragmented ndisc packet' ;;
	*) grep '' ;;
	esac
}

# kernel_complaints MARK: what the kernel logged since, and should not have. Fails if
# that is nothing.
kernel_complaints()
{
	dmesg -x | sed "1,/$1\$/d" |
		grep -E '^(kern|user) *:(emerg|alert|crit|err|warn) |BUG:|KFENCE:' |
		grep -vE 'out-of-tree module taints|module verification failed' |
		grep -v 'nf_conntrack: table full' | # made so
		grep -v 'hrtimer: interrupt took' | # an emulated processor
		grep -v 'l2tp_ppp: sess .*: no socket in recv' | # hung up
		grep -vE "netlink: .*fuzz_netlink'" | # what it is for
		grep -vE '(validate_nla|__nla_validate_parse): .* suppressed' |
		grep -v 'conntrack helper is scheduled for removal' | # its own
		but_intended "$1"
}
