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

# One that is attached in another way is not taken for it.
detached='fastloop detach removes it'
works attach --engine kernel-loop --read-only --size 64K --name "$name" "$LOOP_FILE"
fails 1 "$name: attached already, of another length: 65536 bytes; $detached" up --tab tab "$name"
works detach "$name"
printf '%s %s engine=kernel-loop,size=64K\n' "$name" "$PWD/$LOOP_FILE" >other
works attach --engine kernel-loop --name "$name" "$LOOP_FILE"
fails 1 "$name: attached already, of another length: 1048576 bytes; $detached" up --tab other "$name"
printf '%s %s map=require\n' "$name" "$PWD/$LOOP_FILE" >other
fails 3 "$PWD/$LOOP_FILE: module fastloop-disk is not installed (module-missing)" up --tab other "$name"
works detach "$name"

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
