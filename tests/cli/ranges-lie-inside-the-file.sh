#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
# shellcheck source=tests/cli/lib.bash
. "$CLI_TESTS/lib.bash"
# Why: a device must not reach past the file, nor be shorter than it in silence.

written file 10000
written small 300
for verb in attach check; do
	fails 1 'file: --offset 10000: not inside the file (10000 bytes)' $verb --offset 10000 file
	fails 1 'file: --offset 1099511627776: not inside the file (10000 bytes)' $verb --offset 1T file
	fails 1 'file: the range ends 240 bytes behind the end of the file (10000 bytes)' $verb --size 10K file
	fails 1 'file: the range ends 1264 bytes behind the end of the file (10000 bytes)' \
		$verb --offset 1K --size 10K file
	fails 2 '--size: 0: a device needs at least one sector' $verb --size 0 file
	fails 1 'file: --size 1000: no multiple of 512' $verb --size 1000 file
	fails 1 'small: 300 bytes are less than one block (512 bytes)' $verb small
done
tool check file
grep -qx 'fastloop: file: the last 272 bytes are left out: a device is made of whole blocks of 512 bytes' err ||
	{ show 'check file'; fail 'the rest must be mentioned'; }
is sectors 19
tool check --offset 1K --size 2k file
is sectors 4
is offset 1024
