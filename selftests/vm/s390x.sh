# shellcheck shell=bash
# SPDX-License-Identifier: GPL-2.0-only
#
# The big-endian kernel, series "s390x": Debian's, emulated. What the guest runs
# cannot be this machine's:
#
#   userland/s390x-DIGEST   Debian's of the same architecture, by a digest of
#                           what is in it
#   stage/.../programs      what is compiled of the checkout, by a cross compiler

# What the scripts use, and what their programs are linked with.
USERLAND=(
	base-files base-passwd usr-is-merged busybox-static bash dash coreutils
	util-linux mount procps kmod hostname debianutils findutils diffutils grep sed
	mawk gzip make python3 iproute2 iputils-ping nftables iptables ipset
	conntrack netcat-openbsd tcpdump
	python3-yaml python3-jsonschema python3-pyroute2 python3-prometheus-client
	libc6-dev libmnl-dev libnetfilter-conntrack-dev
)

# What update-alternatives would do, if it could run.
declare -A ALTERNATIVES=(
	[bin/awk]=mawk [bin/nc]=nc.openbsd [bin/which]=which.debianutils
	[sbin/iptables]=iptables-nft [sbin/ip6tables]=ip6tables-nft
	[sbin/iptables-save]=iptables-nft-save
	[sbin/iptables-restore]=iptables-nft-restore
	[sbin/ip6tables-save]=ip6tables-nft-save
	[sbin/ip6tables-restore]=ip6tables-nft-restore
)

# is_s390x VERSION
is_s390x()
{
	[[ $1 == *-s390x ]]
}

# userland: where it is, or will be.
userland()
{
	echo "$CACHE/userland/s390x-$(printf '%s\n' "${USERLAND[@]}" | digest)"
}

# fetch_userland SUITE: unless it is there. None of it runs before the guest does.
fetch_userland()
{
	local deb debs folder name root

	[[ ! -d $(userland) ]] || return 0
	say "fetching the userland of Debian $1"
	debs=$(make_temp debs)
	root=$(make_temp userland)
	chmod 755 "$root"
	download_all "$1" "$debs" "${USERLAND[@]}"
	for folder in bin sbin lib; do
		mkdir -p "$root/usr/$folder"
		ln -s "usr/$folder" "$root/$folder"
	done
	for deb in "$debs"/*.deb; do
		dpkg-deb --fsys-tarfile "$deb" |
			tar -x --keep-directory-symlink -C "$root"
	done
	for name in "${!ALTERNATIVES[@]}"; do
		ln -s "${ALTERNATIVES[$name]}" "$root/usr/$name"
	done
	for name in passwd group; do
		cp "$root/usr/share/base-passwd/$name.master" "$root/etc/$name"
	done
	rm -rf "$debs"
	mkdir -p "$CACHE/userland"
	mv -T "$root" "$(userland)"
	# A guest may still be on an older one.
	find "$CACHE/userland" -mindepth 1 -maxdepth 1 -mmin +1440 \
		! -path "$(userland)" -exec rm -rf {} +
}

# program_sources VERSION: folders and files of the checkout; none where the
# host's own programs do.
program_sources()
{
	! is_s390x "$1" || echo tools/vpn-passthrough selftests/tools \
		selftests/Makefile
}

# cross_compile VERSION: the beginning of the names of its compiler and the like.
cross_compile()
{
	! is_s390x "$1" || echo s390x-linux-gnu-
}

# build_programs FOLDER: from the sources in it, with the libraries of the
# guest's userland.
build_programs()
{
	local root part

	root=$(userland)
	for part in tools/vpn-passthrough selftests; do
		PKG_CONFIG_SYSROOT_DIR=$root \
		PKG_CONFIG_LIBDIR=$root/usr/lib/s390x-linux-gnu/pkgconfig \
			make -s --no-print-directory -j "$(nproc)" \
			-C "$1/$part" CC="s390x-linux-gnu-gcc-12 --sysroot=$root" >&2
	done
}

# install_programs FOLDER TREE: those that were made there.
install_programs()
{
	( cd "$1" && find tools selftests -type f -executable \
		! -name '*.*' -exec cp --parents -t "$2" {} + )
}
