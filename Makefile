# SPDX-License-Identifier: GPL-2.0-only
# The one door: forwards into the rooms, holds no logic of theirs.

RUNNING := $(shell uname -r)
NEWEST  := $(notdir $(patsubst %/build/Makefile,%,$(lastword \
	$(shell ls -v /lib/modules/*/build/Makefile 2>/dev/null))))
KVER	?= $(if $(wildcard /lib/modules/$(RUNNING)/build/Makefile),$(RUNNING),$(NEWEST))
KDIR	?= $(firstword $(wildcard /lib/modules/$(KVER)/build) \
	$(wildcard $(shell vm/fetch-kernel --print-dir '$(KVER)' 2>/dev/null)/build))

OUT	:= $(CURDIR)/build
# W=1 always: kbuild compiles everything anew where a flag has changed.
# TEST=y: a build that can hold interleavings open; never to be installed
MODULES	:= $(OUT)/$(KVER)$(if $(TEST),-test)
PREFIX	?= /usr/local
MODDIR	:= $(DESTDIR)/lib/modules/$(KVER)/updates/fastloop
SBINDIR	:= $(DESTDIR)$(PREFIX)/sbin
MANDIR	:= $(DESTDIR)$(PREFIX)/share/man
GENERATORDIR := $(DESTDIR)$(PREFIX)/lib/systemd/system-generators
BASHDIR	:= $(DESTDIR)$(PREFIX)/share/bash-completion/completions
ZSHDIR	:= $(DESTDIR)$(PREFIX)/share/zsh/site-functions
DOCDIR	:= $(DESTDIR)$(PREFIX)/share/doc/fastloop
RULEDIR	:= $(DESTDIR)/etc/udev/rules.d
SHAREDIR := $(DESTDIR)$(PREFIX)/share/fastloop
INITRAMFSDIR := $(DESTDIR)/usr/share/initramfs-tools

.PHONY: all modules tool install install-modules install-tool uninstall deb \
	check check-debug check-packages check-boot crash soak bench layering clean help

all: modules tool

modules:
	@test -n '$(KDIR)' || { echo "make: no headers of kernel '$(KVER)': install linux-headers-$(KVER), or name another kernel with KVER=" >&2; exit 1; }
	@mkdir -p $(MODULES)
	@cp -ru module/. $(MODULES)/
	$(MAKE) -C $(KDIR) M=$(MODULES) W=1 FLOOP_TEST=$(TEST) modules

tool:
	$(MAKE) -C cli BUILD=$(OUT)
	$(MAKE) -C boot BUILD=$(OUT)

install: install-modules install-tool

install-modules: modules
	@test -z '$(TEST)' || { echo 'make: the build for tests is not to be installed: leave TEST out' >&2; exit 1; }
	install -D --mode=644 --target-directory=$(MODDIR) $(MODULES)/fastloop.ko $(MODULES)/dm-loop.ko $(MODULES)/fastloop-disk.ko
	test -n '$(DESTDIR)' || depmod $(KVER)

install-tool: tool
	install -D --target-directory=$(SBINDIR) $(OUT)/fastloop
	install -D --target-directory=$(GENERATORDIR) $(OUT)/fastloop-generator
	install -D --mode=644 --target-directory=$(MANDIR)/man4 $(OUT)/dm-loop.4
	install -D --mode=644 --target-directory=$(MANDIR)/man5 $(OUT)/fastlooptab.5
	install -D --mode=644 --target-directory=$(MANDIR)/man7 $(OUT)/fastloop-initramfs.7
	install -D --mode=644 --target-directory=$(MANDIR)/man8 $(OUT)/fastloop.8
	install -D --mode=644 cli/completion.bash $(BASHDIR)/fastloop
	install -D --mode=644 cli/completion.zsh $(ZSHDIR)/_fastloop
	install -D --mode=644 --target-directory=$(RULEDIR) cli/60-fastloop.rules
	install -D --mode=644 --target-directory=$(DOCDIR) docs/replace-loop.conf
	install -D boot/hook $(INITRAMFSDIR)/hooks/fastloop
	install -D boot/local-block $(INITRAMFSDIR)/scripts/local-block/fastloop
	install -D --target-directory=$(SHAREDIR) boot/shutdown

uninstall:
	rm -rf $(MODDIR) $(DOCDIR) $(SHAREDIR)
	rm -f $(SBINDIR)/fastloop $(GENERATORDIR)/fastloop-generator $(BASHDIR)/fastloop $(ZSHDIR)/_fastloop $(RULEDIR)/60-fastloop.rules \
		$(MANDIR)/man4/dm-loop.4 $(MANDIR)/man5/fastlooptab.5 $(MANDIR)/man7/fastloop-initramfs.7 $(MANDIR)/man8/fastloop.8 \
		$(INITRAMFSDIR)/hooks/fastloop $(INITRAMFSDIR)/scripts/local-block/fastloop
	test -n '$(DESTDIR)' || depmod $(KVER)

deb:
	debian/build-packages

check:
	./check

check-debug:
	tests/check-debug

check-packages:
	tests/check-packages

check-boot:
	tests/check-boot

crash:
	tests/crash/run --kernel 6.12
	tests/crash/run --kernel 6.1

soak:
	tests/soak

bench:
	bench/run

layering:
	tests/layering

clean:
	rm -rf $(OUT)

help:
	@echo 'make [KVER=<kernel>]  modules into build/<kernel>/, tool into build/'
	@echo 'make install          modules, tool, man pages, completion, udev rule, generator, what boots from a file, an example, for KVER'
	@echo 'make uninstall        the same, away again'
	@echo 'make deb              Debian packages into build/deb/ (docs/packages.md)'
	@echo 'make check            every test on both kernels (as root; ./check)'
	@echo 'make check-debug      the system tests in a kernel that watches itself (as root)'
	@echo 'make check-packages   the packages in a Debian of their own (as root)'
	@echo 'make check-boot       a system whose root is in a file (as root)'
	@echo 'make crash            power cuts and killed machines (as root)'
	@echo 'make soak             hours of races, random work and power cuts (as root)'
	@echo 'make bench            speed beside the peers (as root)'
	@echo 'make layering         the rooms depend on each other one way only'
	@echo 'make clean            build/ away'
