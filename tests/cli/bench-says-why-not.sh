#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
# shellcheck source=tests/cli/lib.bash
. "$CLI_TESTS/lib.bash"
# Why: who asks for figures has to get a reason, at once, and never a table without sense;
# and no file may be overwritten by mistake.

fails 2 'bench: FILE is missing; see fastloop bench --help' bench
fails 2 '--rounds: 0: not a number from 1 to 100' bench --rounds 0 file
fails 2 '--rounds: 101: not a number from 1 to 100' bench --rounds 101 file
fails 2 '--seconds: 0.01: not a number of seconds from 0.1 to 3600' bench --seconds 0.01 file
fails 2 '--seconds: nan: not a number of seconds from 0.1 to 3600' bench --seconds nan file
fails 1 'absent: No such file or directory' bench absent
need_root
written file 1M
PATH=/nowhere fails 1 'bench: fio, which measures, is not installed; try apt install fio' bench file

mkdir bin
# shellcheck disable=SC2016 # fio's
printf '#!/bin/bash\n[[ $1 != --version ]] || exit 0\n. ./fio\n' >bin/fio
chmod 755 bin/fio
PATH=$PWD/bin:$PATH
echo 'touch ran' >fio
written small 64K
fails 1 'small: smaller than 1M, which is too small to measure' bench small
touch picture.svg
fails 1 'picture.svg: exists already, and is not written over; choose another name, or remove it' bench --svg picture.svg file
fails 1 'no/: No such file or directory' bench --svg no/picture.svg file
exec {open}>>file
fails 1 "file: in use: bash (process $$)" bench --destroy-content file
exec {open}>&-
[[ ! -e ran ]] || fail 'fio ran all the same'

need_loop
nothing_is_attached() { [[ ! $(losetup --associated "$LOOP_FILE") ]] || fail "attached still: $(losetup --associated "$LOOP_FILE")"; }
works check "$LOOP_FILE"
[[ $(value engine) == kernel-loop ]] || skip 'the module is installed here'

device=$(losetup --find --show --read-only "$LOOP_FILE")
fails 1 "$LOOP_FILE: in use: attached to $device" bench --destroy-content "$LOOP_FILE"
fails 1 "$device: a block device; --destroy-content is for files only" bench --destroy-content "$device"
losetup --detach "$device"
tool attach "$LOOP_FILE"
device=$(<out)
fails 1 "$LOOP_FILE: attached already, as $device; detach it first, or bench a copy" bench "$LOOP_FILE"
works detach "$LOOP_FILE"
[[ ! -e ran ]] || fail 'fio ran all the same'

# What fio has to say, and what it has not
echo 'echo "fio: a warning" >&2; echo "fio: pid=1, error=No space left" >&2; exit 1' >fio
fails 1 "$LOOP_FILE: fio: No space left" bench "$LOOP_FILE"
echo 'echo "fio: unrecognized option" >&2; exit 1' >fio
fails 1 "$LOOP_FILE: fio: unrecognized option" bench "$LOOP_FILE"
nothing_is_attached
echo 'exit 3' >fio
fails 1 "$LOOP_FILE: fio failed, and does not say why" bench "$LOOP_FILE"
echo 'kill -KILL $$' >fio
fails 1 "$LOOP_FILE: fio was ended: Killed" bench "$LOOP_FILE"
for said in '' '{' '[]' '{}' '{ "jobs": {} }' '{ "jobs": [] }' '{ "jobs": [ {} ] }' '{ "jobs": [ { "write": 1 } ] }' \
	'{ "jobs": [ { "error": 5, "read": { "iops": 7 } } ] }'; do
	printf "echo '%s'\n" "$said" >fio
	fails 1 "$LOOP_FILE: fio prints something that is not understood" bench "$LOOP_FILE"
done
echo 'echo "{ \"jobs\": [ { \"error\": 0, \"read\": { \"iops\": 0 } } ] }"' >fio
fails 1 "$LOOP_FILE: fio did no request of randread-4k-qd1; --seconds gives it more time" bench "$LOOP_FILE"
nothing_is_attached

# Only what it is all about has to be there.
# shellcheck disable=SC2016 # fio's
echo '[[ $(realpath /proc/self/fd/3) == /dev/loop* ]] || { echo "fio: no direct I/O" >&2; exit 1; }
	echo "{ \"jobs\": [ { \"error\": 0, \"read\": { \"iops\": 7 } } ] }"' >fio
tool bench --rounds 1 "$LOOP_FILE"
[[ $status == 0 ]] || { show bench; fail 'without the file itself there is no table'; }
grep -qx "fastloop: $LOOP_FILE: bench goes on without file" err || { cat err; fail 'not said'; }
! grep -q ' file ' out || { cat out; fail 'a row of nothing'; }

# Nobody waits for it, and nothing is left of it.
echo 'echo $$ >running; exec sleep 30' >fio
interrupted()	# SIGNAL THING
{
	rm --force running
	status=0
	# An INT that is ignored, as of a command in the background, would stay so.
	(trap - INT; exec env --default-signal=INT "$FASTLOOP" bench "$LOOP_FILE" >out 2>err) & bench=$!
	until [[ -s running ]]; do sleep 0.02; done
	kill -"$1" $bench
	began=$SECONDS
	wait $bench || status=$?
	((status > 128 && SECONDS - began < 5)) || { show bench; fail "SIG$1: not ended by it"; }
	[[ $(<err) == "fastloop: $2: interrupted" ]] || { cat err; fail "SIG$1: said"; }
	[[ ! -e /proc/$(<running) ]] || fail "SIG$1: fio goes on"
	nothing_is_attached
}
for signal in INT TERM HUP; do
	interrupted $signal "$LOOP_FILE"
done
# Nor of the first look at it
printf '#!/bin/bash\n. ./fio\n' >bin/fio
interrupted INT bench
