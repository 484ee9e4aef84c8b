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

fails 2 "--name: $long: $too_long" attach --name "$long" file
fails 2 "--name: $odd: $too_long" attach --name "$odd" file
fails 2 '--name: a/b: a device name can not have a slash' mount --name a/b file .
fails 2 '--name: a/b: a device name can not have a slash' attach --name a/b file
fails 2 '--name: a\b: a device name can not have a backslash' attach --name 'a\b' file
fails 2 '--name: control: this device name is taken by device-mapper' attach --name control file
for name in . ..; do
	fails 2 "--name: $name: a device name can not be that of a folder" attach --name $name file
done
