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

# Those of the kernel are made of its table; those of the engine are not.
sources=$CLI_TESTS/../../cli
mapfile -t tokens < <(grep --only-matching '"\(module\|engine\)-[a-z-]*"' "$sources/engine.c" | tr --delete '"')
((${#tokens[@]} == 7)) || fail "${#tokens[@]} reasons of the engine"
for token in "${tokens[@]}"; do
	grep --quiet "^_${token}_::" "$manual" || fail "reason $token is missing"
done
make --silent --directory="$sources" BUILD="$PWD" "$PWD/fastloop.8" > /dev/null
mapfile -t tokens < <(grep '^FLOOP_REASON(' "$sources/../module/uapi/floop_reasons.h" | cut --delimiter='"' --fields=2)
((${#tokens[@]} > 20)) || fail "${#tokens[@]} reasons of the kernel"
sed 's/\\-/-/g' fastloop.8 > made
for token in "${tokens[@]}"; do
	grep --quiet --fixed-strings "\\fI$token\\fP" made ||
		fail "reason $token is not in the manual that was made"
done
