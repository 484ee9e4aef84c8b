#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
# shellcheck source=tests/cli/lib.bash
. "$CLI_TESTS/lib.bash"
# Why: a manual that is written by hand falls behind what it tells of.

root=$CLI_TESTS/../..
manual=$root/cli/dm-loop.4.adoc
has() { grep --quiet --extended-regexp -- "$1" "$manual" || fail "$2 is missing"; }

status=$(grep --only-matching '"%s %s dev=[^"]*"' "$root/module/core/claim.c")
mapfile -t keys < <(grep --only-matching '[a-z_]*=' <<< "$status" | tr --delete =)
((${#keys[@]} == 16)) || fail "${#keys[@]} keys in the status"
for key in "${keys[@]}"; do
	has "^(_[a-z_]*_, )?_${key}_(, _[a-z_]*_)?::$" "key $key"
done

header=$root/module/uapi/floop_target.h
mapfile -t options < <(sed --quiet 's/^#define FLOOP_OPT_[A-Z]*\s*"\([a-z]*\)"\s*\/\* \(.*\) \*\/$/\1 \2/p' "$header")
((${#options[@]} == 5)) || fail "${#options[@]} options in the header"
for option in "${options[@]}"; do
	read -r key _ <<< "$option"
	read -r -a values < <(sed 's/^[a-z]* //; s/ bytes//; s/|//g' <<< "$option")
	for value in "${values[@]}"; do
		has "^\*\*$key:\*\*.*_${value}_" "option $key:$value"
	done
done

mapfile -t messages < <(sed --quiet 's/^#define FLOOP_MESSAGE_[A-Z]*\s*"\([a-z]*\)".*/\1/p' "$header")
((${#messages[@]} == 4)) || fail "${#messages[@]} messages in the header"
for message in "${messages[@]}"; do
	has "\*$message\*.*::$" "message $message"
done

# hold.c is in the build for tests only.
mapfile -t parameters < <(find "$root/module/core" -name '*.c' ! -name hold.c -exec \
	sed --quiet 's/^module_param[a-z_]*(\([a-z_]*\).*/\1/p' {} +)
((${#parameters[@]} == 3)) || fail "${#parameters[@]} parameters"
for parameter in "${parameters[@]}"; do
	has "^_${parameter}_::$" "parameter $parameter"
done
