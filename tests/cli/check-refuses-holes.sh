#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
# shellcheck source=tests/cli/lib.bash
. "$CLI_TESTS/lib.bash"
# Why: a write into a hole needs a block that a map does not have. That is no reason
# not to map the file, unless all of it is to be mapped and to stay so. A hole at the
# end shows in no extent.

need_ext4
refuses()	# ARG...
{
	works check "$@"
	is mode mapped
	tool check --pin-map "$@"
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
works check --pin-map --size 64K end
works check --pin-map --offset 32K middle
for file in all middle end; do
	refuses --read-only $file
done
tool check --json --pin-map all
jq --exit-status '.mode == "file" and .reason == "sparse"' out >/dev/null || { cat out; fail 'JSON'; }
