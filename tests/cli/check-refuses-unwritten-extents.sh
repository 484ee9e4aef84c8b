#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
# shellcheck source=tests/cli/lib.bash
. "$CLI_TESTS/lib.bash"
# Why: what is written straight to an unwritten extent reads as zeroes later, so the
# file system has to be asked first; which a pinned device must never need.

need_ext4
fallocate --length 64K file
works check file
is mode mapped
is unwritten_bytes 65536
tool check --pin-map file
[[ $status == 3 ]] || { show 'check file'; fail 'expected exit status 3'; }
grep -qx 'fastloop: file: the file has unwritten extents (unwritten)' err || { cat err; fail; }
is unwritten_bytes 65536
works check --read-only file
written written 65536
works check --pin-map written
