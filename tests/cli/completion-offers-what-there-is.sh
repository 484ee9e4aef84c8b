#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
# shellcheck source=tests/cli/lib.bash
. "$CLI_TESTS/lib.bash"
# Why: completion reads the tool's help; a change of its form would silence it.

PATH=$(dirname -- "$FASTLOOP"):$PATH
. "$CLI_TESTS/../../cli/completion.bash"

offers()	# 'WANTED...' WORD...
{
	local wanted=$1
	shift
	COMP_WORDS=("$@")
	COMP_CWORD=$((${#COMP_WORDS[@]} - 1))
	_fastloop
	[[ ${COMPREPLY[*]} == "$wanted" ]] || fail "$*: offers '${COMPREPLY[*]}', expected '$wanted'"
}

touch some-file
offers 'attach detach mount umount up down grow resize unshare snapshot resume list status check who map bench' fastloop ''
offers 'detach' fastloop de
offers '--map' fastloop attach --m
offers 'auto require never' fastloop attach --map ''
offers 'punch pass ignore' fastloop attach --discard ''
offers 'fastloop kernel-loop' fastloop attach --engine ''
offers '512 1024 2048 4096' fastloop attach --sector-size ''
offers '--shared --size --sector-size --skip' fastloop attach --s
offers '--watch --interval --count --percentiles --json --help' fastloop status -
offers '--copy --unshare --help' fastloop snapshot -
offers '--all --tab --wait --help' fastloop down -
offers 'some-file' fastloop up --tab some
offers '--all --help' fastloop unshare -
offers '--options' fastloop mount --op
offers '--extents --sync --json --help' fastloop map -
offers '--rounds --seconds --svg --destroy-content --json --help' fastloop bench -
offers 'auto require never' fastloop mount --map ''
offers 'some-file' fastloop attach some
offers 'some-file' fastloop attach --read-only some
