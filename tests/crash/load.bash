# SPDX-License-Identifier: GPL-2.0
# shellcheck shell=bash
# The load: programs that make data safe in every way there is, each telling
# after every record that it is. See ledger.c and rows.c. Alone, a writer has no
# flushes but its own; side by side, they are under way together.

# shellcheck source-path=SCRIPTDIR source=stack.bash
. "$(dirname -- "${BASH_SOURCE[0]}")/stack.bash"

# The tool that each writer is a kind of; which of them there are is the set's choice
declare -rA TOOL_OF=(
	[append]=ledger [overwrite]=ledger [direct]=ledger [create]=ledger [replace]=ledger
	[overwrite-apart]=ledger [direct-apart]=ledger [wipe]=ledger
	[delete]=rows [wal]=rows
)

# load_prepare GENERATION: a folder for a load, and what is there before it.
load_prepare()
{
	local writer

	mkdir $INNER/"$1"
	for writer in "${writers[@]}"; do
		load_tool prepare "$writer" "$1"
	done
	sync --file-system $INNER
}

# load_tool WORD WRITER ARGUMENT...: in a shell of its own, so that nobody stands
# in $INNER when it is to be unmounted after a failure.
load_tool()
{
	(
		cd $INNER
		DEVICE="$devices/image" exec "$TOOLS/${TOOL_OF[$2]}" "$@"
	)
}

# load_alone GENERATION RECORDS WHERE: so many by each writer, one after the other;
# WHERE is a log-writes device or "-".
load_alone()
{
	local writer

	for writer in "${writers[@]}"; do
		load_tool write "$writer" "$1" "$CRASH_SEED" "$2" "$3"
	done
}

# pass MIB: so much is written, deleted, and its space given back.
pass()
{
	head --bytes="$1M" /dev/urandom > $INNER/passing
	sync $INNER/passing
	rm $INNER/passing
	sync --file-system $INNER
	fstrim $INNER
}

image_sectors() { stat --format=%b $IMAGE; }

image_has_at_most() { (($(image_sectors) <= $1)); }

# load_between: in a thin image space is given back, before the next load takes it.
load_between()
{
	local before

	[[ $thin ]] || return 0
	before=$(image_sectors)
	pass 4
	poll 10 image_has_at_most $((before + 2048))
}

# load_pass TIMES: of the blocks that come free, the writers get new ones.
load_pass()
{
	local i

	for ((i = 0; i < $1; i++)); do
		pass 1
	done
}

# clone_on: the image is cloned and gets blocks of its own again, all the time, and three
# times at least, however soon the others are done.
clone_on()
{
	local nr=0

	while [[ -e /run/crash/clone-on ]] || ((nr < 3)); do
		cp --reflink=always $IMAGE $LOWER/clone
		nr=$((nr + 1))
		sleep 0.2
		fastloop unshare image
		sleep 0.3
	done
}

# load_together GENERATION RECORDS WHERE: the same side by side, beside fio, and
# in a thin image beside what comes and goes.
load_together()
{
	local writer pids=() pid cloner

	for writer in "${writers[@]}"; do
		load_tool write "$writer" "$1" "$CRASH_SEED" "$2" "$3" &
		pids+=($!)
	done
	fio --name=noise --directory="$INNER/$1" --size=4M --rw=randwrite --bsrange=1k-32k \
		--ioengine=psync --fsync=5 --number_ios="$(($2 * 2))" --randseed="$CRASH_SEED" \
		> /run/crash/fio 2>&1 &
	pids+=($!)
	if [[ $thin ]]; then
		load_pass "$(($2 / 5))" &
		pids+=($!)
	fi
	if [[ $cloned ]]; then
		touch /run/crash/clone-on
		clone_on &
		cloner=$!
	fi
	for pid in "${pids[@]}"; do
		wait "$pid" || fail "a writer of the load ends with $?"
	done
	[[ $cloned ]] || return 0
	rm /run/crash/clone-on
	wait "$cloner" || fail "the cloner ends with $?"
}

# load_check GENERATION ACKED: every record that is in the file ACKED is there.
# A writer whose name is not in it has acknowledged nothing.
load_check()
{
	local name last writer
	declare -A acked=()

	while IFS='=' read -r name last; do
		acked[$name]=$last
	done < "$2"
	for writer in "${writers[@]}"; do
		load_tool check "$writer" "$1" "$CRASH_SEED" "${acked[$1/$writer]:--1}"
	done
}
