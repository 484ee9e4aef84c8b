#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
# shellcheck source=tests/cli/lib.bash
. "$CLI_TESTS/lib.bash"
# Why: two devices that write to the same bytes know nothing of each other, and the loop
# driver lets anybody have them. Whoever comes second is told who came first, and where.

need_loop
# attach OPTION...: by the loop driver
attach() { works attach --engine kernel-loop "$@" "$LOOP_FILE"; }
# refuses WHAT OPTION...
refuses()
{
	fails 3 "$LOOP_FILE: $1 (range-busy)" attach --engine kernel-loop "${@:2}" "$LOOP_FILE"
	[[ $(losetup --associated "$LOOP_FILE" | wc --lines) == 1 ]] || fail 'something is attached'
}

attach --name "1-$LOOP_FILE" --offset 4K --size 8K
held="1-$LOOP_FILE holds bytes 4096 to 12287"
refuses "$held"
refuses "$held" --read-only
refuses "$held" --offset 11776
refuses "$held" --size 4608
ln --symbolic "$LOOP_FILE" link
fails 3 "link: $held (range-busy)" attach --engine kernel-loop link
printf 'one-%s %s engine=kernel-loop\n' "$LOOP_FILE" "$PWD/$LOOP_FILE" >tab
fails 3 "$PWD/$LOOP_FILE: $held (range-busy)" up --tab tab --all
attach --size 4K
attach --offset 12K
works detach "/dev/fastloop/$LOOP_FILE-2"
works detach "/dev/fastloop/$LOOP_FILE"

# Who knows that he shares them may.
attach --shared
works detach "/dev/fastloop/$LOOP_FILE"
works detach "1-$LOOP_FILE"

attach --read-only
attach --read-only
works detach "/dev/fastloop/$LOOP_FILE-2"
refuses "$LOOP_FILE holds bytes 0 to 1048575 read-only"
works detach "/dev/fastloop/$LOOP_FILE"

# Of many at once there is one.
for i in {1..8}; do
	"$FASTLOOP" attach --engine kernel-loop "$LOOP_FILE" >"made.$i" 2>&1 </dev/null &
done
wait
[[ $(cat made.* | grep --count '^/dev/fastloop/') == 1 ]] || { cat made.*; fail 'not one of eight'; }
[[ $(losetup --associated "$LOOP_FILE" | wc --lines) == 1 ]] || fail 'not one disk'
