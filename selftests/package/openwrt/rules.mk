# SPDX-License-Identifier: GPL-2.0-only
#
# In place of OpenWrt's: as much as openwrt/Makefile uses. OUT is where it works.

KERNEL_BUILD_DIR := $(OUT)/build
KERNEL_MAKE = $(MAKE) -s -C $(KDIR) CONFIG_DEBUG_INFO_BTF_MODULES=
MAKE_VARS :=
MAKE_FLAGS := -s
INSTALL_DIR := install -d -m 755
INSTALL_BIN := install -m 755
INSTALL_CONF := install -m 600
CP := cp -fpR
