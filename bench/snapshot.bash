# SPDX-License-Identifier: GPL-2.0
# What a snapshot costs those who use the image: the longest request of a steady load
# beside it, by how many extents the image has; to the longest without it, and to the
# time that a clone of the same file takes which nobody has attached.
# shellcheck shell=bash disable=SC2034,SC2154

: "${SNAPSHOT_MIB:=8192}" "${SNAPSHOT_EXTENTS:=100000}"
readonly SNAPSHOT_MIB SNAPSHOT_EXTENTS SNAPSHOT_SECONDS=8

snapshot_fs_up()
{
	local disk

	disk=/dev/$(attach_disk)
	modprobe xfs
	mkfs.xfs -q -f -K "$disk"
	mkdir --parents "$folder"
	mount -t xfs -o noatime "$disk" "$folder"
}

# snapshot_image EXTENTS: a hole before each but the last; they lie in the first half,
# the load goes to the second.
snapshot_image()
{
	rm --force "$folder/image"
	fallocate --length "${SNAPSHOT_MIB}M" "$folder/image"
	fio --name=write --filename="$folder/image" --ioengine=libaio --direct=1 --iodepth=4 \
		--rw=write --bs=1M --size="${SNAPSHOT_MIB}M" > /dev/null
	(($1 == 1)) || fio --name=punch --ioengine=falloc --filename="$folder/image" \
		--rw=trim:4k --bs=4k --size=$((($1 - 1) * 8192)) > /dev/null
	sync
}

snapshot_attach()
{
	dm_create bench-image "0 $((SNAPSHOT_MIB * 2048)) loop $folder/image 0" ||
		die "image: $(< /sys/module/fastloop/parameters/refusal)"
	"$FASTLOOP" unshare bench-image
	[[ $(dmsetup status bench-image) == *' loop mapped - '* ]] ||
		die "image: not mapped: $(dmsetup status bench-image)"
}

# The longest request, in us
snapshot_longest()
{
	fio --name=load --filename=/dev/mapper/bench-image --ioengine=libaio --direct=1 \
		--iodepth=4 --rw=randrw --bs=4k --norandommap --thread --time_based \
		--offset=$((SNAPSHOT_MIB / 2))M --size=$((SNAPSHOT_MIB / 2))M \
		--runtime="$SNAPSHOT_SECONDS" --output-format=json |
		jq '.jobs[0] | [.read.lat_ns.max, .write.lat_ns.max] | max / 1000 | round'
}

# microseconds COMMAND...: that it takes
microseconds()
{
	local began=${EPOCHREALTIME/./}

	"$@" 2> /dev/null >&2
	echo $((${EPOCHREALTIME/./} - began))
}

snapshot_later()
{
	sleep $((SNAPSHOT_SECONDS / 3))
	microseconds "$FASTLOOP" snapshot bench-image "$folder/snap" > "$1"
}

# snapshot_once EXTENTS RUN: prints a line with microseconds. Of a new image, for the
# load leaves many extents behind where it writes to what is shared.
snapshot_once()
{
	local plain alone beside extents

	snapshot_image "$1"
	# Its count takes those for one that lie as they would without the hole.
	extents=$(filefrag -v "$folder/image" | grep --count '^ *[0-9]*: ')
	plain=$(microseconds cp --reflink=always "$folder/image" "$folder/plain")
	rm "$folder/plain"
	snapshot_attach
	alone=$(snapshot_longest)
	snapshot_later /run/bench-snapshot &
	beside=$(snapshot_longest)
	wait $!
	dm_remove bench-image
	[[ $(stat --format=%s "$folder/snap") == $((SNAPSHOT_MIB << 20)) ]] || die "no snapshot"
	rm "$folder/snap"
	echo "$extents $2 $plain $alone $beside $(< /run/bench-snapshot)"
}

# snapshots_run RUNS FOLDER
snapshots_run()
{
	local extents run

	[[ -x ${FASTLOOP-} ]] || die "the tool is not built: make tool"
	snapshot_fs_up
	for extents in 1 "$SNAPSHOT_EXTENTS"; do
		say "snapshot: an image of $SNAPSHOT_MIB MiB in $extents extents"
		for ((run = 1; run <= $1; run++)); do
			snapshot_once "$extents" "$run" >> "$2/snapshots"
		done
	done
	umount "$folder"
}
