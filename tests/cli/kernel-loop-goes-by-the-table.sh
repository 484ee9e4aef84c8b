#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
# shellcheck source=tests/cli/lib.bash
. "$CLI_TESTS/lib.bash"
# Why: a table is for machines of both kinds; where the module is not there up and down must
# find what the loop driver attached, and nothing may be left that nobody detaches.

need_loop
need_ext4
works check "$LOOP_FILE"
[[ $(value engine) == kernel-loop ]] || skip 'the module is installed here'

name=$LOOP_FILE
link=/dev/fastloop/$name
printf '%s %s read-only\n' "$name" "$PWD/$LOOP_FILE" >tab
said="fastloop: $PWD/$LOOP_FILE: engine kernel-loop: module fastloop-disk is not installed: slower, and nobody is kept from changing the file"

for names in "$name" --all; do
	tool up --tab tab $names
	[[ $status == 0 && $(<err) == "$said" ]] || { show up; fail 'it is not attached, or not said'; }
	disk=$(realpath "$link")
	cmp "$link" "$LOOP_FILE"
	tool up --tab tab $names
	[[ $status == 0 && $(realpath "$link") == "$disk" ]] || { show up; fail 'it is another one'; }
	works down --tab tab $names
	[[ ! $(losetup --associated "$LOOP_FILE") && ! -L $link ]] || fail "down $names left it"
	works down --tab tab $names
done
