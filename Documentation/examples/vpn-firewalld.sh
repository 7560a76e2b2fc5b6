#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-only
#
# firewalld: tunnels of these clients from the zone "internal" to the zone
# "external", which masquerades. firewalld lets answers in, and what is related.
set -e

pair='rule family="ipv4" source address="10.0.0.8/30" destination address="192.0.2.0/24"'

firewall-cmd --permanent --zone=internal --add-interface=br0
firewall-cmd --permanent --zone=external --add-interface=wan
firewall-cmd --permanent --new-policy=vpn
firewall-cmd --permanent --policy=vpn --add-ingress-zone=internal
firewall-cmd --permanent --policy=vpn --add-egress-zone=external
firewall-cmd --permanent --policy=vpn \
	--add-rich-rule="$pair protocol value=\"esp\" accept" \
	--add-rich-rule="$pair protocol value=\"115\" accept" \
	--add-rich-rule="$pair port port=\"500\" protocol=\"udp\" accept" \
	--add-rich-rule="$pair port port=\"4500\" protocol=\"udp\" accept" \
	--add-rich-rule="$pair port port=\"1701\" protocol=\"udp\" accept" \
	--add-rich-rule="$pair port port=\"1723\" protocol=\"tcp\" accept"
firewall-cmd --reload
