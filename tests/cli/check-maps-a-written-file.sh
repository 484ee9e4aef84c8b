#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
# shellcheck source=tests/cli/lib.bash
. "$CLI_TESTS/lib.bash"
# Why: the main case, in text and JSON.

need_ext4
written file 1048576
works check file
is mode mapped
is reason -
is rule ext4
is sectors 2048
is mapped_bytes 1048576
is hole_bytes 0
[[ $(value lower_device) == /dev/* ]] || fail "lower device $(value lower_device)"
works check --json file
jq --exit-status '.mode == "mapped" and .reason == null and .sectors == 2048 and
	.mapped_bytes == 1048576 and .read_only == false and .rule == "ext4" and
	.extents >= 1 and .file == "file"' out >/dev/null || { cat out; fail 'JSON'; }
