#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
# shellcheck source=tests/cli/lib.bash
. "$CLI_TESTS/lib.bash"
# Why: a script that reads nothing must not take it for "nothing attached".

written file 4096
for arguments in --help 'check --json file' 'check --help' 'map file' 'map --json file'; do
	status=0
	# shellcheck disable=SC2086
	"$FASTLOOP" $arguments >/dev/full 2>err || status=$?
	[[ $status != 0 ]] || fail "$arguments: exit status 0"
	grep -qx 'fastloop: standard output: No space left on device' err || { cat err; fail "$arguments"; }
done
