#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
# shellcheck source=tests/cli/lib.bash
. "$CLI_TESTS/lib.bash"
# Why: JSON is what programs read; a name must come out as it went in.

need_ext4
names=($'new\nline' 'quote"s' 'back\slash' $'tab\t' 'per%cent' 'à la ünï' $'\e[2J' "it's")
for name in "${names[@]}"; do
	written "$name" 4096
	works check --json "$name"
	# jq ends what it prints with a newline, hence the dot
	[[ $(jq --join-output '.file + "."' out) == "$name." ]] || { cat out; fail "$name"; }
done
written $'bytes\xff\x80' 4096
works check --json $'bytes\xff\x80'
grep -qF '"file": "bytes\udcff\udc80",' out || { cat out; fail 'stray bytes are lone surrogates'; }
