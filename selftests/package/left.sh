# shellcheck shell=bash
# SPDX-License-Identifier: GPL-2.0-only
#
# What the scripts in a guest ask about modules and files.

# shellcheck disable=SC2034 # for the caller
OURS=(nf_vpn_passthrough nf_nat_ipsec_esp nf_conntrack_pptp_ext
      nf_conntrack_l2tp)

# The tool that is installed, not the one of the checkout.
PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin

# come_from FOLDER: all modules would be loaded from that folder below
# /lib/modules/VERSION.
come_from()
{
	local module file

	for module in "${OURS[@]}"; do
		file=$(modinfo -n "$module") || return 1
		echo "$file"
		[[ $file == "/lib/modules/$(uname -r)/$1/$module.ko"* ]] ||
			return 1
	done
}

# are_loaded: all modules.
are_loaded()
{
	local module

	for module in "${OURS[@]}"; do
		[[ -d /sys/module/$module ]] || { echo "no $module"; return 1; }
	done
}

# none_loaded: not one.
none_loaded()
{
	! lsmod | grep -E "^($(IFS='|'; echo "${OURS[*]}")) "
}

# nothing_left SCENE: of what was installed there, nor of what came later, is there
# any file or folder with a name of ours.
nothing_left()
{
	local names='vpn[-_]passthrough|nf_nat_ipsec_esp' found

	names+='|nf_conntrack_(pptp_ext|l2tp)'
	found=$({
		tar -tf "$1/root.tar" | sed 's,^\.,,'
		tar -tf "$1/modules.tar" | sed 's,^\.,/lib/modules,'
		find /etc /usr/local /var/lib/{dkms,dpkg/info,systemd}
		find /usr/src "/lib/modules/$(uname -r)" -maxdepth 1
	} | grep -E "$names" | while read -r file; do
		[[ ! -e $file && ! -L $file ]] || echo "$file"
	done)
	[[ -z $found ]] || { echo "$found"; return 1; }
}
