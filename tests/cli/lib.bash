# SPDX-License-Identifier: GPL-2.0-only
# shellcheck shell=bash
# What claims are written with. A claim runs in a folder of its own, ends with
# the first assert that does not hold, and sources this in its first line.

set -Eeuo pipefail

readonly SKIPPED=77	# exit status

fail()
{
	echo "failed: $*"
	exit 1
}

# skip REASON: ends the claim, which could not be tested here.
skip()
{
	echo "$*"
	exit $SKIPPED
}

# tool ARG...: sets status, and the files out and err.
tool()
{
	status=0
	"$FASTLOOP" "$@" >out 2>err </dev/null || status=$?
	[[ $status != 99 ]] || { cat err; fail "fastloop $*: a sanitizer found something"; }
}

show() { printf 'fastloop %s: exit status %s\n' "$1" "$status"; cat out err; }

# fails STATUS 'LINE' ARG...: this status, nothing on standard output, and on
# standard error just the line "fastloop: LINE".
fails()
{
	local wanted=$1 line=$2
	shift 2
	tool "$@"
	[[ $status == "$wanted" ]] || { show "$*"; fail "expected exit status $wanted"; }
	[[ ! -s out ]] || { show "$*"; fail 'expected nothing on standard output'; }
	[[ $(<err) == "fastloop: $line" ]] || { show "$*"; fail "expected: fastloop: $line"; }
}

# works ARG...: status 0, nothing on standard error.
works()
{
	tool "$@"
	[[ $status == 0 ]] || { show "$*"; fail 'expected success'; }
	[[ ! -s err ]] || { show "$*"; fail 'expected nothing on standard error'; }
}

# same FILE NAME: as golden/NAME, or with run --golden, becomes it.
same()
{
	[[ ! $GOLDEN_WRITE ]] || cp -- "$1" "$CLI_TESTS/golden/$2"
	diff -u "$CLI_TESTS/golden/$2" "$1" || fail "differs from golden/$2"
}

# value KEY: of the "key: value" lines in out.
value() { sed -n "s/^$1: //p" out; }

# is KEY VALUE
is() { [[ $(value "$1") == "$2" ]] || { cat out; fail "$1 is '$(value "$1")', expected '$2'"; }; }

# written FILE BYTES: with its blocks allocated and written.
written()
{
	head --bytes="$2" /dev/urandom >"$1"
	sync -- "$1"
}

need_ext4()
{
	[[ $(stat --file-system --format=%T .) == ext2/ext3 ]] ||
		skip "$PWD is not on ext4 but on $(stat --file-system --format=%T .)"
}

need_root() { [[ $EUID == 0 ]] || skip 'needs root'; }

# need_loop: the loop driver, for a file of 1 MiB, $LOOP_FILE, whose name nobody else has.
# What is attached of it is detached in the end.
need_loop()
{
	local device

	need_root
	LOOP_FILE=cli-$$.img
	written "$LOOP_FILE" 1M
	device=$(losetup --find --show "$LOOP_FILE" 2>err) ||
		skip "no loop device can be attached here: $(tail --lines=1 err)"
	trap 'losetup --associated "$LOOP_FILE" | cut --delimiter=: --fields=1 | xargs --no-run-if-empty losetup --detach
		find /dev/fastloop -name "*$LOOP_FILE*" -delete 2>/dev/null || true' EXIT
	losetup --detach "$device"
}
