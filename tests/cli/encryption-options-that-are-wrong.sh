#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
# shellcheck source=tests/cli/lib.bash
. "$CLI_TESTS/lib.bash"
# Why: a mistake in how an image is encrypted must be told before anything is attached,
# or lost by --format.

written file 1M
for verb in attach mount; do
	operands=(file .)
	[[ $verb == mount ]] || operands=(file)
	wrong() { fails 2 "$1" "$verb" "${@:2}" "${operands[@]}"; }

	wrong '--crypt: xor: no such choice; it takes luks|luks2|plain|loopaes' --crypt xor
	for option in '--key-file file' '--cipher aes-cbc-plain' '--hash sha256' '--key-size 128' '--skip 8' \
	    --allow-discards; do
		# shellcheck disable=SC2086
		wrong "${option%% *}: goes with --crypt only" $option
	done
	header='a LUKS header says that; it goes with --crypt plain and loopaes'
	wrong "--hash: $header" --crypt luks --hash sha256
	wrong "--skip: $header" --crypt luks --skip 8
	wrong "--cipher: $header, or --format" --crypt luks --cipher aes-cbc-plain
	wrong "--key-size: $header, or --format" --crypt luks2 --key-size 128
	wrong '--crypt loopaes: its keys are in a file: --key-file FILE, or - for standard input' --crypt loopaes
	for number in x 0 -1 127 1032 256K; do
		wrong "--key-size: $number: not a number of bits of a key: 128, 192, 256, ..." --crypt plain --key-size "$number"
	done
	wrong '--skip: 1M: not the number of a sector of 512 bytes, from 1 on' --crypt plain --skip 1M
done

# What makes a new image, which mount has no use for
wrong() { fails 2 "$1" attach "${@:2}" file; }
for option in --format --force '--iter-time 10'; do
	# shellcheck disable=SC2086
	wrong "${option%% *}: goes with --crypt only" $option
	# shellcheck disable=SC2086
	fails 2 "${option%% *}: no such option; see fastloop mount --help" mount --crypt luks $option file .
done
wrong '--force: goes with --format only' --crypt luks --force
wrong '--iter-time: goes with --format only' --crypt luks --iter-time 10
for type in plain loopaes; do
	wrong "--format: --crypt $type has no header to be made" --crypt $type --format --key-file file
done
wrong '--format: writes, which --read-only forbids; leave out one of them' --crypt luks --format --read-only
wrong "--hash: $header" --crypt luks2 --format --hash sha256
for number in x 0 -1 1.5 600001; do
	wrong "--iter-time: $number: not a number of milliseconds, up to ten minutes" --crypt luks --format --iter-time "$number"
done
fails 2 '--find-existing: with --crypt a device is always made; leave out one of them' attach --crypt luks --find-existing file
fails 2 '--partitions: not of an encrypted image; kpartx makes those of what is opened' attach --crypt luks --partitions file
fails 1 'a b: with --crypt a name has letters, digits and . _ + - only' attach --crypt luks --name 'a b' file
long=$(printf 'a%.0s' {1..122})
fails 1 "$long: too long for a name with --crypt (121 characters)" attach --crypt luks --name "$long" file
fails 2 '--key-file: needs a value; see fastloop grow --help' grow file 1M --key-file
