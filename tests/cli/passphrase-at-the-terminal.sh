#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
# shellcheck source=tests/cli/lib.bash
. "$CLI_TESTS/lib.bash"
# Why: a device that waits for a passphrase must go with whoever was asked for it, however
# he ends, and nobody is to see what is typed.

need_loop
truncate --size=0 "$LOOP_FILE"
truncate --size=1M "$LOOP_FILE"
mkfifo typed
nothing_is_left() { [[ ! $(losetup --associated "$LOOP_FILE") ]]; }
soon()	# COMMAND...: true within ten seconds
{
	local i

	for ((i = 0; i < 200; i++)); do
		! "$@" || return 0
		sleep 0.05
	done
	cat said
	fail "'$*' is not true"
}
asked() { (($(grep --count --text --extended-regexp '(passphrase|again): ' said) >= $1)); }
begin()
{
	: >said
	script --quiet --flush --return --command \
		"env --default-signal=INT $FASTLOOP attach --engine kernel-loop --crypt luks2 --format $LOOP_FILE" said <typed >/dev/null &
	exec {typing}>typed
	soon asked 1
	! nothing_is_left || fail 'nothing is attached while it asks'
}
finish()	# STATUS 'LINE'
{
	local status=0

	exec {typing}>&-
	wait $! || status=$?
	[[ $status == "$1" ]] || { cat said; fail "exit status $status, expected $1"; }
	[[ ! $2 ]] || grep --quiet --text --fixed-strings "fastloop: $LOOP_FILE: $2" said || { cat said; fail "expected: $2"; }
	soon nothing_is_left
	! grep --quiet --text secret said || fail 'what was typed is shown'
}

# It goes away again, so nobody else is to have it meanwhile.
begin
fails 3 "$LOOP_FILE: $LOOP_FILE.crypt holds bytes 0 to 1048575 (range-busy)" \
	attach --engine kernel-loop --find-existing "$LOOP_FILE"
echo 'a secret' >&"$typing"
soon asked 2
echo 'another secret' >&"$typing"
finish 1 'the two passphrases differ'

begin
echo >&"$typing"
finish 1 'no passphrase was given'

begin
printf 'secret%.0s' {1..100} >&"$typing"
echo >&"$typing"
finish 1 'a passphrase has 512 bytes at most'

# 128 and the signal, from whoever asked for it
for signal in INT HUP TERM KILL; do
	begin
	printf 'half a secret' >&"$typing"
	pkill -"$signal" --full "^$FASTLOOP attach --engine kernel-loop --crypt luks2"
	status=$((128 + $(kill -l $signal)))
	[[ $signal != KILL ]] && said=interrupted || said=
	finish $status "$said"
done
