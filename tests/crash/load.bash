# SPDX-License-Identifier: GPL-2.0
# shellcheck shell=bash
# The load: programs that make data safe in every way there is, side by side,
# each telling after every record that it is. See ledger.c and rows.c.

# shellcheck source-path=SCRIPTDIR source=stack.bash
. "$(dirname -- "${BASH_SOURCE[0]}")/stack.bash"

readonly LEDGERS=(append overwrite direct create replace)
readonly DATABASES=(delete wal)

# load_prepare GENERATION: a folder for a load, and what is there before it.
load_prepare()
{
	local kind

	mkdir $INNER/"$1"
	cd $INNER
	for kind in "${LEDGERS[@]}"; do
		"$TOOLS/ledger" prepare "$kind" "$1"
	done
	for kind in "${DATABASES[@]}"; do
		"$TOOLS/rows" prepare "$kind" "$1"
	done
	cd /
	sync --file-system $INNER
}

# load_run GENERATION RECORDS WHERE: so many records by each writer; WHERE is a
# log-writes device or "-". Fails if a writer does.
load_run()
{
	local kind pids=() pid

	cd $INNER
	for kind in "${LEDGERS[@]}"; do
		"$TOOLS/ledger" write "$kind" "$1" "$CRASH_SEED" "$2" "$3" &
		pids+=($!)
	done
	for kind in "${DATABASES[@]}"; do
		"$TOOLS/rows" write "$kind" "$1" "$CRASH_SEED" "$2" "$3" &
		pids+=($!)
	done
	fio --name=noise --directory="$INNER/$1" --size=4M --rw=randwrite --bsrange=1k-32k \
		--ioengine=psync --fsync=5 --number_ios="$(($2 * 2))" --randseed="$CRASH_SEED" \
		> /run/crash/fio 2>&1 &
	pids+=($!)
	cd /
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
	# Not there any more when it is to be unmounted after a failure.
	(
		cd $INNER
		for writer in "${LEDGERS[@]}"; do
			"$TOOLS/ledger" check "$writer" "$1" "$CRASH_SEED" "${acked[$1/$writer]:--1}"
		done
		for writer in "${DATABASES[@]}"; do
			"$TOOLS/rows" check "$writer" "$1" "$CRASH_SEED" "${acked[$1/$writer]:--1}"
		done
	)
}
