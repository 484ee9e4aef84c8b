#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
# shellcheck source=tests/cli/lib.bash
. "$CLI_TESTS/lib.bash"
# Why: names come from anywhere; a terminal must not obey them, and a line in a
# log must stay one.

fails 1 'a\x0ab: No such file or directory' check $'a\nb'
fails 1 'a\x1b[2Jb: No such file or directory' check $'a\e[2Jb'
fails 1 'a\xffb: No such file or directory' check $'a\xffb'
fails 1 'a\xc2\x85b: No such file or directory' check $'a\xc2\x85b'
fails 1 'äß %s "q" \b: No such file or directory' check 'äß %s "q" \b'
