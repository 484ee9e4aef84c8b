#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
# shellcheck source=tests/cli/lib.bash
. "$CLI_TESTS/lib.bash"
# Why: a script must be able to tell its own mistake from a failure.

size='not a number of bytes; write digits, and K, M, G or T behind them'

fails 2 'frobnicate: no such verb; see fastloop --help' frobnicate
fails 2 'attach: FILE is missing; see fastloop attach --help' attach
fails 2 'attach: too many arguments; see fastloop attach --help' attach a b
fails 2 'mount: FILE DIR is missing; see fastloop mount --help' mount a
fails 2 'snapshot: NAME|DEVICE|FILE SNAP is missing; see fastloop snapshot --help' snapshot a
fails 2 'snapshot: too many arguments; see fastloop snapshot --help' snapshot a b c
fails 2 '--frob: no such option; see fastloop snapshot --help' snapshot --frob a b
fails 2 '--copy=yes: takes no value; see fastloop snapshot --help' snapshot --copy=yes a b
fails 2 'umount: DIR|NAME|DEVICE|FILE is missing; see fastloop umount --help' umount
fails 2 'list: too many arguments; see fastloop list --help' list a
fails 2 'status: NAME|DEVICE|FILE is missing; see fastloop status --help' status
fails 2 'check: FILE is missing; see fastloop check --help' check
fails 2 'who: FILE is missing; see fastloop who --help' who
fails 2 'map: FILE is missing; see fastloop map --help' map
fails 2 'abc: not a number of bytes; write digits, and K, M, G or T behind them' grow missing abc
fails 2 'grow: NAME|DEVICE|FILE SIZE|+SIZE is missing; see fastloop grow --help' grow a
fails 2 'resize: NAME|DEVICE|FILE is missing; see fastloop resize --help' resize
fails 2 '--size: 0: a device needs at least one sector' resize --size 0 a
fails 2 '--sector-size: 8192: no such choice; it takes 512|1024|2048|4096' attach --sector-size 8192 a
fails 2 'detach: takes one of NAME, DEVICE, FILE and --all' detach
fails 2 'detach: takes one of NAME, DEVICE, FILE and --all' detach --all a
fails 2 'unshare: takes one of NAME, DEVICE, FILE and --all' unshare
fails 2 'unshare: takes one of NAME, DEVICE, FILE and --all' unshare --all a
fails 2 '--frob: no such option; see fastloop attach --help' attach --frob a
fails 2 '-x: no such option; see fastloop attach --help' attach -x a
fails 2 '--name: needs a value; see fastloop attach --help' attach a --name
fails 2 '--name: its value is empty' attach --name '' a
fails 2 '--read-only=yes: takes no value; see fastloop attach --help' attach --read-only=yes a
fails 2 '--map: fast: no such choice; it takes auto|require|never' attach --map fast a
fails 2 '--map: auto|require: no such choice; it takes auto|require|never' attach --map 'auto|require' a
fails 2 '--map: its value is empty' attach --map '' a
fails 2 '--offset: its value is empty' attach --offset '' a
fails 2 '--discard: burn: no such choice; it takes punch|pass|ignore' attach --discard burn a
fails 2 '--io: cached: no such choice; it takes auto|direct|buffered' attach --io cached a
for verb in attach 'mount .'; do
	# shellcheck disable=SC2086
	fails 2 '--shared: gives the map up that --map require insists on; leave out one of them' \
		$verb --shared --map require .
	for given_up in '--shared' '--map never'; do
		# shellcheck disable=SC2086
		fails 2 '--pin-map: insists on the map that is given up otherwise; leave out one of them' \
			$verb --pin-map $given_up .
	done
	# shellcheck disable=SC2086
	fails 2 '--pin-map: keeps the blocks that --discard punch gives back; leave out one of them' \
		$verb --pin-map --discard punch .
done
fails 2 '--interval: goes with --watch only' status --interval 1 a
fails 2 '--count: goes with --watch only' status --count 1 a
for number in x 0 -1 nan 1s 86401; do
	fails 2 "--interval: $number: not a number of seconds from 0.01 to 86400" status --watch --interval $number a
done
for number in x 0 -1 1.5 99999999999999999999999; do
	fails 2 "--count: $number: not a number from 1 on" status --watch --count $number a
done
for number in x -1 +1 1.5 0x10 ' 1' '1 ' 1KB 1X 1KiBx K; do
	fails 2 "--offset: $number: $size" attach --offset "$number" a
	fails 2 "--size: $number: $size" check --size "$number" a
done
for number in 9223372036854775808 99999999999999999999999 8388608T 9007199254740992K; do
	fails 2 "--offset: $number: larger than any file" attach --offset "$number" a
done
