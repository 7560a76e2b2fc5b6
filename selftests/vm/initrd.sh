# shellcheck shell=bash
# SPDX-License-Identifier: GPL-2.0-only
#
# The initramfs: static busybox, guest/init and the modules it needs to reach
# the host's root.

INITRD_MODULES="virtio_pci virtio_console 9pnet_virtio 9p overlay"

# initrd_modules VERSION: their files, each after those it depends on. The
# machine's own modprobe.d is none of this kernel's business, and one that is built
# has all of them in it.
initrd_modules()
{
	! is_built "$1" || return 0
	# shellcheck disable=SC2086 # a list of words
	modprobe -C /dev/null -d "$CACHE/kernels/$1" -S "$1" \
		--show-depends -a $INITRD_MODULES |
		awk '$1 == "insmod" && !seen[$2]++ { print $2 }'
}

# busybox_of VERSION: a static one that runs there.
busybox_of()
{
	if is_s390x "$1"; then
		echo "$(userland)/bin/busybox"
	else
		command -v busybox
	fi
}

# fill_initrd VERSION TREE
fill_initrd()
{
	local file

	mkdir -p "$2"/{bin,modules,proc,sys,dev,lower,upper,root}
	cp "$(busybox_of "$1")" "$2/bin/busybox"
	install -m 755 "$VM_DIR/guest/init" "$2/init"
	initrd_modules "$1" | while read -r file; do
		cp "$file" "$2/modules/"
		echo "/modules/${file##*/}"
	done >"$2/modules/order"
}

# make_initrd VERSION FILE: complete under its name, or not there.
make_initrd()
{
	local temp

	[[ -e $2 ]] && return
	temp=$(make_temp initrd)
	fill_initrd "$1" "$temp/tree"
	( cd "$temp/tree" && find . | cpio -o -H newc --quiet ) >"$temp/cpio"
	mkdir -p "$CACHE/initrd"
	mv "$temp/cpio" "$2"
	rm -rf "$temp"
}

# ready_initrd VERSION: print the initramfs's path. Its name holds a digest of
# what it is made from.
ready_initrd()
{
	local file

	file=$CACHE/initrd/$1-$(cat "$VM_DIR/initrd.sh" "$VM_DIR/guest/init" \
		"$(busybox_of "$1")" | digest)
	mkdir -p "${file%/*}"
	with_lock initrd make_initrd "$1" "$file"
	echo "$file"
}
