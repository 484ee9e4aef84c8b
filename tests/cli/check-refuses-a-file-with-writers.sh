#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
# shellcheck source=tests/cli/lib.bash
. "$CLI_TESTS/lib.bash"
# Why: another writer can not be excluded once it is there; its name helps.

need_ext4
written file 65536
exec {writer}>>file
tool check file
[[ $status == 3 ]] || { show 'check file'; fail 'expected exit status 3'; }
is reason has-writers
[[ $(value detail) == *"(process $$)"* ]] || { cat out; fail "expected process $$ by name"; }
exec {writer}>&-
works check file
exec {reader}<file
works check file
exec {reader}<&-
cp /bin/sleep program
sync program
./program 30 &
until [[ $(readlink "/proc/$!/exe") == "$PWD/program" ]]; do sleep 0.01; done
tool check program
read_only=$("$FASTLOOP" check --read-only program 2>&1 | sed -n 's/^reason: //p')
kill $!
[[ $status == 3 && $(value detail) == *"executed by program"* ]] || { show 'check program'; fail; }
[[ $read_only == - ]] || fail "read-only, a program may be executed: $read_only"
