#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
# shellcheck source=tests/cli/lib.bash
. "$CLI_TESTS/lib.bash"
# Why: figures are believed. They have to be fio's, of the device that the line names;
# and whoever only wants to know how fast his file is must have it afterwards.

need_loop
need_ext4
works check "$LOOP_FILE"
[[ $(value engine) == kernel-loop ]] || skip 'the module is installed here'

# Of the file itself it says twice what it says of devices.
mkdir bin
cat >bin/fio <<'END'
#!/bin/bash
[[ $1 != --version ]] || exit 0
for word; do
	[[ $word != --filename=* ]] || path=${word#*=}
	[[ $word != --rw=* ]] || rw=${word#*=}
done
path=$(realpath -- "${path%%[;#]*}")	# where fio cuts it
! declare -F meanwhile >/dev/null || meanwhile "$path"
rate=2000 way=read
[[ $path != /dev/loop* ]] || rate=1000
[[ $rw != *write ]] || way=write
read_only=-
[[ ! -b $path ]] || read_only=$(blockdev --getro "$path")
echo "$path $read_only $*" >>turns
echo 'note: this is no JSON'
echo "{ \"jobs\": [ { \"error\": 0, \"$way\": { \"iops\": $rate.5, \"bw_bytes\": 4096000 } } ] }"
END
chmod 755 bin/fio
PATH=$PWD/bin:$PATH
before=$(sha256sum "$LOOP_FILE"; stat --format=%Y.%b "$LOOP_FILE")
is_unchanged() { [[ $(sha256sum "$LOOP_FILE"; stat --format=%Y.%b "$LOOP_FILE") == "$before" ]] || fail 'the file was changed'; }
nothing_is_attached() { [[ ! $(losetup --associated "$LOOP_FILE") ]] || fail "attached still: $(losetup --associated "$LOOP_FILE")"; }

works bench --json --rounds 3 --seconds 0.3 --svg picture.svg "$LOOP_FILE"
is_unchanged
nothing_is_attached
jq --exit-status '.rounds == 3 and .seconds == 0.3 and (.writes | not) and .size == 1048576 and
	.ways.losetup == "the kernel'\''s loop driver, io direct" and
	(.results | map(select(.contender == "file"))
		| length == 3 and all(.iops == 2001 and .times_losetup == 2 and .verdict == "faster")) and
	(.results | map(select(.contender == "fastloop"))
		| all(.iops == 1001 and .mb_per_second == 4.1 and .times_losetup == 1 and .verdict == "unclear" and .spread_percent == 0)) and
	(.results | map(select(.contender == "losetup")) | all(.times_losetup == null and .verdict == null))' out >/dev/null ||
	{ cat out; fail 'other figures, or another verdict'; }
[[ $(head --bytes=5 picture.svg) == '<?xml' && $(tail --lines=1 picture.svg) == '</svg>' ]] || fail 'no picture'
[[ $(grep --count '<rect x=' picture.svg) == $(jq '.results | length' out) ]] || fail 'other bars than rows'
# Three loads, three rounds; nothing could have been written.
[[ $(grep --count '^/dev/loop' turns) == 18 ]] || { cat turns; fail 'turns'; }
! grep '^/dev/loop[^ ]* 0' turns || fail 'a device could be written to'
! grep --invert-match -e '--readonly' turns || fail 'fio was allowed to write'
grep -q -- "--rw=randread --bs=4k --iodepth=32 --ioengine=libaio --direct=1 --offset=0 --size=1048576 --time_based --runtime=300ms" turns ||
	{ cat turns; fail 'another load'; }
# Who begins is another one in each round.
[[ $(sed -n 's/ .*//p' turns | uniq | head --lines=1) == /dev/loop* ]] || fail 'the first turn'

works bench --rounds 1 --seconds 0.3 "$LOOP_FILE"
grep -q '^randread-4k-qd1 *file *2001 *4\.10 *0 *2\.00 -$' out || { cat out; fail 'the table'; }
grep -q '^fastloop: the kernel.s loop driver as well, io direct: module fastloop-disk is not installed$' out ||
	{ cat out; fail 'what was measured'; }

# A name of which fio would take the beginning, or a part
cp "$LOOP_FILE" a
cp "$LOOP_FILE" 'a:b#c;d '
: >turns
tool bench --rounds 1 'a:b#c;d '
[[ $(grep --count "^$PWD/a:b#c;d  - " turns) == 3 ]] || { cat turns; fail 'another file'; }

# Another file in its place is not measured, nor written to.
cp "$LOOP_FILE" here
# shellcheck disable=SC2317 # fio's
meanwhile() { [[ -e moved ]] || { mv here moved; cp a here; }; }
export -f meanwhile
: >turns
tool bench --destroy-content --rounds 1 here
[[ $status == 1 && $(<err) == *': another file has its place by now'* ]] || { show bench; fail 'not said'; }
[[ $(sed -n '1!s/ .*//p' turns) == "$PWD/moved" ]] || { cat turns; fail 'another file'; }

# Nor one that somebody attaches to its device's node: nobody can.
# shellcheck disable=SC2317 # fio's
meanwhile() { [[ ! -b $1 ]] || { losetup --detach "$1"; losetup "$1" >/dev/null || echo gone >>turns; }; }
: >turns
tool bench --destroy-content --rounds 1 "$LOOP_FILE"
[[ $status == 0 ]] || { show bench; fail 'not done'; }
! grep gone turns || fail 'the device was left to others'
unset -f meanwhile
nothing_is_attached

tool bench --destroy-content --rounds 1 "$LOOP_FILE"
[[ $status == 0 && $(<err) == "fastloop: $LOOP_FILE: its content is overwritten now" ]] || { show bench; fail 'not said'; }
grep -q '^write-128k-qd8 *losetup *1001 ' out || { cat out; fail 'no writes in the table'; }
! grep -q ' lower ' out || fail 'the lower device would have been overwritten'
grep -q '^/dev/loop[^ ]* 0 .*--rw=randwrite' turns || fail 'a device that could not be written to'
nothing_is_attached
