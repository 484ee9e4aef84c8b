# SPDX-License-Identifier: GPL-2.0
# What a thin image costs after its first writes: the same requests on one that got
# its blocks by random writes and on one that was written as a whole; and how long a
# request may take while all of an image is being discarded.
# shellcheck shell=bash disable=SC2034,SC2154

readonly THIN_MIB=384 DISCARD_MIB=4096 DISCARD_SECONDS=8

# thin_attach NAME MIB
thin_attach()
{
	dm_create "bench-$1" "0 $(($2 * 2048)) loop $folder/$1 0 1 map:require" ||
		die "$1: $(< /sys/module/fastloop/parameters/refusal)"
	target[$1]=/dev/mapper/bench-$1
}

thin_fill()
{
	truncate --size="${THIN_MIB}M" "$folder/filled"
	thin_attach filled "$THIN_MIB"
	fio --name=fill --filename="${target[filled]}" --ioengine=libaio --direct=1 --iodepth=16 \
		--rw=randwrite --bs=4k --randseed=7 --thread > /dev/null
	sync
	filefrag "$folder/filled" | sed --quiet "s/.*: \([0-9]*\) extents\? found/$1 \1/p" >> "$2/filled"
}

# thin_run KIND RUNS FOLDER
thin_run()
{
	local kind=$1 runs=$2 output=$3 run span=$((THIN_MIB * 1024 * 1024))
	local turn=("whole:$turn_ms" "filled:$turn_ms" "filled:$turn_ms" "whole:$turn_ms")

	say "$kind: after first writes"
	lower_up "$kind"
	dd if=/dev/zero of="$folder/whole" bs=1M count="$THIN_MIB" oflag=direct status=none
	thin_attach whole "$THIN_MIB"
	thin_fill "$kind" "$output"
	for ((run = 1; run <= runs; run++)); do
		slices_run "$output/thin-$kind.$run.aio32-randread-4k" \
			"--ioengine=libaio --iodepth=32 --rw=randread --bs=4k" "${turn[@]}"
		slices_run "$output/thin-$kind.$run.aio16-2x-randrw-4k" \
			"--ioengine=libaio --iodepth=16 --numjobs=2 --rw=randrw --bs=4k" "${turn[@]}"
	done
	dm_remove bench-whole
	dm_remove bench-filled
	lower_down "$kind"
}

# The longest request, in us
longest()
{
	fio --name=load --filename="${target[discarded]}" --ioengine=libaio --direct=1 --iodepth=16 \
		--rw=randrw --bs=4k --norandommap --thread --time_based \
		--runtime="$DISCARD_SECONDS" --output-format=json |
		jq '.jobs[0] | [.read.lat_ns.max, .write.lat_ns.max] | max / 1000 | round'
}

# By another device on top: a discard keeps writers off the very one it is given to.
discard_all()
{
	sleep 1
	blkdiscard --force /dev/mapper/bench-over
}

# What is discarded gets its blocks anew by fills, so the same load is also measured
# on an image of nothing but holes: what is longer than there is the discard's.
# discards_run RUNS FOLDER
discards_run()
{
	local run alone beside holes LOWER_MIB=$((DISCARD_MIB + 512))

	say "a discard of $DISCARD_MIB MiB"
	lower_up brd
	truncate --size="${DISCARD_MIB}M" "$folder/discarded"
	thin_attach discarded "$DISCARD_MIB"
	dm_create bench-over "0 $((DISCARD_MIB * 2048)) linear /dev/mapper/bench-discarded 0"
	for ((run = 1; run <= $1; run++)); do
		# Zeroes would leave holes as they are.
		fio --name=write --filename="${target[discarded]}" --ioengine=libaio --direct=1 \
			--iodepth=4 --rw=write --bs=1M > /dev/null
		alone=$(longest)
		discard_all &
		beside=$(longest)
		wait $!
		blkdiscard --force /dev/mapper/bench-over
		holes=$(longest)
		echo "$run $alone $beside $holes" >> "$2/discards"
	done
	dm_remove bench-over
	dm_remove bench-discarded
	lower_down brd
}
