#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
# shellcheck source=tests/cli/lib.bash
. "$CLI_TESTS/lib.bash"
# Why: a write into a hole needs a block that a map does not have. A hole at the
# end shows in no extent. Read-only, holes are zeroes.

need_ext4
refuses()	# ARG...
{
	tool check "$@"
	[[ $status == 3 ]] || { show "check $*"; fail 'expected exit status 3'; }
	grep -qx "fastloop: ${*: -1}: the file has holes (sparse)" err || { cat err; fail "check $*"; }
	is mode file
	is reason sparse
	is sentence 'the file has holes'
}

truncate --size=64K all
written middle 65536
fallocate --punch-hole --offset 16384 --length 16384 middle
written end 65536
truncate --size=128K end
refuses all
is hole_bytes 65536
is extents 0
refuses middle
is hole_bytes 16384
is mapped_bytes 49152
refuses end
is hole_bytes 65536
refuses --offset 64K end
refuses --offset 60K --size 8K end
works check --size 64K end
works check --offset 32K middle
for file in all middle end; do
	works check --read-only $file
	is mode mapped
done
tool check --json all
jq --exit-status '.mode == "file" and .reason == "sparse"' out >/dev/null || { cat out; fail 'JSON'; }
