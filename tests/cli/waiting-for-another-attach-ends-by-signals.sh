#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
# shellcheck source=tests/cli/lib.bash
. "$CLI_TESTS/lib.bash"
# Why: whoever attaches before may hang on a server that is gone, for ever; those who wait
# for him must not.

need_loop
trap 'kill "${jobs[@]}" 2>/dev/null || true' EXIT
flock --no-fork /run/fastloop.lock sleep 100 &
jobs=($!)
"$FASTLOOP" attach --engine kernel-loop --find-existing "$LOOP_FILE" >out 2>err </dev/null &
pid=$!
jobs+=("$pid")

# waits: it is in the kernel's list of those who do
waits() { grep --quiet -- "-> FLOCK .* $pid " /proc/locks; }
is_over() { [[ ! -e /proc/$pid/exe ]]; }
for _ in {1..200}; do
	! waits || break
	sleep 0.05
done
waits || { cat err; fail 'it does not wait'; }
kill -TERM "$pid"
for _ in {1..100}; do
	! is_over || break
	sleep 0.05
done
is_over || { kill -KILL "$pid"; fail 'it waits on, whatever it is told'; }
status=0
wait "$pid" || status=$?
[[ $status == 143 && ! -s out && ! -s err ]] || { show attach; fail 'it ends otherwise'; }
[[ ! $(losetup --associated "$LOOP_FILE") ]] || fail 'something is attached'
