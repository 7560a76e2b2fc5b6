# shellcheck shell=bash
# SPDX-License-Identifier: GPL-2.0-only
#
# The sanitizer kernel, series "san": User Mode Linux, made from the sources of
# Debian's newest kernel and san.config. It runs at the machine's own speed,
# which is what makes KASAN and lockdep bearable where there is no KVM.
#
#   san/VERSION/source     the sources that modules are built with
#   san/VERSION/object     what make made of them
#   kernels/VERSION/linux  the kernel, a program
#
# VERSION ends with a digest of san.config.

SAN_CONFIG=$VM_DIR/san.config

# san_sources: print "SUITE PACKAGE VERSION" of the newest sources.
san_sources()
{
	local suite=sid package version

	open_suite "$suite"
	package=$(suite_apt "$suite" apt-cache pkgnames linux-source- |
		sort -V | tail -n 1)
	version=$(suite_apt "$suite" apt-cache show "$package" |
		sed -nE 's/^Version: ([0-9.]+).*/\1/p' | sort -V | tail -n 1)
	[[ -n $version ]] || die "no kernel sources in Debian $suite"
	echo "$suite $package $version"
}

# unpack_source SUITE PACKAGE FOLDER: a tar archive in a package.
unpack_source()
{
	local temp

	[[ ! -d $3 ]] || return 0
	temp=$(make_temp source)
	download "$1" "$temp" "$2"
	mkdir "$temp/tree"
	dpkg-deb --fsys-tarfile "$temp"/*.deb |
		tar -xO "./usr/src/$2.tar.xz" | xz -dcT0 |
		tar -x -C "$temp/tree" --strip-components=1
	mv -T "$temp/tree" "$3"
	rm -rf "$temp"
}

# make_san FOLDER ARGUMENT...
make_san()
{
	local folder=$1

	shift
	make -s --no-print-directory -j "$(nproc)" ARCH=um \
		-C "$folder/source" O="$folder/object" "$@" >&2
}

# wanted_options: CONFIG_NAME=value, with n for what is to be absent.
wanted_options()
{
	sed -nE 's/^(CONFIG_[^=]+=.*)/\1/p; s/^# (CONFIG_[^ ]+) is not set/\1=n/p' \
		"$SAN_CONFIG"
}

# check_options FILE: no wish may have been dropped for want of another option.
check_options()
{
	local wish

	wanted_options | while read -r wish; do
		if [[ $wish == *=n ]]; then
			! grep -q "^${wish%n}" "$1"
		else
			grep -qxF "$wish" "$1"
		fi || die "san.config: $wish cannot be had"
	done
}

# configure_san FOLDER VERSION: User Mode Linux's own defaults and san.config.
configure_san()
{
	local object=$1/object

	mkdir -p "$object"
	make_san "$1" defconfig
	cp "$SAN_CONFIG" "$object/wishes"
	echo "CONFIG_LOCALVERSION=\"-${2#*-}\"" >>"$object/wishes"
	"$1/source/scripts/kconfig/merge_config.sh" -m -O "$object" \
		"$object/.config" "$object/wishes" >/dev/null
	make_san "$1" olddefconfig
	check_options "$object/.config"
}

# install_san FOLDER VERSION: the kernel and its modules to where all kernels
# are. Modules of ours need no objects of the kernel's.
install_san()
{
	local kernel

	kernel=$(make_temp kernel)
	chmod 755 "$kernel"
	strip --strip-debug -o "$kernel/linux" "$1/object/linux"
	make_san "$1" INSTALL_MOD_PATH="$kernel" INSTALL_MOD_STRIP=1 \
		modules_install
	ln -sfn "$1/object" "$kernel/lib/modules/$2/build"
	ln -sfn "$1/object" "$kernel/object"
	find "$1/object" \( -path "$1/object/scripts" -prune \) -o -type f \
		\( -name '*.o' -o -name '*.a' -o -name '*.ko' \
		-o -name linux -o -name vmlinux \) -exec rm {} +
	mv -T "$kernel" "$CACHE/kernels/$2"
}

# san_suffix: how its version ends, as of today's san.config.
san_suffix()
{
	echo "-san-$(digest <"$SAN_CONFIG" | cut -c1-8)"
}

# fetch_san: build it unless it is there. What a broken-off build has made
# serves the next one.
fetch_san()
{
	local suite package version folder sources

	sources=$(san_sources)
	read -r suite package version <<<"$sources"
	version+=$(san_suffix)
	folder=$CACHE/san/$version
	if [[ ! -d $CACHE/kernels/$version ]]; then
		need gcc make flex bison bc
		say "building the sanitizer kernel, Linux $version"
		mkdir -p "$folder" "$CACHE/kernels"
		unpack_source "$suite" "$package" "$folder/source"
		configure_san "$folder" "$version"
		make_san "$folder" linux modules
		install_san "$folder" "$version"
	fi
	mkdir -p "$CACHE/series"
	ln -sfn "$version" "$CACHE/series/san"
}

# is_san VERSION
is_san()
{
	[[ -e $CACHE/kernels/$1/linux ]]
}
