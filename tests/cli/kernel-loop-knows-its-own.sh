#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
# shellcheck source=tests/cli/lib.bash
. "$CLI_TESTS/lib.bash"
# Why: loop devices are many people's. What losetup attached is not listed, not found and
# not detached, and no two of ours have one name.

need_loop
theirs=$(losetup --find --show "$LOOP_FILE")
fails 1 "$LOOP_FILE: no attached device has this name, node or file" detach "$LOOP_FILE"
fails 1 "$theirs: no attached device has this name, node or file" status "$theirs"
works list --file "$LOOP_FILE"
[[ ! -s out ]] || { cat out; fail 'losetup'\''s is listed'; }
losetup --detach "$theirs"

for i in {1..8}; do
	"$FASTLOOP" attach --engine kernel-loop --read-only "$LOOP_FILE" >"made.$i" 2>&1 </dev/null &
done
wait
[[ $(sort --unique made.* | grep -c "^/dev/fastloop/$LOOP_FILE") == 8 ]] || { cat made.*; fail 'not eight names'; }
sort made.* | xargs realpath | sort --unique | wc --lines >nr
[[ $(<nr) == 8 ]] || fail 'not eight disks'
fails 1 "$LOOP_FILE-2: this device name is in use" attach --engine kernel-loop --name "$LOOP_FILE-2" "$LOOP_FILE"
tool status "$LOOP_FILE"
[[ $status == 1 && $(<err) == *'means more than one device: /dev/'* ]] || { show status; fail 'eight are one'; }
for i in {1..8}; do
	works detach "$(<"made.$i")"
done
[[ ! $(losetup --associated "$LOOP_FILE") ]] || fail 'something is attached'

# A name with what is unusual in one comes back.
name="a b:$LOOP_FILE"
works attach --engine kernel-loop --name "$name" "$LOOP_FILE"
[[ $(<out) == "/dev/fastloop/a\\x20b:$LOOP_FILE" ]] || { cat out; fail 'the path is another'; }
works status "$name"
is name "$name"
works detach "/dev/fastloop/a\\x20b:$LOOP_FILE"
