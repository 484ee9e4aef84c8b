#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
# shellcheck source=tests/cli/lib.bash
. "$CLI_TESTS/lib.bash"
# Why: options and columns are tables, and their help follows from them.

works --help
mapfile -t verbs < <(sed -n '/^Verbs:/,/^$/s/^  \([a-z]*\) .*/\1/p' out)
[[ ${#verbs[@]} -ge 6 ]] || fail "only ${#verbs[@]} verbs"
for verb in "${verbs[@]}"; do
	works "$verb" --help
	same out "$verb"
done
