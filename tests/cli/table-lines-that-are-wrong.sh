#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
# shellcheck source=tests/cli/lib.bash
. "$CLI_TESTS/lib.bash"
# Why: the table is read at boot, where a line that is not understood has to be found by
# what is said of it, and must not take the others along.

fails 2 'up: takes names of lines, or --all' up
fails 2 'up: takes names of lines, or --all' up --all data
fails 2 'down: takes names of lines, or --all' down
fails 2 '--wait: 1s: not a number of seconds, up to a day' down --wait 1s data
fails 2 '--wait: 86401: not a number of seconds, up to a day' down --wait 86401 data
fails 1 'tab: No such file or directory' up --tab tab --all
fails 1 '.: Is a directory' down --tab . --all

# LINE WHAT-IS-SAID: by up, of the line behind a comment; as long as nothing is attached
wrong()
{
	printf '# NAME FILE\n%s\n' "$1" >tab
	fails 1 "tab:2: $2" up --tab tab data
	fails 1 "tab:2: $2" up --tab tab --all
}
wrong 'data'                 'the file is missing; a line is NAME FILE OPTIONS'
wrong 'data disk.img'        "the file's path has to begin with a slash"
wrong 'data /a/../b'         "the file's path has '..' in it; write it without"
wrong 'data /a\000b'         'a byte in it is zero; this is no text'
wrong 'data /a two words'    'more than NAME FILE OPTIONS; write a blank as \040'
wrong 'data /a frob'         'frob: no such option; see fastlooptab(5)'
wrong 'data /a nofail,frob=1' 'frob: no such option; see fastlooptab(5)'
wrong 'data /a name=other'   'name: no such option; see fastlooptab(5)'
wrong 'data /a json'         'json: no such option; see fastlooptab(5)'
wrong 'data /a x-systemd.frob=1' 'x-systemd.frob: no such option; see fastlooptab(5)'
wrong 'data /a map=maybe'    'map=maybe: no such choice; it takes auto|require|never'
wrong 'data /a map'          'map: needs a value: map=auto|require|never'
wrong 'data /a offset='      'offset: needs a value: offset=BYTES'
wrong 'data /a offset=1Z'    'offset=1Z: not a number of bytes; write digits, and K, M, G or T behind them'
wrong 'data /a read-only=1'  'read-only: takes no value'
wrong 'data /a shared,map=require' \
	'shared: gives the map up that --map require insists on; leave out one of them'
wrong 'data /a pin-map,discard=punch' \
	'pin-map: keeps the blocks that --discard punch gives back; leave out one of them'
for file in /a "$PWD/tab"; do
	wrong "data $file size=0" 'size=0: a device needs at least one sector'
	wrong "data $file engine=kernel-loop,face=dm" 'face: engine kernel-loop has none; leave out one of them'
	for option in map=require pin-map; do
		wrong "data $file engine=kernel-loop,$option" \
			"${option/=/ }: insists on the map that engine kernel-loop does not have; leave out one of them"
	done
done

# A name that is not there; what stands in other lines is not this one's.
printf 'data\nother /b frob\n' >tab
fails 1 'spare: no line of tab has this name' up --tab tab spare
fails 1 'spare: no line of tab has this name' down --tab tab spare
fails 1 'tab:2: frob: no such option; see fastlooptab(5)' up --tab tab other

# All lines are gone through, down from the end; noauto is not for --all.
printf 'one\ntwo /missing\n\nthree /missing noauto,frob\nfour /a b c d\n' >tab
tool up --tab tab --all
[[ $status == 1 ]] || fail "exit status $status"
printf 'fastloop: %s\n' 'tab:1: the file is missing; a line is NAME FILE OPTIONS' \
	'/missing: No such file or directory' \
	'tab:5: more than NAME FILE OPTIONS; write a blank as \040' | diff - err
tool down --tab tab --all
[[ $status == 1 ]] || fail "exit status $status"
[[ $(sed -n '1p;$p' err) == "fastloop: tab:5: more than NAME FILE OPTIONS; write a blank as \\040
fastloop: tab:1: the file is missing; a line is NAME FILE OPTIONS" ]] || { cat err; fail 'down'; }

printf '# nothing\n\n' >tab
works up --tab tab --all
works down --tab tab --all
