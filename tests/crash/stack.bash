# SPDX-License-Identifier: GPL-2.0
# shellcheck shell=bash
# The disks of a power cut and what lies on them: a lower file system, in it an image,
# attached, and in that a file system (the inner one) for the load.
#
#	/dev/ram0	the disk whose power fails
#	/dev/ram1	the log of its writes
#	/dev/ram2	what it held: first before the load, then at each cut
#	/dev/ram3	what a check writes on top of that
#
# RAM disks complete in the submitter's context. With one processor that makes
# the log's order true: while two flushes are under way at once, dm-log-writes
# can log a write with the one that did not cover it.

# shellcheck source-path=SCRIPTDIR source=../system/lib.bash
. "$(dirname -- "${BASH_SOURCE[0]}")/../system/lib.bash"

readonly DISK=/dev/ram0 LOG=/dev/ram1 REPLAYED=/dev/ram2 SCRATCH=/dev/ram3
readonly LOWER=/run/crash/lower INNER=/run/crash/inner IMAGE=/run/crash/lower/image

# What a set is: the face ("native-", or device-mapper's), the lower and the inner file system, sizes in MiB, the image's way of
# lying on the disk, the options to attach it with and the mode that it gets by them (a
# pattern), whether it is thin (mapped, with holes that come and go), whether it is cloned
# meanwhile, who writes, and by how many sectors a write can be torn. (XFS relies on whole blocks: it does not replay a change
# to one whose header has arrived.)
# shellcheck disable=SC2034 # what load.bash and guest read
choose_set()
{
	writers=(append overwrite direct create replace delete wal)
	thin='' cloned='' inner_options=() FACE=dm devices=/dev/mapper
	lower=ext4 inner=ext4 disk_mib=176 image_mib=48 kind_of_image=sparse
	options=(map:never) mode=file unit=1
	[[ $1 != native-* ]] || FACE=native devices=/dev/fastloop
	case ${1#native-} in
	ext4) kind_of_image=scattered options=(map:require) mode=mapped ;;
	xfs)  inner=xfs disk_mib=352 image_mib=304 kind_of_image=written
	      options=(map:require) mode=mapped unit=8 ;;
	file-on-ext4) ;;
	file-on-xfs)  lower=xfs disk_mib=352 unit=8 ;;
	thin-on-ext4)
	      thin=yes options=(map:require) mode=mapped inner_options=(-o discard)
	      writers+=(overwrite-apart direct-apart wipe) ;;
	thin-on-xfs)
	      lower=xfs disk_mib=352 unit=8
	      thin=yes options=(map:require) mode=mapped inner_options=(-o discard)
	      writers+=(overwrite-apart direct-apart wipe) ;;
	clones-on-xfs)	# a cut may find it with shared blocks
	      lower=xfs disk_mib=400 unit=8
	      thin=yes cloned=yes options=(map:auto) mode='@(mapped|file)'
	      allow_log 'fastloop: inode [0-9]* on .*: (mapped|through the file system)' ;;
	buffered-on-ext4) options+=(io:buffered) ;;
	*)    fail "no such set: $1" ;;
	esac
}

# stack_mount TYPE DEVICE DIR WHAT [OPTION]...
stack_mount()
{
	mount -t "$1" "${@:5}" "$2" "$3" || fail "the $4 file system does not mount"
	on_exit lib_umount "$3"
}

# stack_up DEVICE: all of it on this device, to work on.
stack_up()
{
	# Commits every second, for more of the lower journal among the writes.
	if [[ $lower == ext4 ]]; then
		stack_mount ext4 "$1" $LOWER lower -o commit=1
	else
		stack_mount "$lower" "$1" $LOWER lower
	fi
	attach_image
	stack_mount "$inner" "$devices/image" $INNER inner "${inner_options[@]}"
}

# By the tool, which wants "--map require" for "map:require".
attach_natively()
{
	local option words=()

	for option in "${options[@]}"; do
		words+=("--${option%%:*}" "${option#*:}")
	done
	attach_by_tool --name image "${words[@]}" $IMAGE
}

attach_image()
{
	case $FACE in
	dm)     attach image $IMAGE 0 "" "${options[@]}" ;;
	native) attach_natively ;;
	esac
	image_is_as_chosen
}

detach_image()
{
	case $FACE in
	dm)     detach image ;;
	native) fastloop detach image ;;
	esac
}

# shellcheck disable=SC2053 # a pattern
image_is_as_chosen()
{
	[[ $(info image mode) == $mode ]] || fail "mode is $(info image mode), expected $mode"
}

stack_down()
{
	umount $INNER
	detach_image
	umount $LOWER
}

# Scattered: in pieces of 64 KiB all over the disk. Sparse: each first write to a
# place is one to the lower file system's journal as well.
make_image()
{
	case $kind_of_image in
	scattered)
		truncate --size="${image_mib}M" "$TEST_DATA"
		scattered_image $IMAGE "$image_mib" 65536
		;;
	written)
		dd if=/dev/zero of=$IMAGE bs=1M count="$image_mib" oflag=direct conv=fsync status=none
		;;
	sparse)
		truncate --size="${image_mib}M" $IMAGE
		;;
	esac
}

make_lower_fs()	# DEVICE
{
	case $lower in
	ext4)
		mkfs.ext4 -q -F -E nodiscard,lazy_itable_init=0,lazy_journal_init=0 \
			-J size=4 -N 1024 "$1" "${disk_mib}M"
		;;
	xfs)
		mkfs.xfs -q -f -K -d agcount=2,size="${disk_mib}m" "$1"
		;;
	esac
}

# make_stack DEVICE: all of it made, with what the load needs from the start.
make_stack()
{
	make_lower_fs "$1"
	stack_mount "$lower" "$1" $LOWER lower
	make_image
	attach_image
	case $inner in
	ext4) lib_mkfs ext4 "$devices/image" -J size=4 -N 2048 ;;
	xfs)  lib_mkfs xfs "$devices/image" -d agcount=2 ;;
	esac
	stack_mount "$inner" "$devices/image" $INNER inner "${inner_options[@]}"
	load_prepare 0
	load_prepare 1
	stack_down
}

# --- the log

log_begin()
{
	dmsetup create logged --table "0 $((disk_mib * 2048)) log-writes $DISK $LOG"
	on_exit lib_detach logged
}

# The log is complete when the device is gone.
log_end()
{
	[[ $(dmsetup status logged) != *disabled* ]] || fail "the log is full"
	detach logged
}

# --- a cut

# cut_to FROM TO: $REPLAYED goes on from the one entry to the other.
cut_to() { "$TOOLS/replay" apply $LOG $REPLAYED "$1" "$2"; }

# cut_open BASE END SEED: /dev/mapper/cut is the disk after the cut, see plan.c;
# $REPLAYED stays what it is, so that the next cut can go on from it.
cut_open()
{
	dmsetup create cut \
		--table "0 $((disk_mib * 2048)) snapshot $REPLAYED $SCRATCH N 8"
	on_exit lib_detach cut
	[[ $1 == "$2" ]] ||
		"$TOOLS/replay" subset $LOG /dev/mapper/cut "$@" "$unit"
}
