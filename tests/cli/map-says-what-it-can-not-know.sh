#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
# shellcheck source=tests/cli/lib.bash
. "$CLI_TESTS/lib.bash"
# Why: without places there are holes still; and what is no file with blocks is said to
# be none.

# said 'LINE' ARG...: success, and this line on standard error
said()
{
	tool "${@:2}"
	[[ $status == 0 ]] || { show "${*:2}"; fail 'expected success'; }
	[[ $(<err) == "fastloop: $1" ]] || { show "${*:2}"; fail "expected: fastloop: $1"; }
}

: >empty
fails 1 'empty: the file is empty' map empty
fails 1 '.: a directory, not a file' map .
fails 1 'none: No such file or directory' map none
if [[ $(stat --file-system --format=%T /dev/shm) == tmpfs ]]; then
	memory=$(mktemp /dev/shm/fastloop-cli.XXXXXX)
	trap 'rm -- "$memory"' EXIT
	truncate --size=3M "$memory"
	head --bytes=1M /dev/urandom | dd of="$memory" bs=1M seek=1 iflag=fullblock conv=notrunc status=none
	said "$memory: its file system does not say where it lies; holes are as far as it tells" map "$memory"
	grep -qF 'where it lies is unknown' out || { cat out; fail heading; }
	grep -qE '^# data 1M  \. hole 2M  ' out || { cat out; fail legend; }
	tool map --json "$memory"
	jq --exit-status '.told_by == "seek" and .extent_count == null and .pieces == null and
		([.extents[].kind] == ["hole", "data", "hole"]) and
		([.extents[].physical] | unique == [null])' out >/dev/null || { cat out; fail JSON; }
fi

need_root
for device in /dev/vda /dev/sda /dev/nvme0n1; do
	[[ -b $device ]] || continue
	said "$device: a block device: each byte of it is at its own place" map --json $device
	jq --exit-status --argjson size $(($(<"/sys/class/block/${device#/dev/}/size") * 512)) '.told_by == "device" and
		.size == $size and .pieces == 1 and .allocated_bytes == null' out >/dev/null || { cat out; fail JSON; }
done
