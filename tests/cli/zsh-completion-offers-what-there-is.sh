#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
# shellcheck source=tests/cli/lib.bash
. "$CLI_TESTS/lib.bash"
# Why: as for bash, and its parser of the help is another one.

command -v zsh >/dev/null || skip 'zsh is not there'
PATH=$(dirname -- "$FASTLOOP"):$PATH
completion=$(realpath -- "$CLI_TESTS/../../cli/completion.zsh")

# What it would hand to zsh, for these words.
offers()	# 'WANTED...' WORD...
{
	local wanted=$1 given
	shift
	# shellcheck disable=SC2016 # for that shell
	given=$(zsh -f -c '
		_describe() { print -rl -- ${(P)@[-1]} }
		_files() { print -r -- files }
		file=$1
		shift
		words=("$@") CURRENT=$#
		. $file' zsh "$completion" "$@" | sed 's/:.*//' | paste --serial --delimiters=' ')
	[[ $given == "$wanted" ]] || fail "$*: offers '$given', expected '$wanted'"
}

touch some-file
offers 'attach detach mount umount up down grow resize unshare snapshot resume list status check who map bench' fastloop ''
offers 'auto require never' fastloop attach --map ''
offers 'fastloop kernel-loop' fastloop attach --engine ''
offers '512 1024 2048 4096' fastloop attach --sector-size ''
offers '--watch --interval --count --percentiles --json --help' fastloop status -
offers '--copy --unshare --help' fastloop snapshot -
offers '--all --tab --help' fastloop up -
offers 'files' fastloop up --tab ''
offers '--all --help' fastloop unshare -
offers '--extents --sync --json --help' fastloop map -
offers 'files' fastloop attach ''
offers 'files' fastloop attach --read-only ''
