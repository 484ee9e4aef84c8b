# SPDX-License-Identifier: GPL-2.0
# One fio process measures all contenders in turns ("slices"): a start of fio
# costs as much as a slice, and short turns let the machine's moods hit all
# alike. Between slices runs `boundary`.
# shellcheck shell=bash disable=SC2154

# A node that is missing would become a file in memory, and a fast one.
check_target()
{
	[[ $1 == file || -b ${target[$1]} ]] || die "$1: ${target[$1]} is no device"
}

# slices_run OUTPUT "FIO-OPTIONS" SLICE...: writes OUTPUT.fio, fio's own JSON,
# and OUTPUT.kthreads, a line of `boundary` before each slice and after the
# last. SLICE is NAME:MILLISECONDS. What is read and written are $span bytes of
# target[NAME], from offset[NAME] on.
slices_run()
{
	local output=$1 slice name i=0
	local scratch=/run/bench-fio
	local options folders=("$folder")

	! mountpoint --quiet "$other_folder" || folders+=("$other_folder")
	read -r -a options <<< "$2"
	shift 2
	mkdir --parents "$scratch"
	local boundary=(--stonewall --ioengine=null --rw=read --bs=4k --size=4k
		"--exec_prerun=$room/boundary $scratch/kthreads ${folders[*]}")
	local command=(fio --thread --output-format=json --output="$scratch/fio")

	: > "$scratch/kthreads"
	for slice in "$@"; do
		name=${slice%:*}
		check_target "$name"
		command+=(
			--name="boundary-$((i += 1))" "${boundary[@]}"
			--name="$name" --stonewall --group_reporting
			--filename="${target[$name]}"
			--offset="${offset[$name]-0}" --size="$span"
			--direct=1 --invalidate=0 --norandommap
			--time_based --runtime="${slice#*:}ms" "${options[@]}"
		)
	done
	command+=(--name="boundary-$((i += 1))" "${boundary[@]}")
	(cd "$scratch" && "${command[@]}" > /dev/null)
	# What fio has to say comes before its JSON.
	sed --quiet '/^{/,$p' "$scratch/fio" > "$output.fio"
	cp "$scratch/kthreads" "$output.kthreads"
	rm --force --recursive "$scratch"
}
