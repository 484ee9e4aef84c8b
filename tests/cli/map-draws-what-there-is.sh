#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
# shellcheck source=tests/cli/lib.bash
. "$CLI_TESTS/lib.bash"
# Why: a picture is believed. Each part of a file has to be where it is in the file,
# and be what the file system says.

# The characters of all rows, as one line, each with how many there are of it
cells() { sed -n '/^ /s/^.\{8\}//p' out | tr --delete '\n' | fold --width=1 | uniq --count | xargs; }
line() { tail --lines=1 out; }

need_ext4
# 72 characters of 16K are a row.
truncate --size=16128K file
written piece 4718592
dd if=piece of=file bs=1M conv=notrunc,fsync status=none
fallocate --offset 9216K --length 4608K file
works map file
[[ $(head --lines=1 out) == 'file: 15.8M, 9M allocated; '* ]] || { cat out; fail heading; }
[[ $(cells) == '288 # 288 . 288 - 144 .' ]] || { cat out; fail 'the picture'; }
[[ $(sed -n 3p out) == '  1152K #'* ]] || { cat out; fail 'where the second row begins'; }
[[ $(sed -n 10p out) == '     9M -'* ]] || { cat out; fail 'where the ninth row begins'; }
[[ $(line) == '# data 4.5M  - unwritten 4.5M  . hole 6.8M  (each character 16K)' ]] || { cat out; fail legend; }
[[ $(wc --max-line-length <out) -le 80 ]] || { cat out; fail 'wider than 80 columns'; }

# Parts of a character: more than half of the first one is a hole, half of the second.
truncate --size=16128K parts
dd if=piece of=parts bs=4K count=1 conv=notrunc status=none
dd if=piece of=parts bs=4K seek=4 count=2 conv=notrunc,fsync status=none
works map parts
[[ $(cells) == '1 : 1 + 1006 .' ]] || { cat out; fail 'mixtures'; }
[[ $(line) == '# data 12K  . hole 15.7M  + mixed  : mostly hole  (each character 16K)' ]] || { cat out; fail legend; }

# Blocks behind the end are not in the picture, but in the sum.
fallocate --keep-size --offset 16M --length 1M parts
works map parts
[[ $(head --lines=1 out) == *'(1M behind its end)'* ]] || { cat out; fail 'behind its end'; }
works map --json parts
jq --exit-status '.behind_bytes == 1048576 and .size == 16515072' out >/dev/null || { cat out; fail JSON; }
