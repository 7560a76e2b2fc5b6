#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
#
# After all that the other scripts did, nothing holds the modules: they can be
# removed, and leave neither sysctls nor entries behind.

. "$(dirname "$0")/lib.sh"

plan 9
require
modprobe -a nf_nat_ipsec_esp nf_conntrack_pptp_ext nf_conntrack_l2tp

# unused MODULE
unused()
{
	[[ $(cat "/sys/module/$1/refcnt") -eq 0 ]]
}

check "nobody uses the ESP module" busywait 5000 unused nf_nat_ipsec_esp
check "nobody uses the PPTP module" busywait 5000 unused nf_conntrack_pptp_ext
check "nobody uses the L2TP module" busywait 5000 unused nf_conntrack_l2tp
check "the ESP module can be removed" rmmod nf_nat_ipsec_esp
check "the PPTP module can be removed" rmmod nf_conntrack_pptp_ext
check "the L2TP module can be removed" rmmod nf_conntrack_l2tp
check "the core can be removed" rmmod nf_vpn_passthrough
check "the sysctls are gone" test ! -e /proc/sys/net/netfilter/vpn_passthrough
check "the tool loads the core again" vpn-passthrough show
modprobe -a nf_nat_ipsec_esp nf_conntrack_pptp_ext nf_conntrack_l2tp
