# SPDX-License-Identifier: GPL-2.0-only
# The one door: forwards into the rooms, holds no logic of theirs.
#
#   make [KVER=<kernel>]	modules and tool into build/
#   make help			all targets

RUNNING := $(shell uname -r)
NEWEST  := $(notdir $(patsubst %/build/Makefile,%,$(lastword \
	$(shell ls -v /lib/modules/*/build/Makefile 2>/dev/null))))
KVER ?= $(if $(wildcard /lib/modules/$(RUNNING)/build/Makefile),$(RUNNING),$(NEWEST))
KDIR ?= $(firstword $(wildcard /lib/modules/$(KVER)/build) \
	$(wildcard $(shell vm/fetch-kernel --print-dir '$(KVER)' 2>/dev/null)/build))
OUT := $(CURDIR)/build
MODULES := $(OUT)/$(KVER)

.PHONY: all
all: modules tool

.PHONY: modules
modules:
	@test -n '$(KDIR)' || { echo "make: no headers of kernel '$(KVER)': install linux-headers-$(KVER), or name another with KVER=" >&2; exit 1; }
	@mkdir -p $(MODULES)
	@cp -ru module/. $(MODULES)/
	$(MAKE) -C $(KDIR) M=$(MODULES) modules

.PHONY: tool
tool:
	$(MAKE) -C cli BUILD=$(OUT)
