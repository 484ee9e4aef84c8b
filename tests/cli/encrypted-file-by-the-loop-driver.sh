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
mkfs.ext4 -q "$LOOP_FILE"
before=$(sha256sum "$LOOP_FILE")
attach 1 'has something in it that --format would destroy (ext4); --force does it all the same' \
	luks2 --format --key-file key
nothing_is_left
[[ $(sha256sum "$LOOP_FILE") == "$before" ]] || fail 'it was written to'
