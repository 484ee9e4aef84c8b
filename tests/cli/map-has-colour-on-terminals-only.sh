#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
# shellcheck source=tests/cli/lib.bash
. "$CLI_TESTS/lib.bash"
# Why: what goes into a file or to who can not see colours has to say the same.

# on_a_terminal COLUMNS [VARIABLE=VALUE]...: sets out
on_a_terminal()
{
	env --unset=NO_COLOR TERM=xterm "${@:2}" script --quiet --return --command \
		"stty cols $1; '$FASTLOOP' map file" /dev/null </dev/null | tr --delete '\r' >out
}
command -v script >/dev/null || skip 'no script(1)'
truncate --size=1G file
on_a_terminal 80
grep -q $'\e\\[0;2m\\.' out || { cat --show-nonprinting out; fail 'no colour on a terminal'; }
sed 's/\x1b\[[0-9;]*m//g' out >plain
works map file
diff plain out || fail 'more than its colours is different'
for variable in NO_COLOR=1 TERM=dumb TERM=; do
	on_a_terminal 80 "$variable"
	diff plain out || fail "colour with $variable"
done
on_a_terminal 80 NO_COLOR=
grep -q $'\e' out || fail 'an empty NO_COLOR is none'

for columns in 9 16 40 132 200; do
	on_a_terminal $columns NO_COLOR=1
	widest=$(sed -n '/^ /p' out | wc --max-line-length)
	[[ $widest -le $((columns > 16 ? columns : 16)) && $widest -gt $((columns - 8)) ]] ||
		{ cat out; fail "$widest wide on $columns columns"; }
	[[ $(grep -c '^ ' out) -le 16 ]] || { cat out; fail 'more than 16 rows'; }
done
