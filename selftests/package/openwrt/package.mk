# SPDX-License-Identifier: GPL-2.0-only
#
# In place of OpenWrt's package.mk, and of KernelPackage in kernel.mk: each package
# has a target that installs it below $(OUT)/NAME.

.PHONY: all prepared built
all:

prepared:
	$(Build/Prepare)

built: prepared
	$(Build/Configure)
	$(Build/Compile)

# What must not be empty.
required = $(foreach name,$(1),$(if $($(name)),,$(error $(2) has no $(name))))

define KernelPackage
FILES :=
$(eval $(call KernelPackage/$(1)))
$(call required,SUBMENU TITLE DEPENDS FILES KernelPackage/$(1)/description,kmod-$(1))
all: kmod-$(1)
.PHONY: kmod-$(1)
kmod-$(1): FILES := $(FILES)
kmod-$(1): built
	$(INSTALL_DIR) $(OUT)/$$@/lib/modules
	$(CP) $$(FILES) $(OUT)/$$@/lib/modules/
endef

define BuildPackage
$(eval $(call Package/$(1)))
$(call required,SECTION CATEGORY TITLE DEPENDS Package/$(1)/description,$(1))
all: $(1)
.PHONY: $(1)
$(1): built
	$(INSTALL_DIR) $(OUT)/$$@
	$$(call Package/$$@/install,$(OUT)/$$@)
endef
