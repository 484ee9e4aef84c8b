# SPDX-License-Identifier: GPL-2.0
# shellcheck shell=bash
# What system tests are written with: lower devices, file systems on them,
# images in those, attach and detach, and asserts. Sourced by a test's first
# line. Whatever a function here makes, it also registers to be unmade, in
# reverse order, when the test ends; what can not be unmade fails the test.
#
# A test runs with set -e: a command that fails ends it, and fails it. (Bash
# forgets that inside a condition; so asserts call fail, which exits.)

set -Eeuo pipefail
PS4='+ ${EPOCHREALTIME:6} '
# Of rows as well, whose output goes elsewhere.
[[ $- != *x* ]] || exec {BASH_XTRACEFD}>&2
shopt -s inherit_errexit

SYSTEM=$(cd -P -- "${BASH_SOURCE[0]%/*}" && pwd)
readonly SYSTEM
readonly REASONS=$SYSTEM/../../module/uapi/floop_reasons.h
readonly SKIPPED=77	# exit status

# Set by the runner, with values to run a test by hand in a VM.
: "${FASTLOOP_MODULES:=$SYSTEM/../../build/$(uname --kernel-release)}"
: "${FASTLOOP_TEST_MODULES:=$FASTLOOP_MODULES-test}"
: "${FASTLOOP_TOOL:=$SYSTEM/../../build/fastloop}"
: "${TEST_HELPER:=$SYSTEM/../../build/tests/system-helper}"
: "${TEST_IOCTL:=$SYSTEM/../../build/tests/system-ioctl}"
: "${TEST_LOOP:=$SYSTEM/../../build/tests/system-loop}"
: "${TEST_PATIENCE:=1}"	# all waiting is so many times as long
: "${TEST_DATA:=/run/fastloop-test-data}"
: "${TEST_REPORT:=$(mktemp)}"	# where claim writes
: "${TEST_LOG_ALLOWED:=/dev/null}"	# patterns of kernel messages

# --- outcome

# fail TEXT...: ends the test.
fail()
{
	echo "failed: $*" >&2
	exit 1
}

# skip REASON: ends the test, which could not be made here.
skip()
{
	echo "$*"
	exit $SKIPPED
}

lib_show_failed_command()
{
	echo "failed: '$1' exits with $2, ${BASH_SOURCE[1]##*/}:${BASH_LINENO[0]}" >&2
}
trap 'lib_show_failed_command "$BASH_COMMAND" $?' ERR

# note TEXT...: shown also when the test passes; a measurement.
note() { echo "note: $*"; }

# --- clean-up

lib_undo=()

# on_exit COMMAND [ARG]...: run when the test ends, the last one first.
on_exit()
{
	lib_undo=("$(printf '%q ' "$@")" "${lib_undo[@]}")
}

# shellcheck disable=SC2317 # the trap's
lib_exit()
{
	local status=$? command

	trap - ERR
	set +e
	for command in "${lib_undo[@]}"; do
		(eval "$command") && continue
		echo "failed: clean-up '$command'" >&2
		[[ $status != 0 && $status != "$SKIPPED" ]] || status=1
	done
	exit $status
}
trap lib_exit EXIT
trap 'exit 143' TERM

# --- asserts

# assert_eq GOT WANTED WHAT
assert_eq() { [[ $1 == "$2" ]] || fail "$3 is '$1', expected '$2'"; }

# assert_ge GOT LEAST WHAT
assert_ge() { (($1 >= $2)) || fail "$3 is $1, expected at least $2"; }

# assert_same FILE FILE: same bytes; what is cached of a device is not asked.
assert_same()
{
	local file

	for file in "$1" "$2"; do
		[[ ! -b $file ]] || blockdev --flushbufs "$file"
	done
	cmp "$1" "$2" || fail "$1 and $2 differ"
}

# sum_of FILE|DEVICE [SKIP-BYTES [BYTES]]
sum_of()
{
	local part=()

	[[ ! -b $1 ]] || blockdev --flushbufs "$1"
	[[ $# -lt 2 ]] || part=(skip="$2" iflag=skip_bytes)
	# shellcheck disable=SC2054 # the comma is dd's
	[[ $# -lt 3 ]] || part=(skip="$2" count="$3" iflag=skip_bytes,count_bytes)
	dd if="$1" bs=1M status=none "${part[@]}" | sha256sum | cut --delimiter=' ' --fields=1
}

# drop_cache FILE: what is read next comes from the medium. (/proc/sys/vm/drop_caches
# would drop every program of the VM as well.)
drop_cache() { dd if="$1" iflag=nocache count=0 status=none; }

# expect_errno 'TEXT' COMMAND...: fails, with this error text (C locale) on stderr.
expect_errno()
{
	local text=$1 said

	shift
	if said=$(LC_ALL=C "$@" 2>&1 > /dev/null); then
		fail "'$*' succeeds, expected '$text'"
	fi
	[[ $said == *"$text"* ]] || fail "'$*' says '$said', expected '$text'"
}

# poll SECONDS COMMAND...: until COMMAND succeeds; fails the test if it never does.
poll()
{
	local seconds=$(($1 * TEST_PATIENCE))
	local until=$((${EPOCHREALTIME/./} + seconds * 1000000))

	until "${@:2}"; do
		((${EPOCHREALTIME/./} < until)) || fail "'${*:2}' is not true after $seconds s"
		sleep 0.02
	done
}

# --- claims: a file that is a table reports each row by name

# claim NAME COMMAND...: a row; goes on after a failure. Row and file fail alike.
claim()
{
	local name=$1 began=${EPOCHREALTIME/./} status=0 said

	shift
	dmesg --clear
	# In the background, because set -e would not hold left of "||".
	(
		lib_undo=()
		trap lib_exit EXIT
		"$@"
	) > "$TEST_REPORT.output" 2>&1 &
	wait $! || status=$?
	said=$(tail --lines=40 "$TEST_REPORT.output")
	if [[ $status != "$SKIPPED" ]] && ! said+=$(kernel_is_calm 2>&1); then
		status=1
	fi
	printf '%s\0%s\0%s\0%s\0' "$name" "$status" \
		$((${EPOCHREALTIME/./} - began)) "$said" >> "$TEST_REPORT"
}

# --- kernel log; the runner clears it before each test

# allow_log REGEX: this test may cause such kernel messages.
allow_log() { echo "$1" >> "$TEST_LOG_ALLOWED"; }

# log_has REGEX
log_has() { dmesg --notime | grep --quiet --extended-regexp -e "$1"; }

# expect_log REGEX: it is in the log, and may be.
expect_log()
{
	allow_log "$1"
	poll 5 log_has "$1"
}

readonly LOG_IS_BAD='WARNING:|BUG:|Oops|general protection|Call Trace|INFO: task .* blocked|rcu: .*stall|I/O error|EXT4-fs (error|warning)|EXT4-fs \(.*\): (error|warning)|FAT-fs .*error|JBD2: .*rror|XFS .*(orrupt|hut)|fastloop: '
readonly LOG_IS_FINE='fastloop: (loading out-of-tree|module verification|inode .*low water)'

# kernel_is_calm: nothing bad in the log but what was allowed. In bash alone, since
# this is asked after every claim, and to start a program takes long under emulation.
kernel_is_calm()
{
	local line pattern allowed bad=()

	mapfile -t allowed < "$TEST_LOG_ALLOWED"
	while IFS= read -r line; do
		[[ $line =~ $LOG_IS_BAD && ! $line =~ $LOG_IS_FINE ]] || continue
		for pattern in "${allowed[@]}"; do
			[[ ! $line =~ $pattern ]] || continue 2
		done
		bad+=("$line")
	done < <(dmesg --notime)
	[[ ${#bad[@]} -gt 0 ]] || return 0
	echo "failed: the kernel says:"
	printf '%s\n' "${bad[@]:0:20}"
	return 1
}

# --- lower devices: each sets $lower_dev

lib_unload() { poll 10 modprobe --quiet --remove "$1"; }

# use_brd MIB: completes in the submitter's context; no cache, no discard.
use_brd()
{
	modprobe brd rd_nr=1 rd_size=$(($1 * 1024))
	on_exit lib_unload brd
	lower_dev=/dev/ram0
}

# use_null_blk MIB [ATTRIBUTE=VALUE]...: completes from a timer's interrupt,
# unless told otherwise; keeps what is written.
use_null_blk()
{
	local setting dir=/sys/kernel/config/nullb/nullb0

	modprobe null_blk nr_devices=0
	on_exit lib_unload null_blk
	mkdir "$dir"
	on_exit rmdir "$dir"
	for setting in size="$1" memory_backed=1 blocksize=512 irqmode=2 \
	    completion_nsec=1000 "${@:2}" power=1; do
		echo "${setting#*=}" > "$dir/${setting%%=*}"
	done
	lower_dev=/dev/nullb0
	poll 5 test -b "$lower_dev"
}

# use_scsi_debug MIB [PARAMETER=VALUE]...: a disk of the SCSI layer.
use_scsi_debug()
{
	modprobe sd_mod
	modprobe scsi_debug dev_size_mb="$1" delay=0 "${@:2}"
	on_exit lib_unload scsi_debug
	poll 10 lib_find_disk scsi_debug
}

# use_virtio 512|4096: QEMU's disk, by logical block size; write cache, discard.
use_virtio()
{
	local serial=sector$1

	poll 5 lib_find_disk "$serial"
	on_exit wipefs --quiet --all "$lower_dev"
}

# lib_find_disk SERIAL|MODEL
lib_find_disk()
{
	local disk

	for disk in /sys/block/*; do
		if grep --quiet --word-regexp "$1" "$disk/serial" "$disk/device/model" 2>/dev/null; then
			lower_dev=/dev/${disk##*/}
			test -b "$lower_dev"
			return
		fi
	done
	return 1
}

# --- lower file systems: each sets $mnt, and checks the file system at the end

# make_lower TYPE [MKFS-OPTION]...: on $lower_dev. MOUNT_OPTIONS may be set.
make_lower()
{
	local type=$1

	shift
	lib_mkfs "$type" "$lower_dev" "$@"
	lib_mount "$type" "$lower_dev"
}

# lower TYPE [MKFS-OPTION]...: the same on a RAM disk, where it does not matter.
lower()
{
	use_brd 128
	make_lower "$@"
}

lib_mkfs()
{
	local type=$1 dev=$2

	shift 2
	case $type in
	ext[234]) "mkfs.$type" -q -F -E lazy_itable_init=0,lazy_journal_init=0 "$@" "$dev" ;;
	vfat)     mkfs.vfat "$@" "$dev" > /dev/null ;;
	xfs)      mkfs.xfs -q -f "$@" "$dev" ;;
	btrfs)    mkfs.btrfs --quiet --force "$@" "$dev" ;;
	*)        "mkfs.$type" "$@" "$dev" > /dev/null ;;
	esac
}

# lib_mount TYPE DEVICE
lib_mount()
{
	mnt=$(mktemp --directory /run/lower.XXXXXX)
	on_exit rmdir "$mnt"
	on_exit lib_fsck "$1" "$2"
	mount -t "$1" -o "${MOUNT_OPTIONS:-defaults}" "$2" "$mnt"
	on_exit lib_umount "$mnt"
}

# Tolerates what the test itself unmounted. (mountpoint asks the file system, which
# may have been shut down.)
lib_umount() { ! grep --quiet --fixed-strings " $1 " /proc/mounts || umount "$1"; }

# lib_fsck TYPE DEVICE: not mounted, not a complaint.
lib_fsck()
{
	local said checker=(true)

	case $1 in
	ext[234]) checker=(e2fsck -f -n) ;;
	vfat)     checker=(fsck.fat -n) ;;
	xfs)      checker=(xfs_repair -n) ;;
	btrfs)    checker=(btrfs check --readonly) ;;
	esac
	said=$("${checker[@]}" "$2" 2>&1) || { echo "$said"; return 1; }
}

# --- images

# image FILE [SIZE [SKIP]]: random content, synced; SKIP MiB into the data, so
# that two images can differ. Sizes as head(1) knows them (16M).
image()
{
	tail --bytes=+$((${3:-0} * 1048576 + 1)) "$TEST_DATA" |
		head --bytes="${2:-16M}" > "$1" || true	# tail's SIGPIPE
	sync --file-system "$1"
}

# scattered_image FILE SIZE-MIB [CHUNK-BYTES]: the same, out of order all over
# the file system, in extents of one chunk each (a multiple of its blocks).
scattered_image()
{
	local reserve

	# What ext4 keeps back is one large free extent, until somebody takes it.
	reserve=/sys/fs/ext4/$(findmnt --noheadings --output=SOURCE --target="${1%/*}" |
		xargs realpath | xargs basename)/reserved_clusters
	[[ ! -e $reserve ]] || echo 64 > "$reserve"
	"$TEST_HELPER" scatter "$1" "$TEST_DATA" $(($2 << 20)) "${3:-4096}"
	sync --file-system "$1"
}

# ext4_image FILE: an empty file system of 8 MiB. Made in memory, because mkfs would
# leave unwritten extents in a file.
ext4_image()
{
	truncate --size=8M /run/ext4-image
	mkfs.ext4 -q -F /run/ext4-image
	cat /run/ext4-image > "$1"
	rm /run/ext4-image
	sync --file-system "$1"
}

# extents_of FILE
extents_of()
{
	filefrag "$1" | sed --quiet 's/.*: \([0-9]*\) extents\? found/\1/p'
}

# --- the target

# escaped PATH: as it stands in a table line.
escaped()
{
	local LC_ALL=C path=$1 i c

	for ((i = 0; i < ${#path}; i++)); do
		c=${path:i:1}
		case $c in
		[[:cntrl:][:space:]\\] | $'\xa0') printf '\\%03o' "'$c" ;;
		*)                             printf '%s' "$c" ;;
		esac
	done
}

# table_of FILE [OFFSET [SECTORS [OPT]...]]: the table line. Without SECTORS as
# much as the file holds.
table_of()
{
	local file=$1 offset=${2:-0} sectors=${3:-} path

	[[ $sectors ]] || sectors=$((($(stat --dereference --format=%s "$file") - offset) / 512))
	path=$(escaped "$file")
	shift $(($# > 3 ? 3 : $#))
	echo "0 $sectors loop $path $offset${1:+ $# $*}"
}

# attach NAME FILE [OFFSET [SECTORS [OPT]...]]: as /dev/mapper/NAME
attach()
{
	dmsetup create "$1" --table "$(table_of "${@:2}")"
	on_exit lib_detach "$1"
}

attach_read_only()
{
	dmsetup create "$1" --readonly --table "$(table_of "${@:2}")"
	on_exit lib_detach "$1"
}

# udev opens a device for a moment after each writer closed it.
detach() { dmsetup remove --retry "$1"; }

# Tolerates what the test itself detached.
lib_detach() { ! [[ -b /dev/mapper/$1 ]] || detach "$1"; }

# Of the native disk with this name, in /sys.
lib_native_file()
{
	local name

	for name in /sys/block/loop*/fastloop/name; do
		[[ -e $name && $(< "$name") == "$1" ]] || continue
		echo "${name%/*}/$2"
		return
	done
	return 1
}

# info NAME KEY: a value of INFO; "info NAME mode" the first word, "reason" the second.
info()
{
	local words word status

	if status=$(lib_native_file "$1" status); then
		read -r -a words < "$status"
	else
		read -r -a words < <(dmsetup status "$1")
		words=("${words[@]:3}")
	fi
	case $2 in
	mode)   echo "${words[0]}" ;;
	reason) echo "${words[1]}" ;;
	*)
		for word in "${words[@]:2}"; do
			[[ $word != "$2="* ]] || echo "${word#*=}"
		done ;;
	esac
}

# The last refusal in the log.
lib_refusal()
{
	dmesg --notime | sed --quiet 's/^device-mapper: table: [^ ]*: loop: //p' |
		tail --lines=1
}

# reason_field TOKEN errno|sentence: from the module's own table; "-" has none.
reason_field()
{
	local field='s/.*"'$1'", \([A-Z0-9]*\),.*/\1/p'

	[[ $2 == errno ]] || field='/"'$1'",/{n;s/^[^"]*"\(.*\)").*/\1/p}'
	sed --quiet "$field" "$REASONS"
}

# expect_refused_line [--readonly] TOKEN DETAIL TABLE-LINE: the sentence is TOKEN's
# and, after ": ", DETAIL's; for the token "-" DETAIL alone.
expect_refused_line()
{
	local options=() token sentence errno said

	[[ $1 != --readonly ]] || { options=(--readonly); shift; }
	token=$1 sentence=$2 errno=''
	if [[ $token != - ]]; then
		sentence=$(reason_field "$token" sentence)${2:+: $2}
		errno=$(reason_field "$token" errno)
		[[ $errno ]] || fail "'$token' is not in ${REASONS##*/}"
	fi
	if dmsetup create refused "${options[@]}" --table "$3" 2> /dev/null; then
		dmsetup remove --retry refused
		fail "'$3' is attached, expected '$sentence'"
	fi
	said=$(lib_refusal)
	[[ $said == "$sentence (-${errno:-E}"*")" ]] ||
		fail "'$3' is refused with '$said', expected '$sentence' (-$errno)"
}

# insisting_on_the_map FILE [OFFSET [SECTORS [OPT]...]]: the table line
insisting_on_the_map() { table_of "$1" "${2:-}" "${3:-}" "${@:4}" map:require; }

# expect_refused TOKEN DETAIL FILE [OFFSET [SECTORS [OPT]...]]
expect_refused() { expect_refused_line "$1" "$2" "$(insisting_on_the_map "${@:3}")"; }

expect_refused_read_only()
{
	expect_refused_line --readonly "$1" "$2" "$(insisting_on_the_map "${@:3}")"
}

# load_modules DIR: fastloop and dm-loop from there, instead of what is loaded.
load_modules()
{
	rmmod dm-loop fastloop 2> /dev/null || true
	insmod "$1/fastloop.ko"
	insmod "$1/dm-loop.ko"
}

# --- the tool

# Which face the tool's tests are about: a group of links, tool-native, has the same
# tests for the other one. $devices is where its devices are.
FACE=dm devices=/dev/mapper
# shellcheck disable=SC2034 # tests read it
[[ ${0%/*} != *-native ]] || FACE=native devices=/dev/fastloop

# shellcheck disable=SC2317 # tests call it
fastloop()
{
	case $1 in
	attach | mount) "$FASTLOOP_TOOL" "$1" --face "$FACE" "${@:2}" ;;
	*)              "$FASTLOOP_TOOL" "$@" ;;
	esac
}

# What list has, in its order, and whether NAME is there.
attached() { fastloop list | awk 'NR > 1 { print $1 }'; }
is_attached() { attached | grep --quiet --line-regexp --fixed-strings "$1"; }

lib_unload_native() { poll 10 rmmod fastloop-disk; }
load_native()
{
	insmod "$FASTLOOP_MODULES/fastloop-disk.ko" "$@"
	on_exit lib_unload_native
	lib_install_rule
}

# udev is not there until the test ends: it would be what is measured, or what is counted.
# A queue that is only stopped and grows to thousands takes minutes to be sorted.
without_udev()
{
	[[ -S /run/udev/control ]] || return 0
	udevadm control --exit
	on_exit lib_udev_again
}
lib_udev_again()
{
	/lib/systemd/systemd-udevd --daemon
	udevadm settle
}

# As on a machine where the tool is installed; without udev the tool makes the links itself.
lib_install_rule()
{
	[[ -S /run/udev/control ]] || return 0
	mkdir --parents /run/udev/rules.d
	cp "$SYSTEM/../../cli/60-fastloop.rules" /run/udev/rules.d/
	on_exit udevadm control --reload
	on_exit rm /run/udev/rules.d/60-fastloop.rules
	udevadm control --reload
	udevadm settle
}

# By the tool as well, since nobody else takes its links away.
lib_detach_by_tool() { ! [[ -b $1 ]] || fastloop detach "$1"; }

# attach_by_tool [OPTION]... FILE: sets $dev to what the tool prints.
attach_by_tool()
{
	dev=$(fastloop attach "$@")
	on_exit lib_detach_by_tool "$dev"
}

# expect_status STATUS TEXT COMMAND...: exits so, and TEXT is on stderr.
expect_status()
{
	local status=0 said

	said=$("${@:3}" 2>&1 > /dev/null) || status=$?
	assert_eq "$status" "$1" "exit status of '${*:3}' (it says '$said')"
	[[ $said == *"$2"* ]] || fail "'${*:3}' says '$said', expected '$2'"
}

[[ $FACE == dm ]] || load_native max_loop=1
