# SPDX-License-Identifier: GPL-2.0
# The ways to reach an image, each a pair of functions NAME_up and NAME_down
# (dashes of the name as underscores). NAME_up sets target[NAME], what fio
# opens, and may set offset[NAME], the byte to begin at. NAME_down is
# called once more than needed if something failed, and must not mind.
#
# All are up at the same time. raw and dm-linear use the twin of the lower
# device: nothing but its file system may open a mounted device for itself.
#
# Given by lower.bash: lower and twin (devices), folder (where the images are), and
# other_up, other_down and other_folder for another file system.
# shellcheck shell=bash disable=SC2154

declare -A target=() offset=()
# shellcheck disable=SC2034 # used by guest
readonly CONTENDERS=(raw file dm-linear ours ours-native ours-file loop-direct ours-buffered loop-buffered)

# Without udev, whose queue is stopped while we measure.
dm_create() { DM_DISABLE_UDEV=1 dmsetup create "$1" --table "$2" 2> /dev/null; }

dm_remove()
{
	[[ ! -e /dev/mapper/$1 ]] ||
		DM_DISABLE_UDEV=1 dmsetup remove --retry "$1" 2> /dev/null
}

# dm_linear_table FILE DEVICE: a table that finds on DEVICE what FILE has on
# its own. Extents that follow each other become one.
dm_linear_table()
{
	filefrag -e -b512 "$1" | awk -v device="$2" '
		function flush()
		{
			if (sectors)
				print begin, sectors, "linear", device, place
		}
		$1 ~ /^[0-9]+:$/ {
			gsub(/[.:]+/, " ")
			if (sectors && place + sectors == $4) {
				sectors += $6
				next
			}
			flush()
			begin = $2; place = $4; sectors = $6
		}
		END { flush() }'
}

# The same number of bytes, where the extents of "ours" begin.
raw_up()
{
	local begin

	begin=$(dm_linear_table "$folder/ours" "$twin" | awk '{ print $5; exit }')
	target[raw]=$twin
	offset[raw]=$((begin * 512))
	dd if=/dev/zero of="$twin" bs=1M count="$IMAGE_MIB" conv=notrunc,nocreat \
		oflag=direct,seek_bytes seek="${offset[raw]}" status=none
}
raw_down() { :; }

file_up()   { target[file]=$folder/direct; }
file_down() { :; }

dm_linear_up()
{
	dm_create bench-linear "$(dm_linear_table "$folder/ours" "$twin")"
	target[dm-linear]=/dev/mapper/bench-linear
	dd if=/dev/zero of=/dev/mapper/bench-linear bs=1M count="$IMAGE_MIB" \
		conv=notrunc,nocreat oflag=direct status=none
}
dm_linear_down() { dm_remove bench-linear; }

# ours_mapped NAME FILE
ours_mapped()
{
	dm_create "bench-$1" "0 $((IMAGE_MIB * 2048)) loop $2 0" ||
		die "$1: $(< /sys/module/fastloop/parameters/refusal)"
	target[$1]=/dev/mapper/bench-$1
	[[ $(dmsetup status "bench-$1") == *' loop mapped - '* ]] ||
		die "$1: not mapped: $(dmsetup status "bench-$1")"
}
ours_up()   { ours_mapped ours "$folder/ours"; }
ours_down() { dm_remove bench-ours; }

# With a lease to give up: what differs from ext4 is for the file system alone.
ours_xfs_up()
{
	modprobe xfs
	other_up xfs ours
	ours_mapped ours-xfs "$other_folder/ours"
}
ours_xfs_down()
{
	dm_remove bench-ours-xfs
	other_down
}
# Mapped a moment after losetup has closed the file; then its map is filled by reading.
ours_native_up()
{
	local i status=/sys/block/loopf0/fastloop/status

	losetup --direct-io=on /dev/loopf0 "$folder/native"
	target[ours-native]=/dev/loopf0
	for ((i = 0; i < 100; i++)); do
		[[ $(< $status) != 'mapped - '* ]] || break
		sleep 0.1
	done
	[[ $(< $status) == 'mapped - '* ]] || die "ours-native: not mapped: $(< $status)"
	dd if=/dev/loopf0 of=/dev/null bs=1M iflag=direct status=none
}
ours_native_down() { loop_down ours-native; }

# Through the file system, on the files of loop's own turns.
# ours_by_file NAME FILE [OPTION]...
ours_by_file()
{
	dm_create "bench-$1" "0 $((IMAGE_MIB * 2048)) loop $2 0 $(($# - 2)) ${*:3}" ||
		die "$1: $(< /sys/module/fastloop/parameters/refusal)"
	target[$1]=/dev/mapper/bench-$1
}
ours_file_up()       { ours_by_file ours-file "$folder/direct" map:never io:direct; }
ours_file_down()     { dm_remove bench-ours-file; }
ours_buffered_up()   { ours_by_file ours-buffered "$folder/buffered" map:never io:buffered; }
ours_buffered_down() { dm_remove bench-ours-buffered; }

loop_down() { [[ ! ${target[$1]-} ]] || losetup --detach "${target[$1]}"; unset "target[$1]"; }

# losetup runs buffered without a word if direct I/O can not be had.
loop_direct_up()
{
	target[loop-direct]=$(losetup --find --show --direct-io=on "$folder/direct")
	[[ $(< "/sys/block/${target[loop-direct]#/dev/}/loop/dio") == 1 ]] ||
		die "loop-direct: direct I/O is not on"
}
loop_direct_down() { loop_down loop-direct; }

# A page cache that is warm, as after some use.
loop_buffered_up()
{
	target[loop-buffered]=$(losetup --find --show --direct-io=off "$folder/buffered")
	cat "$folder/buffered" > /dev/null
}
loop_buffered_down() { loop_down loop-buffered; }

contenders_up()
{
	local name

	for name in "$@"; do
		"${name//-/_}_up"
	done
}

contenders_down()
{
	local name

	for name in "$@"; do
		"${name//-/_}_down"
	done
}
