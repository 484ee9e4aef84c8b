#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
# shellcheck source=tests/cli/lib.bash
. "$CLI_TESTS/lib.bash"
# Why: losetup attaches without direct I/O, and exits with 0, when it was asked for it.
# Here each option is what was meant, or an error.

need_loop
need_ext4

# attached IO SECTOR OPTION...: by a name, without a word, and detached again
attached()
{
	local name=$LOOP_FILE disk dio=1

	[[ $1 == direct ]] || dio=0
	works attach --engine kernel-loop --name "$name" "${@:3}" "$LOOP_FILE"
	disk=$(realpath "$(<out)")
	works status "$name"
	is io "$1"
	[[ $(<"/sys/block/${disk##*/}/loop/dio") == "$dio" ]] || fail "${*:3}: sysfs says otherwise"
	[[ $(blockdev --getss "$disk") == "$2" ]] || fail "${*:3}: sectors of $(blockdev --getss "$disk")"
	cmp --bytes="$(blockdev --getsize64 "$disk")" "$disk" <(tail --bytes=+"$((skip + 1))" "$LOOP_FILE")
	works detach "$name"
}

skip=0
attached direct 512
attached direct 4096 --sector-size 4096
attached buffered 512 --io buffered
attached direct 512 --io direct --read-only
skip=1536
attached direct 512 --offset 1536 --size 4K
attached direct 4096 --offset 1536 --size 4K --sector-size 4096

# What can not be past the page cache says so.
tool attach --engine kernel-loop --offset 1000 --size 4K "$LOOP_FILE"
[[ $status == 0 && $(<err) == "fastloop: $LOOP_FILE: through the page cache: direct I/O of this file needs an offset of whole 512 bytes" ]] ||
	{ show attach; fail 'it is not said'; }
works detach "$LOOP_FILE"
fails 1 "$LOOP_FILE: direct I/O of this file needs an offset of whole 512 bytes" \
	attach --engine kernel-loop --io direct --offset 1000 --size 4K "$LOOP_FILE"
fails 1 "$LOOP_FILE: 4608 bytes are no multiple of sectors of 4096 bytes; --size 4096 leaves out the rest" \
	attach --engine kernel-loop --sector-size 4096 --size 4608 "$LOOP_FILE"

long=$(printf 'x%.0s' {1..53})
fails 1 "$long: longer than the 52 bytes that the kernel's loop driver keeps of a name" \
	attach --engine kernel-loop --name "$long" "$LOOP_FILE"
[[ ! $(losetup --associated "$LOOP_FILE") ]] || fail 'something is attached'

# A file that is longer than its device, and one that has become longer
works attach --engine kernel-loop "$LOOP_FILE"
disk=$(realpath "$(<out)")
works grow "$LOOP_FILE" +1M
[[ $(blockdev --getsize64 "$disk") == 2097152 && $(stat --format=%s "$LOOP_FILE") == 2097152 ]] ||
	fail 'it did not grow'
truncate --size=3M "$LOOP_FILE"
works resize "$LOOP_FILE"
[[ $(blockdev --getsize64 "$disk") == 3145728 ]] || fail 'it does not follow its file'
works resize --size 1M "$LOOP_FILE"
[[ $(blockdev --getsize64 "$disk") == 1048576 && $(stat --format=%s "$LOOP_FILE") == 3145728 ]] ||
	fail 'it is not shorter, or its file is'
works detach "$LOOP_FILE"
works attach --engine kernel-loop --read-only "$LOOP_FILE"
fails 1 "$LOOP_FILE: the device is read-only" grow "$LOOP_FILE" +1M
[[ $(stat --format=%s "$LOOP_FILE") == 3145728 ]] || fail 'its file is longer'
