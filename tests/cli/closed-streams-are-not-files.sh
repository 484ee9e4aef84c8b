#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
# shellcheck source=tests/cli/lib.bash
. "$CLI_TESTS/lib.bash"
# Why: where standard error is closed the next file that is opened gets its number, and a
# complaint would be written into the image.

need_loop
works attach --engine kernel-loop --name "$LOOP_FILE" "$LOOP_FILE"
before=$(sha256sum <"$LOOP_FILE")
status=0
"$FASTLOOP" attach --engine kernel-loop --shared --name "$LOOP_FILE" "$LOOP_FILE" 0<&- 2>&- || status=$?
[[ $status == 1 ]] || fail "exit status $status for a name that is in use"
[[ $(sha256sum <"$LOOP_FILE") == "$before" ]] || fail 'the image was written to'
works detach "$LOOP_FILE"

# Nor is it read as a key.
truncate --size=0 "$LOOP_FILE"
truncate --size=1M "$LOOP_FILE"
status=0
"$FASTLOOP" attach --engine kernel-loop --crypt luks2 --format --key-file - "$LOOP_FILE" 0<&- 2>err || status=$?
[[ $status == 1 && $(<err) == 'fastloop: standard input: no key: it is empty' ]] ||
	{ cat err; fail "exit status $status without standard input"; }
