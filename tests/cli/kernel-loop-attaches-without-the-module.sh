#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
# shellcheck source=tests/cli/lib.bash
. "$CLI_TESTS/lib.bash"
# Why: a machine without the module must have its image all the same, with the best
# of the loop driver's settings, and told so; and get rid of it again.

need_loop
need_ext4
works check "$LOOP_FILE"
[[ $(value engine) == kernel-loop ]] || skip 'the module is installed here'

tool attach "$LOOP_FILE"
[[ $status == 0 ]] || { show attach; fail 'it is not attached'; }
device=$(<out)
[[ $device == "/dev/fastloop/$LOOP_FILE" ]] || fail "the output of attach is '$device'"
[[ $(<err) == "fastloop: $LOOP_FILE: engine kernel-loop: module fastloop-disk is not installed: slower, and nobody is kept from changing the file" ]] ||
	{ cat err; fail 'it is not said, or in other words'; }
cmp "$device" "$LOOP_FILE"

works status "$LOOP_FILE"
is engine kernel-loop
is mode file
is reason module-missing
is sentence 'module fastloop-disk is not installed'
is io direct
node=$(value node)
disk=${node##*/}
[[ $(<"/sys/block/$disk/loop/dio") == 1 ]] || fail 'not past the page cache'
works status --json "$LOOP_FILE"
[[ $(jq --raw-output '.engine, .mode, .reason, .face, .is_read_only' out | paste --serial --delimiters=,) == \
	kernel-loop,file,module-missing,loop,null ]] || { cat out; fail 'JSON has something else'; }
works list
grep -q "^$LOOP_FILE .*/dev/fastloop/$LOOP_FILE *file module-missing " out || { cat out; fail 'list does not have it'; }
[[ $(losetup --noheadings --output=BACK-FILE "$node") == "$PWD/$LOOP_FILE" ]] || fail 'losetup does not see it'
fails 1 "$LOOP_FILE: nobody keeps writers off" who "$LOOP_FILE"

# It is the same one that is found again.
tool attach --find-existing "$LOOP_FILE"
[[ $(<out) == "$device" && $(<err) == *': engine kernel-loop: '* ]] || { show find-existing; fail 'another one, or not said'; }

exec {open}<"$device"
fails 1 "$LOOP_FILE: busy: open in bash (process $$)" detach "$LOOP_FILE"
[[ $(<"/sys/block/$disk/loop/autoclear") == 0 ]] || fail 'a refused detach lets it leave'
exec {open}<&-
works detach "$LOOP_FILE"
[[ ! -e /sys/block/$disk/loop ]] || fail 'it is attached still'
[[ ! -e $device && ! -L $device ]] || fail 'its link is left'

# The last user takes it away, and no link is left that could lead to another's file.
tool attach "$LOOP_FILE"
node=$(realpath "$device")
exec {open}<"$device"
works detach --deferred "$LOOP_FILE"
[[ ! -L $device ]] || fail 'one that is leaving has a link'
works status "$LOOP_FILE"
is device "$node"
exec {open}<&-
[[ ! -e /sys/block/${node##*/}/loop ]] || fail 'it did not leave'
