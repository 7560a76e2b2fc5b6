#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
#
# After all that the other scripts did, nothing holds the modules: they can be
# removed, and leave neither sysctls nor entries behind.

. "$(dirname "$0")/lib.sh"

plan 5
require

check "nobody uses the modules" busywait 5000 test \
	"$(cat /sys/module/nf_nat_ipsec_esp/refcnt)" -eq 0
check "the ESP module can be removed" rmmod nf_nat_ipsec_esp
check "the core can be removed" rmmod nf_vpn_passthrough
check "the sysctls are gone" test ! -e /proc/sys/net/netfilter/vpn_passthrough
check "the tool loads the core again" vpn-passthrough show
modprobe nf_nat_ipsec_esp
