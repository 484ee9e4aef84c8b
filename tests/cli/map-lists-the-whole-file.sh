#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
# shellcheck source=tests/cli/lib.bash
. "$CLI_TESTS/lib.bash"
# Why: a program adds the list up, and asks check the same.

need_ext4
truncate --size=8M file
written piece 1048576
for place in 1 2 5; do
	dd if=piece of=file bs=1M seek=$place conv=notrunc,fsync status=none
done
fallocate --offset 6M --length 512K file
truncate --size=8388507 file
works map --json file
jq --exit-status '
	. as $map | .size == 8388507 and .told_by == "fiemap" and .changed == false and
	(.extents[0] | .logical == 0 and .kind == "hole" and .physical == null) and
	([.extents[].length] | add == $map.size) and
	([range(1; .extents | length) as $i | .extents[$i] |
		.logical == $map.extents[$i - 1] .logical + $map.extents[$i - 1] .length] | all) and
	([.extents[] | select(.kind != "hole")] | length == $map.extent_count) and
	([.extents[] | select(.kind == "unwritten") | .flags[] == "unwritten"] | any) and
	.data_bytes == 3145728 and .unwritten_bytes == 524288 and
	.hole_bytes == .size - 3145728 - 524288' out >/dev/null || { cat out; fail 'what adds up'; }
places=$(jq --raw-output '.extents[] | select(.kind == "data") | "\(.logical) \(.physical) \(.length)"' out)
pieces=$(jq .pieces out)

# The same, as text, behind the picture.
works map --extents file
[[ $places == "$(awk '$4 == "data" { print $1, $2, $3 }' out)" ]] || { cat out; fail 'the table'; }
grep -qx ' *LOGICAL *PHYSICAL *LENGTH KIND *FLAGS' out || { cat out; fail headings; }

# As check counts, and as filefrag has it.
works check --size 8388096 file
is extents "$pieces"
filefrag -v -b1 file >frag || skip 'no filefrag'
theirs=$(awk '$1 ~ /^[0-9]+:$/ && !/unwritten/ { gsub(/[.:]/, " "); print $2, $4, $6 }' frag)
[[ $theirs == "$places" ]] || { cat frag; fail "filefrag has other places than $places"; }
