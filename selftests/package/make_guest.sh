#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
#
# In a guest: what "make dkms-install" and "make install" brought works, and what
# undoes them leaves nothing.
#
#	make_guest.sh MODULES DKMS-SCENE MAKE-SCENE

# shellcheck source-path=SCRIPTDIR source=../lib.sh
. "$(dirname "$(readlink -f "$0")")/../lib.sh"
# shellcheck source=scene.sh
. "$HERE/package/scene.sh"
# shellcheck source=left.sh
. "$HERE/package/left.sh"

plan 17

# loads_and_unloads: with modprobe alone.
loads_and_unloads()
{
	check "modprobe loads them" modprobe -a "${OURS[@]}"
	check "all of them" are_loaded
	check "they can be unloaded" modprobe -ra "${OURS[@]:1}" "${OURS[0]}"
	check "and are gone" none_loaded
}

# make_target TARGET: for "check".
make_target()
{
	make -s -C "$VPN_TOP" "$@"
}

scene_enter "$1" "$2"
check "dkms says that they are installed" \
	grep "^vpn-passthrough/.*, $(uname -r), x86_64: installed" \
	<(dkms status)
check "they are where dkms puts them" come_from updates/dkms
loads_and_unloads
check "make dkms-uninstall" make_target dkms-uninstall
check "leaves nothing" nothing_left "$2"
check "and nothing to load" fails modprobe -q nf_nat_ipsec_esp

scene_enter "$1" "$3"
check "make install has them found" modinfo nf_nat_ipsec_esp
loads_and_unloads
check "the tool is there" vpn-passthrough version
check "make uninstall" make_target uninstall
check "leaves nothing" nothing_left "$3"
