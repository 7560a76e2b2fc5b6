# shellcheck shell=bash
# SPDX-License-Identifier: GPL-2.0-only
#
# What the kernel should not say.

OUR_MODULES='\\[nf_(vpn_passthrough|nat_ipsec_esp|conntrack_(pptp_ext|l2tp))\\]'

# own_races: of a kernel log, all but the reports of data races in which neither
# of the two accesses is in a module of ours: Linux itself has many. What another
# processor says amid such a report stays.
own_races()
{
	awk -v ours="$OUR_MODULES" '
		function rest_of_report()
		{
			return said ~ /^( |$|(value changed|CPU|Hardware name):)/ ||
				said ~ /^Reported by Kernel Concurrency Sanitizer/ ||
				said ~ / of [0-9]+ bytes by (task|interrupt)/
		}
		{
			said = $0
			sub(/^([a-z]+ *:[a-z]+ *: )?\[ *[0-9.]+\] ?/, "", said)
		}
		said ~ /^=+$/ {
			# A report is between two of these.
			if (foreign)
				foreign = 0
			else
				ruler = $0
			next
		}
		said ~ /^BUG: KCSAN: / && said !~ ours {
			foreign = 1
			ruler = ""
		}
		foreign && (said ~ /^BUG: KCSAN: / || rest_of_report()) { next }
		ruler != "" { print ruler; ruler = "" }
		{ print }'
}

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
	dmesg -x | own_races | sed "1,/$1\$/d" |
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
