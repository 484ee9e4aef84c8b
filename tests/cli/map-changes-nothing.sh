#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
# shellcheck source=tests/cli/lib.bash
. "$CLI_TESTS/lib.bash"
# Why: who looks at an image that is in use must not make it slower, or fail because
# somebody has frozen what it lies on; what is in memory only is drawn as that.

need_ext4
kinds() { jq --raw-output '[.extents[].kind] | unique | join(" ")' out; }

# The file system may write it out by itself, but not each time.
stays_delayed()
{
	head --bytes=1M /dev/urandom >file
	filefrag -v file | grep -q delalloc || skip 'written out before anybody looked'
	for _ in 1 2; do
		works map --json file
		[[ $(kinds) == delayed ]] || return
	done
}
stays_delayed || { rm file; stays_delayed; } || { rm file; stays_delayed; } ||
	{ cat out; fail 'it is written out'; }
works map file
grep -qF '~ delayed 1M' out || { cat out; fail 'it is not drawn'; }
works map --json --sync file
[[ $(kinds) == data ]] || { cat out; fail '--sync leaves something delayed'; }

before=$(stat --format='%x %y %z %b' file)
works map --extents file
[[ $(stat --format='%x %y %z %b' file) == "$before" ]] || fail 'it left a trace'
chmod 444 file
works map file
