#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
# shellcheck source=tests/cli/lib.bash
. "$CLI_TESTS/lib.bash"
# Why: what merges on the device is one extent to the map, whatever the file
# system keeps; and a part of a file has only its own.

need_ext4
written file 262144
works check file
whole=$(value extents)
# Converting every other block splits the file system's extents, not their place.
fallocate --zero-range --offset 8192 --length 4096 file
written piece 4096
dd if=piece of=file bs=4096 seek=2 conv=notrunc,fsync status=none
works check file
is extents "$whole"
works check --offset 4096 --size 4096 file
is extents 1
is mapped_bytes 4096
# Two files written in turns lie in pieces.
for _ in {1..8}; do
	head --bytes=65536 /dev/urandom >>one
	sync one
	head --bytes=65536 /dev/urandom >>two
	sync two
done
works check one
filefrag -v one >frag || skip 'no filefrag'
merged=$(awk '$1 ~ /^[0-9]+:$/ { gsub(/[.:]/, " "); if ($4 != next_block) n++; next_block = $5 + 1 } END { print n }' frag)
is extents "$merged"
