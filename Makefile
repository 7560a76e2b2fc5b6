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
	@echo 'make install           modules, tool, man page (as root)'
	@echo 'make dkms-install      the modules by dkms, for every kernel to come'
	@echo 'make uninstall, dkms-uninstall, clean'
	@echo 'Variables: KDIR=$(KDIR) PREFIX=$(PREFIX) DESTDIR=$(DESTDIR)'

modules:
	$(MAKE) -C $(KDIR) M=$(CURDIR) modules

tools:
	$(MAKE) -C tools/vpn-passthrough

.PHONY: demo check style bench setup
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

.PHONY: install uninstall dkms-install dkms-uninstall tools-install
install: modules tools-install
	$(MAKE) -C $(KDIR) M=$(CURDIR) INSTALL_MOD_PATH=$(DESTDIR) \
		modules_install
	$(if $(DESTDIR),,depmod -a)

tools-install: tools
	$(MAKE) -C tools/vpn-passthrough install PREFIX=$(PREFIX) \
		DESTDIR=$(DESTDIR)

uninstall:
	rm -f $(foreach module,$(MODULES), \
		$(DESTDIR)/lib/modules/*/updates/$(module).ko* \
		$(DESTDIR)/lib/modules/*/extra/$(module).ko*)
	$(if $(DESTDIR),,depmod -a)
	$(MAKE) -C tools/vpn-passthrough uninstall PREFIX=$(PREFIX) \
		DESTDIR=$(DESTDIR)

dkms-install:
	mkdir -p $(DKMS_SRC)
	cp -r Kbuild dkms.conf include $(MODULES) $(DKMS_SRC)/
	dkms install vpn-passthrough/$(VERSION)

dkms-uninstall:
	dkms remove vpn-passthrough/$(VERSION) --all
	rm -rf $(DKMS_SRC)

.PHONY: clean
clean:
	$(if $(wildcard $(KDIR)),$(MAKE) -C $(KDIR) M=$(CURDIR) clean)
	$(MAKE) -C tools/vpn-passthrough clean
	$(MAKE) -C selftests clean
