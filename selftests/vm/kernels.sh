# shellcheck shell=bash
# SPDX-License-Identifier: GPL-2.0-only
#
# Debian's kernels in the cache, unpacked and never installed:
#
#   series/6.1 -> VERSION          the newest kernel fetched of a series
#   kernels/VERSION/vmlinux        uncompressed, what QEMU boots
#   kernels/VERSION/lib/modules/   the stock modules, uncompressed
#   kernels/VERSION/usr/           the headers, or
#   kernels/VERSION/chroot/        the headers with their newer compiler
#
# and those that are built: built.sh; and one of another architecture: s390x.sh.

# shellcheck source=built.sh
. "$VM_DIR/built.sh"
# shellcheck source=s390x.sh
. "$VM_DIR/s390x.sh"

# series_suites SERIES: the Debian suites to look for it in, best first.
series_suites()
{
	case $1 in
	6.1|6.12) echo bookworm ;;
	s390x) echo bookworm:s390x ;;
	*) echo sid trixie-backports ;;
	esac
}

# newest_kernel SUITE SERIES: the version of SUITE's newest stock kernel
# (no cloud, real-time, unsigned or debug flavours).
newest_kernel()
{
	local number=$2 flavour

	[[ $2 != s390x ]] || number=6.1
	flavour=$(arch_of "$1")
	suite_apt "$1" apt-cache pkgnames "linux-image-$number." |
		sed -nE "s/^linux-image-([0-9.~-]+(\+[a-z0-9]+)?-$flavour)\$/\1/p" |
		sort -V | tail -n 1
}

# find_kernel SERIES: print "SUITE VERSION".
find_kernel()
{
	local suite version

	for suite in $(series_suites "$1"); do
		open_suite "$suite"
		version=$(newest_kernel "$suite" "$1")
		[[ -n $version ]] || continue
		echo "$suite $version"
		return
	done
	die "no kernel $1 in Debian $(series_suites "$1")"
}

# depends SUITE PACKAGE PATTERN: PACKAGE, and its dependencies like PATTERN.
depends()
{
	echo "$2"
	suite_apt "$1" apt-cache depends "$2" |
		awk -v pattern="^($3)\$" '
			$1 == "Depends:" && $2 ~ pattern { print $2 }'
}

u_at()	# FILE OFFSET SIZE: a little-endian number in FILE
{
	od -An -tu"$3" -j "$2" -N "$3" "$1" | tr -d ' '
}

# extract_vmlinux BZIMAGE: the ELF image inside, on standard output. Booting
# that saves QEMU the decompressor, which emulation makes slow. The offsets are
# those of the boot protocol (Documentation/arch/x86/boot.rst): setup_sects,
# payload_offset and payload_length.
extract_vmlinux()
{
	local start length unpack

	start=$(( ($(u_at "$1" 0x1f1 1) + 1) * 512 + $(u_at "$1" 0x248 4) ))
	length=$(u_at "$1" 0x24c 4)
	# All but gzip have the unpacked size appended, four bytes.
	case $(od -An -tx1 -j "$start" -N 4 "$1" | tr -d ' ') in
	1f8b*) unpack="gzip -dc" ;;
	fd377a58) unpack="xz -dc" length=$((length - 4)) ;;
	28b52ffd) unpack="zstd -qdc" length=$((length - 4)) ;;
	*) die "$1: unknown compression" ;;
	esac
	# shellcheck disable=SC2086 # a command with its options
	dd if="$1" bs=64K iflag=skip_bytes,count_bytes skip="$start" \
		count="$length" status=none | $unpack
}

# unpack_modules TREE: plain .ko files, which depmod and a slow guest read
# several times faster.
unpack_modules()
{
	find "$1" -name '*.ko.xz' -print0 |
		xargs -0r -n 64 -P "$(nproc)" xz -d
	find "$1" -name '*.ko.zst' -print0 |
		xargs -0r -n 64 -P "$(nproc)" zstd -qd --rm
}

# arrange_image PACKAGE_TREE KERNEL VERSION: vmlinux and lib/modules.
arrange_image()
{
	local tree=$1 kernel=$2 version=$3 modules vmlinuz

	vmlinuz=("$tree"/boot/vmlinuz-* "$tree"/usr/lib/modules/*/vmlinuz)
	modules=("$tree"/lib/modules/"$version"
		 "$tree"/usr/lib/modules/"$version")
	[[ -e ${modules[0]} ]] || modules=("${modules[1]}")
	if is_s390x "$version"; then
		cp "${vmlinuz[0]}" "$kernel/vmlinux"
	else
		extract_vmlinux "${vmlinuz[0]}" >"$kernel/vmlinux"
	fi
	mkdir -p "$kernel/lib/modules"
	rm -f "${modules[0]}"/{build,source,vmlinuz}
	mv "${modules[0]}" "$kernel/lib/modules/"
	unpack_modules "$kernel/lib/modules"
	depmod -b "$kernel" "$version"
}

# unpack SUITE TREE PACKAGE...: download packages and unpack them into TREE.
unpack()
{
	local suite=$1 tree=$2 deb debs

	shift 2
	debs=$(make_temp debs)
	download "$suite" "$debs" "$@"
	for deb in "$debs"/*.deb; do
		dpkg -x "$deb" "$tree"
	done
	rm -rf "$debs"
}

# fetch_image SUITE VERSION KERNEL: newer kernels come in several packages.
fetch_image()
{
	local packages tree

	mapfile -t packages < <(depends "$1" "linux-image-$2" \
		"linux-(base|binary|modules)-.*")
	tree=$(make_temp image)
	unpack "$1" "$tree" "${packages[@]}"
	arrange_image "$tree" "$3" "$2"
	rm -rf "$tree"
}

# fetch_headers SUITE VERSION KERNEL: the headers name each other by absolute
# path; make that the place where they will lie. The programs they use are this
# machine's, whatever the kernel's architecture.
fetch_headers()
{
	local packages programs native=${1%:*}

	mapfile -t packages < <(depends "$1" "linux-headers-$2" \
		"linux-headers-.*")
	unpack "$1" "$3" "${packages[@]}"
	programs=$(depends "$1" "linux-headers-$2" "linux-kbuild-.*" |
		tail -n 1)
	open_suite "$native"
	unpack "$native" "$3" "$programs"
	sed -i "s,/usr/src/,$CACHE/kernels/$2/usr/src/,g" \
		"$3/usr/src/linux-headers-$2/Makefile"
	ln -sfn "$CACHE/kernels/$2/usr/src/linux-headers-$2" \
		"$3/lib/modules/$2/build"
}

# fetch_chroot SUITE VERSION KERNEL: the headers of a suite newer than the
# machine, with the compiler and the C library they were made for. Nothing in
# it is configured and nothing of it runs but the module build.
fetch_chroot()
{
	local tools=make,dash,bash,coreutils,sed,mawk,grep,findutils,base-files
	local home=$CACHE/apt/$1 root=$3/chroot

	[[ $EUID -eq 0 ]] || die "building for Linux $2 needs root (chroot)"
	need mmdebstrap
	tools+=,diffutils,gzip,xz-utils,zstd,perl-base,binutils
	# The machine's own way to its mirror (proxies, expired indexes).
	apt-config dump --no-empty --format '%F "%v";%n' Acquire \
		>"$3/acquire.conf"
	mmdebstrap --quiet --mode=root --variant=extract \
		--architectures=amd64 --aptopt="$3/acquire.conf" \
		--include="linux-headers-$2,$tools" \
		"$1" "$root" "$home/sources.list" >&2
	ln -s mawk "$root/usr/bin/awk"
	mkdir -p "$root/src" "$root/proc" "$root/dev"
	rm -rf "$3/acquire.conf" "$root"/var/cache/apt "$root"/var/lib/apt
}

# fetch_stock SERIES: fetch its newest kernel unless it is there, and point
# the series at it.
fetch_stock()
{
	local found suite version kernel

	found=$(find_kernel "$1")
	read -r suite version <<<"$found"
	if [[ ! -d $CACHE/kernels/$version ]]; then
		say "fetching Linux $version"
		kernel=$(make_temp kernel)
		chmod 755 "$kernel"
		fetch_image "$suite" "$version" "$kernel"
		case $suite in
		bookworm*) fetch_headers "$suite" "$version" "$kernel" ;;
		*) fetch_chroot "$suite" "$version" "$kernel" ;;
		esac
		mkdir -p "$CACHE/kernels"
		mv -T "$kernel" "$CACHE/kernels/$version"
	fi
	! is_s390x "$version" || fetch_userland "$suite"
	mkdir -p "$CACHE/series"
	ln -sfn "$version" "$CACHE/series/$1"
}

fetch_kernel()	# fetch_kernel SERIES
{
	case $1 in
	san|kcsan) fetch_built "$1" ;;
	*) fetch_stock "$1" ;;
	esac
}

# cached_kernel SERIES: the version in the cache; fails when there is none.
cached_kernel()
{
	local version

	version=$(readlink "$CACHE/series/$1") &&
		[[ -d $CACHE/kernels/$version ]] || return
	! is_s390x "$version" || [[ -d $(userland) ]] || return
	! is_built_series "$1" || [[ $version == *"$(built_suffix "$1")" ]] ||
		return
	echo "$version"
}

fetch_if_absent()
{
	cached_kernel "$1" >/dev/null || fetch_kernel "$1"
}

# ready_kernel SERIES: print the version, fetching the kernel when it is
# absent; a newer one comes only with `fetch`.
ready_kernel()
{
	check_series "$1"
	if ! cached_kernel "$1"; then
		with_lock "fetch-$1" fetch_if_absent "$1"
		cached_kernel "$1"
	fi
}
