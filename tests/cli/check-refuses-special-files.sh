#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
# shellcheck source=tests/cli/lib.bash
. "$CLI_TESTS/lib.bash"
# Why: the file's flags say that its data are not simply blocks, or that it must
# not be written to.

need_root
need_ext4
written file 65536

refuses()	# REASON ARG...
{
	local reason=$1
	shift
	tool check "$@"
	[[ $status == 3 ]] || { show "check $*"; fail 'expected exit status 3'; }
	is reason "$reason"
}

chattr +a file || skip 'no file flags here'
refuses append-only file
chattr -a +i file
refuses immutable file
works check --read-only file
chattr -i file
works check file

# Memory has no blocks at all.
if [[ $(stat --file-system --format=%T /dev/shm) == tmpfs ]]; then
	memory=$(mktemp /dev/shm/fastloop-cli.XXXXXX)
	head --bytes=4096 /dev/urandom >"$memory"
	refuses no-block-device "$memory"
	rm -- "$memory"
fi
