# SPDX-License-Identifier: GPL-2.0
# What first writes cost: all blocks of a sparse file, each once, in random order;
# and few of them, no two in one chunk, where what is filled around them is of no
# use to anybody.
# shellcheck shell=bash disable=SC2034,SC2154

readonly FILLS_MIB=128
# name, jobs, fio's options
readonly FILLS_CELLS=(
	"all-1x 1 --bs=4k"
	"all-12x 12 --bs=4k"
	"few-1x 1 --bs=4k --rw=write:252k"
)

fills_ours_up()
{
	dm_create bench-fills "0 $((FILLS_MIB * 2048)) loop $folder/sparse 0 1 map:require" ||
		die "fills: $(< /sys/module/fastloop/parameters/refusal)"
	target[fills]=/dev/mapper/bench-fills
}
fills_ours_down() { dm_remove bench-fills; }
fills_loop_up()   { target[fills]=$(losetup --find --show --direct-io=on "$folder/sparse"); }
fills_loop_down() { losetup --detach "${target[fills]}"; }

# Requests and nanoseconds of one turn. Each job has a part of the file.
fills_turn()	# CONTENDER JOBS OPTION...
{
	local part=$((FILLS_MIB * 1024 / $2 / 256 * 256))

	truncate --size="${FILLS_MIB}M" "$folder/sparse"
	"fills_$1_up"
	fio --name=fill --filename="${target[fills]}" --ioengine=libaio --direct=1 --iodepth=16 \
		--rw=randwrite --randseed=7 --thread --numjobs="$2" --size="${part}k" \
		--offset_increment="${part}k" --group_reporting --output-format=json "${@:3}" |
		jq --raw-output '.jobs[0].write | "\(.total_ios) \(.runtime * 1000000)"'
	"fills_$1_down"
	rm "$folder/sparse"
	sync
}

# fills_run KIND RUNS FOLDER
fills_run()
{
	local run cell contender words turn

	say "$1: first writes"
	lower_up "$1"
	for ((run = 1; run <= $2; run++)); do
		for cell in "${FILLS_CELLS[@]}"; do
			read -ra words <<< "$cell"
			for contender in ours loop; do
				turn=$(fills_turn "$contender" "${words[1]}" "${words[@]:2}")
				echo "$1 ${words[0]} $contender $run $turn" >> "$3/fills"
			done
		done
	done
	lower_down "$1"
}
