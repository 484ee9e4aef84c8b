# SPDX-License-Identifier: GPL-2.0
# What a large map costs: the same random reads through a map of one extent
# and through one of 100,000.
# shellcheck shell=bash disable=SC2034,SC2154

readonly SCATTERED_EXTENTS=100000
readonly SCATTERED_MIB=420	# 107,520 blocks, of which some lie side by side

# write_mib FILE MIB
write_mib()
{
	dd if=/dev/zero of="$1" bs=1M count="$2" oflag=direct status=none
}

# All free space becomes a spacer file and a filler; every second block of the
# spacer is punched out again. What ext4 keeps back for its own trees, some
# thousand blocks, stays in one piece.
scatter_free_space()
{
	local spacer_mib=$((2 * SCATTERED_MIB + 20))

	fallocate --length "${spacer_mib}M" "$folder/spacer"
	write_mib "$folder/filler" 2000 2> /dev/null || true
	fio --name=punch --ioengine=falloc --filename="$folder/spacer" \
		--rw=trim:4k --bs=4k --size="${spacer_mib}M" > /dev/null
}

# A spare super block would cut the one extent in two.
mapsize_fs_up()
{
	mkfs.ext4 -q -m 0 -O '^has_journal,^resize_inode,sparse_super2' \
		-E num_backup_sb=0,lazy_itable_init=0,nodiscard \
		"$lower" $((3 * SCATTERED_MIB + 100))M
	mkdir --parents "$folder"
	mount -o noatime "$lower" "$folder"
	write_mib "$folder/few" "$SCATTERED_MIB"
	scatter_free_space
	write_mib "$folder/many" "$SCATTERED_MIB"
	sync
}

map_up()
{
	dm_create "bench-$1" "0 $((SCATTERED_MIB * 2048)) loop $folder/$1 0" ||
		die "$1: $(< /sys/module/fastloop/parameters/refusal)"
	target[$1]=/dev/mapper/bench-$1
}

# mapsize_run RUNS FOLDER
mapsize_run()
{
	local runs=$1 output=$2 run turn=(few many many few) name
	local span=$((SCATTERED_MIB * 1024 * 1024)) slices=()

	say "map size: a file of $SCATTERED_EXTENTS extents"
	brd_up
	mapsize_fs_up
	map_up few
	map_up many
	for name in few many; do
		dmsetup status "bench-$name" > "$output/$name.status"
	done
	for name in "${turn[@]}"; do
		slices+=("$name:$turn_ms")
	done
	for ((run = 1; run <= runs; run++)); do
		slices_run "$output/map.$run.psync-1x-randread-4k" \
			"--ioengine=psync --rw=randread --bs=4k" "${slices[@]}"
		slices_run "$output/map.$run.aio32-randread-4k" \
			"--ioengine=libaio --iodepth=32 --rw=randread --bs=4k" "${slices[@]}"
	done
	dm_remove bench-few
	dm_remove bench-many
	lower_down brd
}
