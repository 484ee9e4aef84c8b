#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
# shellcheck source=tests/cli/lib.bash
. "$CLI_TESTS/lib.bash"
# Why: images have a hundred thousand extents, and are written to while one looks.

need_ext4
# A block of data, and one of zeroes, which dd leaves out
scattered()	# FILE BLOCKS
{
	perl -e 'print(("x" . "\0" x 8191) x shift)' "$2" | dd of="$1" bs=4096 iflag=fullblock conv=sparse status=none
	sync -- "$1"
}
scattered file 50000
began=${EPOCHREALTIME/./}
works map --json file
took=$(((${EPOCHREALTIME/./} - began) / 1000))
[[ $(jq .extent_count out) == 50000 ]] || fail "$(jq .extent_count out) extents"
[[ $(jq '.extents | length' out) == 100000 ]] || fail "$(jq '.extents | length' out) in the list"
[[ $took -lt 60000 ]] || fail "it took $took ms"

# Somebody makes and removes blocks all the time; in a smaller one, of which more can be seen.
scattered file 5000
while :; do
	fallocate --offset $((RANDOM % 5000 * 8192)) --length 1M file || true
	fallocate --punch-hole --offset $((RANDOM % 5000 * 8192)) --length 1M file || true
done &
changer=$!
trap 'kill "$changer"; wait "$changer" || true' EXIT
SECONDS=0
for ((i = 0; i < 10 && SECONDS < 15; i++)); do
	tool map --json file
	[[ $status == 0 ]] || { show map; fail 'expected success'; }
	jq --exit-status '([.extents[].length] | add) == .size' out >/dev/null || fail 'it does not add up'
	[[ ! -s err || $(<err) == 'fastloop: file: it changed while it was read: it may never have lain just so' ]] ||
		{ cat err; fail 'what it says'; }
done
