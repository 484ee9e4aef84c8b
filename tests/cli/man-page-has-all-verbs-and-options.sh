#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
# shellcheck source=tests/cli/lib.bash
. "$CLI_TESTS/lib.bash"
# Why: a manual that is written by hand falls behind.

manual=$CLI_TESTS/../../cli/fastloop.8.adoc
works --help
mapfile -t verbs < <(sed -n '/^Verbs:/,/^$/s/^  \([a-z]*\) .*/\1/p' out)
for verb in "${verbs[@]}"; do
	grep -qx "=== $verb" "$manual" || fail "$verb is missing"
	works "$verb" --help
	while read -r option; do
		grep -qF -- "*$option*" "$manual" || fail "$verb $option is missing"
	done < <(sed -n 's/^  \(--[a-z-]*\).*/\1/p' out)
done
