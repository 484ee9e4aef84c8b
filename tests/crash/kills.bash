# SPDX-License-Identifier: GPL-2.0
# shellcheck shell=bash
# Machines that are killed while they work, and what they leave on the disk: each
# life of a machine judges the life before. Sourced by run.

# shellcheck disable=SC2154 # run's
readonly NR_KILLS=3

# live LIFE AFTER DELAY [ACKED]: one life, killed DELAY seconds after so many
# acknowledged records (never if 0). Adds those to $work/acks; prints the rest.
live()
{
	local line acks=0

	boot --cpus 2 --disk "path=$work/disk,serial=crash" \
		--env SET=ext4 -- bash "$room/life" "$1" "${@:4}" 2> "$work/stderr"
	# What was on its way when the machine died still arrives.
	while IFS= read -r -u "$machine_says" line; do
		[[ $line == 'ack '* ]] || { echo "$line"; continue; }
		echo "${line#ack }" >> "$work/acks"
		acks=$((acks + 1))
		[[ $acks != "$2" ]] || { sleep "$3"; kill "$machine"; }
	done
	machine_is_gone || true
	((acks >= $2)) || {
		echo "the machine died of itself, after $acks records"
		cat "$work/stderr"
	}
}

# The last record of each writer that was acknowledged.
acked()
{
	awk -F = '{ last[$1] = $2 }
		END { for (writer in last) print writer "=" last[writer] }' "$work/acks"
}

# keep_disk DIR: as the kill has left it.
keep_disk()
{
	mkdir --parents "$1"
	cp --sparse=always "$work/disk" "$1/disk"
	acked > "$1/acked"
	echo "ext4 $seed" > "$1/about"
}

# kill_verdict NUMBER: by what the next life has said.
kill_verdict()
{
	if [[ $(< "$work/said") == ok ]]; then
		tell "ok crash/survives-kill-$1 ($records records acknowledged)"
		rm --recursive "$keep/kill-$1"
	else
		tell "not ok crash/survives-kill-$1"
		sed 's/^/    /' "$work/said"
		echo "    kept: $keep/kill-$1"
	fi
}

# Somewhere in the load, at no special moment of it.
draw_moment()
{
	after=$((20 + RANDOM % 150))
	delay=$(printf '0.%03d' $((RANDOM % 300)))
}

kills()
{
	local number records after delay

	: > "$work/acks"
	truncate --size=176M "$work/disk"
	RANDOM=$((seed % 32768))
	draw_moment
	live first "$after" "$delay" > "$work/said"
	sed 's/^/    /' "$work/said"
	for ((number = 1; number <= NR_KILLS; number++)); do
		keep_disk "$keep/kill-$number"
		records=$(wc --lines < "$work/acks")
		draw_moment
		if ((number < NR_KILLS)); then
			live "$number" "$after" "$delay" "$keep/kill-$number/acked" > "$work/said"
		else
			live last 0 0 "$keep/kill-$number/acked" > "$work/said"
		fi
		kill_verdict "$number"
	done
}
