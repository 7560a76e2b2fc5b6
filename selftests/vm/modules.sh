# shellcheck shell=bash
# SPDX-License-Identifier: GPL-2.0-only
#
# Our modules for one kernel, built outside the checkout:
#
#   build/VERSION-CHECKOUT/        the copied sources and what make made
#   stage/VERSION-DIGEST/          /lib/modules for a guest: the stock modules
#                                  by symlink, ours in updates/, depmod done
#
# A stage never changes once it has its name, so a guest that runs from one is
# not disturbed by the next build.

# module_sources MORE...: what goes into a build, relative to the checkout.
module_sources()
{
	( cd "$VPN_TOP" && find Kbuild nf_*/ include/ "$@" -type f \
		\( -name '*.[chS]' -o -name 'Kbuild*' -o -name 'Makefile*' \) \
		! -name '*.mod.c' | LC_ALL=C sort )
}

# sync_sources FOLDER MORE...: bring the copy up to date by content and drop the
# build stamp when anything changed. Times are not copied: a source saved while make
# runs must come out newer than the object make is writing.
sync_sources()
{
	local file folder=$1

	shift
	module_sources "$@" >"$folder/.sources.new"
	[[ ! -e $folder/.sources ]] ||
		comm -23 "$folder/.sources" "$folder/.sources.new" |
		while read -r file; do
			rm -f "$folder/.built" "$folder/$file"
		done
	while read -r file; do
		cmp -s "$VPN_TOP/$file" "$folder/$file" && continue
		rm -f "$folder/.built"
		install -D -m 644 "$VPN_TOP/$file" "$folder/$file"
	done <"$folder/.sources.new"
	mv "$folder/.sources.new" "$folder/.sources"
}

# compiler_of HEADERS: the package of the compiler they insist on.
compiler_of()
{
	sed -nE 's/^CC = .*(gcc-[0-9]+)$/\1/p' "$1/.kernelvariables"
}

# kbuild VERSION FOLDER [VARS...]: make's words go to standard error, with names
# as in the checkout. Debian ships no vmlinux to make BTF from, and each module
# would say so.
kbuild()
{
	local kernel=$CACHE/kernels/$1 headers=/usr/src/linux-headers-$1
	local folder=$2 words

	shift 2
	words=(make -s --no-print-directory -j "$(nproc)"
	       CONFIG_DEBUG_INFO_BTF_MODULES= "$@" modules)
	if [[ -d $kernel/chroot ]]; then
		chroot_kbuild "$kernel/chroot" "$folder" \
			"${words[@]}" C=0 -C "$headers" M=/src
	elif is_built "${kernel##*/}"; then
		"${words[@]}" ARCH="$(built_arch "${kernel##*/}")" \
			KCFLAGS="$(built_flags "${kernel##*/}")" \
			-C "$kernel/object" M="$folder"
	elif is_s390x "${kernel##*/}"; then
		need make gcc-12-s390x-linux-gnu pkg-config
		"${words[@]}" CROSS_COMPILE="$(cross_compile "${kernel##*/}")" \
			-C "$kernel$headers" M="$folder"
	else
		# Kbuild's objtool wants libelf, whatever its package's name.
		need make libelf-dev "$(compiler_of "$kernel$headers")"
		"${words[@]}" -C "$kernel$headers" M="$folder"
	fi 2>&1 | sed "s,$folder/,,g" >&2
}

# chroot_kbuild ROOT FOLDER COMMAND...: COMMAND in ROOT with FOLDER as /src.
# The mounts are private and go with the last process. C=0, because Debian's
# newest headers lack the script that make starts sparse with.
chroot_kbuild()
{
	# shellcheck disable=SC2016 # expanded by the inner shell
	unshare --mount --propagation private bash -ec '
		root=$1 folder=$2
		shift 2
		mount --bind "$folder" "$root/src"
		mount -t proc proc "$root/proc"
		mount --rbind /dev "$root/dev"
		exec chroot "$root" /usr/bin/env -i \
			PATH=/usr/sbin:/usr/bin LC_ALL=C "$@"
	' chroot_kbuild "$@"
}

# build_folder VERSION: each checkout has its own.
build_folder()
{
	printf '%s/build/%s-%s\n' "$CACHE" "$1" \
		"$(printf '%s' "$VPN_TOP" | digest)"
}

# build_cached VERSION: make what changed; print nothing but make's words.
build_cached()
{
	local folder

	folder=$(build_folder "$1")
	mkdir -p "$folder"
	# shellcheck disable=SC2046 # a list of words
	sync_sources "$folder" $(program_sources "$1")
	[[ -e $folder/.built ]] && return
	kbuild "$1" "$folder"
	! is_s390x "$1" || build_programs "$folder"
	touch "$folder/.built"
	rm -f "$folder/.stage"
}

# build_fresh VERSION VARS...: everything once with VARS, so that every
# warning shows; the result is thrown away.
build_fresh()
{
	local folder version=$1 status=0

	shift
	folder=$(make_temp build)
	sync_sources "$folder"
	kbuild "$version" "$folder" "$@" || status=$?
	rm -rf "$folder"
	return "$status"
}

# make_stage VERSION TREE FOLDER: fill TREE with the stock modules and the
# modules built in FOLDER, stripped: 9p and the guest's memory are small. Beside
# them go programs that the host's do not stand for.
make_stage()
{
	local stock=$CACHE/kernels/$1/lib/modules/$1 tree=$2/lib/modules/$1
	local file

	mkdir -p "$tree/updates"
	ln -s "$stock/kernel" "$stock/build" "$tree/"
	cp "$stock"/modules.{builtin,builtin.modinfo,order} "$tree/"
	find "$3" -name '*.ko' | while read -r file; do
		"$(cross_compile "$1")strip" --strip-debug \
			-o "$tree/updates/${file##*/}" "$file"
	done
	depmod -b "$2" "$1"
	mkdir "$2/programs"
	! is_s390x "$1" || install_programs "$3" "$2/programs"
}

# drop_old_stages: those no guest has started from for a day.
drop_old_stages()
{
	find "$CACHE/stage" -mindepth 1 -maxdepth 1 -mmin +1440 \
		-exec rm -rf {} +
}

# build_stage VERSION: build, and print the folder to put on /lib/modules.
build_stage()
{
	local folder name temp

	build_cached "$1"
	folder=$(build_folder "$1")
	if [[ ! -e $folder/.stage || ! -d $(<"$folder/.stage") ]]; then
		temp=$(make_temp stage)
		chmod 755 "$temp"
		make_stage "$1" "$temp" "$folder"
		name=$1-$(find "$temp/lib/modules/$1/updates" "$temp/programs" \
			-type f -print0 | sort -z | xargs -0 cat | digest)
		mkdir -p "$CACHE/stage"
		mv -T "$temp" "$CACHE/stage/$name" 2>/dev/null ||
			rm -rf "$temp"
		echo "$CACHE/stage/$name" >"$folder/.stage"
	fi
	touch "$(<"$folder/.stage")"
	drop_old_stages
	echo "$(<"$folder/.stage")/lib/modules"
}

# ready_modules VERSION: as build_stage, one process at a time. A checkout
# without modules has the stock ones.
ready_modules()
{
	if [[ -e $VPN_TOP/Kbuild ]]; then
		with_lock "build-$1" build_stage "$1"
	else
		say "no Kbuild in $VPN_TOP: stock modules only"
		echo "$CACHE/kernels/$1/lib/modules"
	fi
}
