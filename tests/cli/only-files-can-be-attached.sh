#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
# shellcheck source=tests/cli/lib.bash
. "$CLI_TESTS/lib.bash"
# Why: each kind of mistake has its own line, and nothing is opened for it: a
# pipe would wait, a device might act.

mkdir folder
mkfifo pipe
: >empty
ln -s nowhere link
for verb in attach check; do
	fails 1 'missing: No such file or directory' $verb missing
	fails 1 'link: No such file or directory' $verb link
	fails 1 'folder: a directory, not a file' $verb folder
	fails 1 'pipe: a pipe, not a file; copy what comes out of it into a file first' $verb pipe
	fails 1 '/dev/null: a character device, not a file' $verb /dev/null
	fails 1 'empty: the file is empty' $verb empty
	fails 1 'empty/x: Not a directory' $verb empty/x
done
if mknod disk b 240 17 2>/dev/null; then
	fails 1 'disk: there is no such device, or no medium in it' attach disk
fi
# mount looks at the folder first: then nothing has to be undone
for file in missing folder; do
	fails 1 'nowhere: No such file or directory' mount $file nowhere
	fails 1 'empty: not a directory to mount on' mount $file empty
done
fails 1 'folder: a directory, not a file' mount folder folder
fails 1 'empty: the file is empty' mount empty folder
fails 1 'missing: No such file or directory' who missing
