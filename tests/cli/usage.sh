#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
# shellcheck source=tests/cli/lib.bash
. "$CLI_TESTS/lib.bash"
# Why: the usage is made from the table of verbs; asked for it is output, and
# otherwise a mistake.

works --help
same out usage
works -h
same out usage
tool
[[ $status == 2 && ! -s out ]] || { show ''; fail 'no verb is wrong usage'; }
same err usage
works --version
grep -qx 'fastloop [0-9]*\.[0-9]*\.[0-9]*' out || { cat out; fail 'a version has three numbers'; }
