#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
# shellcheck source=tests/cli/lib.bash
. "$CLI_TESTS/lib.bash"
# Why: a key that is missing, or does not fit, must leave nothing attached, whoever
# does the work. (That nothing of device-mapper is touched until a key fits lets this be
# tested here.)

need_loop
attach() { fails "$1" "$LOOP_FILE: $2" attach --engine kernel-loop --crypt "${@:3}" "$LOOP_FILE"; }
nothing_is_left() { [[ ! $(losetup --associated "$LOOP_FILE") ]] || fail 'it is attached still'; }

echo a key >key
attach 1 'there is no LUKS header in it' luks --key-file key
nothing_is_left
attach 1 'there is no LUKS2 header in it' luks2 --key-file key
nothing_is_left
fails 1 'missing: No such file or directory' attach --crypt luks --key-file missing "$LOOP_FILE"
fails 1 'standard input: no key: it is empty' attach --crypt luks --key-file - "$LOOP_FILE"

# What is encrypted without a header is noise to all who look for something.
spared()	# WHY
{
	local before
	before=$(sha256sum "$LOOP_FILE")
	attach 1 "$1; --force does it all the same" luks2 --format --key-file key
	nothing_is_left
	[[ $(sha256sum "$LOOP_FILE") == "$before" ]] || fail 'it was written to'
}
spared 'is not empty, and --format would destroy what it has'
truncate --size=0 "$LOOP_FILE"
truncate --size=1M "$LOOP_FILE"
printf x | dd of="$LOOP_FILE" bs=1 seek=1048575 conv=notrunc status=none
spared 'is not empty, and --format would destroy what it has'
mkfs.ext4 -q "$LOOP_FILE"
spared 'has something in it that --format would destroy (ext4)'

# Keys that come late, or never: nothing is attached until they are there.
mkfifo keys
for type in luks loopaes; do
	"$FASTLOOP" attach --engine kernel-loop --crypt $type --key-file keys "$LOOP_FILE" &
	sleep 1
	nothing_is_left
	kill -TERM $!
	status=0
	wait $! || status=$?
	[[ $status == 143 ]] || fail "exit status $status of who waits for $type keys"
done

# Nor is anything if they could be swapped out.
status=0
prlimit --memlock=0 setpriv --bounding-set=-ipc_lock --inh-caps=-ipc_lock \
	"$FASTLOOP" attach --engine kernel-loop --crypt luks --key-file key "$LOOP_FILE" 2>err || status=$?
[[ $status == 1 && $(<err) == 'fastloop: key: no memory for a key that is not swapped out: '* ]] ||
	{ cat err; fail "exit status $status without memory that can be locked"; }
nothing_is_left
