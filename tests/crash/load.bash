# SPDX-License-Identifier: GPL-2.0
# shellcheck shell=bash
# The load: programs that make data safe in every way there is, each telling
# after every record that it is. See ledger.c and rows.c. Alone, a writer has no
# flushes but its own; side by side, they are under way together.

# shellcheck source-path=SCRIPTDIR source=stack.bash
. "$(dirname -- "${BASH_SOURCE[0]}")/stack.bash"

# Writers, and the tool that each of them is a kind of
declare -rA WRITERS=(
	[append]=ledger [overwrite]=ledger [direct]=ledger [create]=ledger [replace]=ledger
	[delete]=rows [wal]=rows
)

# load_prepare GENERATION: a folder for a load, and what is there before it.
load_prepare()
{
	local writer

	mkdir $INNER/"$1"
	for writer in "${!WRITERS[@]}"; do
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
		exec "$TOOLS/${WRITERS[$2]}" "$@"
	)
}

# load_alone GENERATION RECORDS WHERE: so many by each writer, one after the other;
# WHERE is a log-writes device or "-".
load_alone()
{
	local writer

	for writer in "${!WRITERS[@]}"; do
		load_tool write "$writer" "$1" "$CRASH_SEED" "$2" "$3"
	done
}

# load_together GENERATION RECORDS WHERE: the same side by side, and beside fio.
load_together()
{
	local writer pids=() pid

	for writer in "${!WRITERS[@]}"; do
		load_tool write "$writer" "$1" "$CRASH_SEED" "$2" "$3" &
		pids+=($!)
	done
	fio --name=noise --directory="$INNER/$1" --size=4M --rw=randwrite --bsrange=1k-32k \
		--ioengine=psync --fsync=5 --number_ios="$(($2 * 2))" --randseed="$CRASH_SEED" \
		> /run/crash/fio 2>&1 &
	pids+=($!)
	for pid in "${pids[@]}"; do
		wait "$pid" || fail "a writer of the load ends with $?"
	done
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
	for writer in "${!WRITERS[@]}"; do
		load_tool check "$writer" "$1" "$CRASH_SEED" "${acked[$1/$writer]:--1}"
	done
}
