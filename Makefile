# SPDX-License-Identifier: GPL-2.0-only
#
# VPN passthrough for Linux.  "make help" tells the targets.

KDIR ?= /lib/modules/$(shell uname -r)/build
DESTDIR ?=
PREFIX ?= /usr/local
VERSION := $(shell sed -n 's/^PACKAGE_VERSION="\(.*\)"/\1/p' dkms.conf)
MODULES := nf_vpn_passthrough nf_nat_ipsec_esp nf_conntrack_pptp_ext \
	nf_conntrack_l2tp
DKMS_SRC := /usr/src/vpn-passthrough-$(VERSION)

# What leaves the modules' and the kernel's own make alone.
MAKEFLAGS += --no-print-directory

.PHONY: all modules tools help
all: modules tools

help:
	@echo 'make                   modules for the running kernel, and the tool'
	@echo 'make demo              three clients behind one NAT, in a throw-away VM'
	@echo 'make check             build everything and run all tests, in VMs'
	@echo 'make style             checkpatch, sparse, kernel-doc and the like'
	@echo 'make bench             instructions per packet, beside the stock kernel'
	@echo 'make stress            everything that can disturb tunnels, ten minutes'
	@echo 'make soak              tunnels that re-key, for an hour'
	@echo 'make install           modules, tool, man pages, units (as root)'
	@echo 'make dkms-install      the modules by dkms, for every kernel to come'
	@echo 'make uninstall, dkms-uninstall, clean'
	@echo 'Variables: KDIR=$(KDIR) PREFIX=$(PREFIX) DESTDIR=$(DESTDIR)'

# Debian has no vmlinux to make BTF from, and each module would say so.
NO_BTF = $(if $(wildcard $(KDIR)/vmlinux),,CONFIG_DEBUG_INFO_BTF_MODULES=)

modules:
	$(MAKE) -C $(KDIR) M=$(CURDIR) $(NO_BTF) modules

tools:
	$(MAKE) -C tools/vpn-passthrough

.PHONY: demo check style bench stress soak setup
setup:
	@selftests/setup

demo: setup
	@$(MAKE) -s -C selftests
	@selftests/vm/run -- selftests/demo/run

check: setup
	@selftests/check $(STAGES)

style: setup
	@selftests/style/run

bench: setup
	@selftests/bench/run

stress: setup
	@$(MAKE) -s -C selftests
	@selftests/vm/run --smp 4 --timeout 1200 -- selftests/stress/run

soak: setup
	@$(MAKE) -s -C selftests
	@selftests/vm/run --smp 1 --timeout 4500 -- selftests/stress/soak

.PHONY: install uninstall dkms-source dkms-install dkms-uninstall \
	tools-install
# A distribution keeps the key that its kernel knows to itself.
SIGNING_KEY := $(KDIR)/certs/signing_key.pem
# What the kernel calls itself. Debian's kernel.release may say something else,
# and modules_install believes that.
RELEASE = $(shell sed -n 's/.*UTS_RELEASE "\(.*\)"/\1/p' \
	$(KDIR)/include/generated/utsrelease.h)

install: modules tools-install
	$(MAKE) -C $(KDIR) M=$(CURDIR) INSTALL_MOD_PATH=$(DESTDIR) \
		KERNELRELEASE=$(RELEASE) \
		$(if $(wildcard $(SIGNING_KEY)),,CONFIG_MODULE_SIG_ALL=) \
		modules_install
	$(if $(DESTDIR),,depmod -a $(RELEASE))

tools-install: tools
	$(MAKE) -C tools/vpn-passthrough install PREFIX=$(PREFIX) \
		DESTDIR=$(DESTDIR)

# From every kernel that has them.
uninstall:
	for module in $(MODULES); do \
		rm -fv $(DESTDIR)/lib/modules/*/updates/$$module.ko* \
			$(DESTDIR)/lib/modules/*/extra/$$module.ko*; \
	done | sed -n "s,.*/lib/modules/\([^/]*\)/.*,\1,p" | sort -u | \
		while read -r release; do \
			$(if $(DESTDIR),:,depmod -a "$$release") || exit; \
		done
	$(MAKE) -C tools/vpn-passthrough uninstall PREFIX=$(PREFIX) \
		DESTDIR=$(DESTDIR)

# Sources alone: what was built here is of one kernel.
dkms-source:
	mkdir -p $(DESTDIR)$(DKMS_SRC)
	find Kbuild dkms.conf include $(MODULES) -type f ! -name '*.mod.c' \
		\( -name Kbuild -o -name '*.conf' -o -name '*.[ch]' \) \
		-exec cp --parents -t $(DESTDIR)$(DKMS_SRC) {} +

dkms-install: dkms-source
	dkms install vpn-passthrough/$(VERSION) $(if $(KERNEL),-k $(KERNEL))

dkms-uninstall:
	dkms remove vpn-passthrough/$(VERSION) --all
	rm -rf $(DKMS_SRC)

.PHONY: clean
clean:
	$(if $(wildcard $(KDIR)),$(MAKE) -C $(KDIR) M=$(CURDIR) clean)
	$(MAKE) -C tools/vpn-passthrough clean
	$(MAKE) -C selftests clean
