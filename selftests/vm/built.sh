# shellcheck shell=bash
# SPDX-License-Identifier: GPL-2.0-only
#
# Kernels that are built from Debian's sources, because no distribution has them:
#
#   san    User Mode Linux with sanitizers. It runs at the machine's own speed,
#          which is what makes KASAN and lockdep bearable where there is no KVM.
#   kcsan  with the detector of data races, which wants x86-64, two processors
#          and no KASAN. It is emulated.
#
#   san/VERSION/source     the sources that modules are built with
#   san/VERSION/object     what make made of them
#   kernels/VERSION/linux  the kernel of san, a program; that of kcsan is vmlinux,
#                          as all others are
#
# VERSION ends with a digest of the options, NAME.config and net.config.

is_built_series()	# is_built_series SERIES
{
	[[ $1 == san || $1 == kcsan ]]
}

# is_built VERSION
is_built()
{
	[[ $1 == *-san-* || $1 == *-kcsan-* ]]
}

# is_um VERSION: a program of this machine, rather than a guest of QEMU's.
is_um()
{
	[[ $1 == *-san-* ]]
}

# built_arch VERSION: as make knows it.
built_arch()
{
	if is_um "$1"; then echo um; else echo x86_64; fi
}

# built_defaults VERSION: what its options stand on. User Mode Linux has a small
# set of its own.
built_defaults()
{
	if is_um "$1"; then echo defconfig; else echo alldefconfig; fi
}

# built_image VERSION: what make makes, and QEMU or this machine starts.
built_image()
{
	if is_um "$1"; then echo linux; else echo vmlinux; fi
}

# built_flags VERSION: what our modules are compiled with in addition.
built_flags()
{
	is_um "$1" || echo "-include $VM_DIR/kcsan.h"
}

# newest_source SUITE: the package of its newest sources.
newest_source()
{
	suite_apt "$1" apt-cache pkgnames linux-source- | sort -V | tail -n 1
}

# find_source SERIES: print "SUITE PACKAGE VERSION".
find_source()
{
	local suite=bookworm package=linux-source-6.1 version

	[[ $1 != san ]] || suite=sid
	open_suite "$suite"
	[[ $1 != san ]] || package=$(newest_source "$suite")
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

# built_folder VERSION
built_folder()
{
	echo "$CACHE/san/$1"
}

# make_built VERSION ARGUMENT...
make_built()
{
	local folder

	folder=$(built_folder "$1")
	make -s --no-print-directory -j "$(nproc)" ARCH="$(built_arch "$1")" \
		-C "$folder/source" O="$folder/object" "${@:2}" >&2
}

# wanted_options FILE: CONFIG_NAME=value, with n for what is to be absent.
wanted_options()
{
	sed -nE 's/^(CONFIG_[^=]+=.*)/\1/p; s/^# (CONFIG_[^ ]+) is not set/\1=n/p' \
		"$1"
}

# check_options WISHES FILE: none may have been dropped for want of another option.
check_options()
{
	local wish

	wanted_options "$1" | while read -r wish; do
		if [[ $wish == *=n ]]; then
			! grep -q "^${wish%n}" "$2"
		else
			grep -qxF "$wish" "$2"
		fi || die "$wish cannot be had"
	done
}

# built_options SERIES: all that is wished for.
built_options()
{
	cat "$VM_DIR/$1.config" "$VM_DIR/net.config"
}

# configure_built SERIES VERSION
configure_built()
{
	local folder object

	folder=$(built_folder "$2")
	object=$folder/object
	mkdir -p "$object"
	make_built "$2" "$(built_defaults "$2")"
	built_options "$1" >"$object/wishes"
	echo "CONFIG_LOCALVERSION=\"-${2#*-}\"" >>"$object/wishes"
	"$folder/source/scripts/kconfig/merge_config.sh" -m -O "$object" \
		"$object/.config" "$object/wishes" >/dev/null
	make_built "$2" olddefconfig
	check_options "$object/wishes" "$object/.config"
}

# install_built VERSION: the kernel and its modules to where all kernels are.
# Modules of ours need no objects of the kernel's.
install_built()
{
	local image kernel object

	image=$(built_image "$1")
	object=$(built_folder "$1")/object
	kernel=$(make_temp kernel)
	chmod 755 "$kernel"
	strip --strip-debug -o "$kernel/$image" "$object/$image"
	make_built "$1" INSTALL_MOD_PATH="$kernel" INSTALL_MOD_STRIP=1 \
		modules_install
	ln -sfn "$object" "$kernel/lib/modules/$1/build"
	ln -sfn "$object" "$kernel/object"
	find "$object" \( -path "$object/scripts" -prune \) -o -type f \
		\( -name '*.o' -o -name '*.a' -o -name '*.ko' \
		-o -name linux -o -name vmlinux \) -exec rm {} +
	mv -T "$kernel" "$CACHE/kernels/$1"
}

# built_suffix SERIES: how its version ends, as of today's options.
built_suffix()
{
	echo "-$1-$(built_options "$1" | digest | cut -c1-8)"
}

# fetch_built SERIES: build it unless it is there. What a broken-off build has
# made serves the next one.
fetch_built()
{
	local suite package version folder sources

	sources=$(find_source "$1")
	read -r suite package version <<<"$sources"
	version+=$(built_suffix "$1")
	folder=$(built_folder "$version")
	if [[ ! -d $CACHE/kernels/$version ]]; then
		need gcc make flex bison bc libelf-dev
		say "building Linux $version"
		mkdir -p "$folder" "$CACHE/kernels"
		unpack_source "$suite" "$package" "$folder/source"
		configure_built "$1" "$version"
		make_built "$version" "$(built_image "$version")" modules
		install_built "$version"
	fi
	mkdir -p "$CACHE/series"
	ln -sfn "$version" "$CACHE/series/$1"
}
