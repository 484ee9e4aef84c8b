#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
# shellcheck source=tests/cli/lib.bash
. "$CLI_TESTS/lib.bash"
# Why: the kernel would refuse them later and in other words, or worse, take
# /dev/mapper/control.

written file 4096
long=$(printf 'x%.0s' {1..128})
odd=$(printf ' %.0s' {1..32})
too_long='too long for a device name (127 characters, 4 for each unusual one)'

fails 1 "$long: $too_long" attach --name "$long" file
fails 1 "$odd: $too_long" attach --name "$odd" file
fails 1 'a/b: a device name can not have a slash' mount --name a/b file .
fails 1 'a/b: a device name can not have a slash' attach --name a/b file
fails 1 'a\b: a device name can not have a backslash' attach --name 'a\b' file
for name in control . ..; do
	fails 1 "$name: this device name is taken by device-mapper" attach --name $name file
done
