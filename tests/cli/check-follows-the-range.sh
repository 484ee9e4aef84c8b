#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
# shellcheck source=tests/cli/lib.bash
. "$CLI_TESTS/lib.bash"
# Why: offset and size are what attach would map, and must fit the device below.

need_ext4
written file 65536
for offset in 1 511 513; do
	tool check --offset $offset --size 512 file
	[[ $status == 3 ]] || { show "check --offset $offset"; fail 'expected exit status 3'; }
	is reason unaligned-offset
done
works check --offset 4K --size 8K file
is sectors 16
is mapped_bytes 8192
