# SPDX-License-Identifier: GPL-2.0
# shellcheck shell=bash
# Judging a disk after its power failed: do both file systems recover, and is all
# there that had been acknowledged?

# shellcheck source-path=SCRIPTDIR source=load.bash
. "$(dirname -- "${BASH_SOURCE[0]}")/load.bash"

# fsck_is_clean WHAT COMMAND...
fsck_is_clean()
{
	local said

	said=$("${@:2}" 2>&1) || fail "the $1 file system is damaged: $said"
}

# check_fs WHAT TYPE DEVICE
check_fs()
{
	case $2 in
	ext4) fsck_is_clean "$1" e2fsck -f -n "$3" ;;
	xfs)  fsck_is_clean "$1" xfs_repair -n "$3" ;;
	esac
}

# generations ACKED: those that should be there, and those that are.
generations()
{
	{
		cut --delimiter=/ --fields=1 "$1"
		find $INNER -maxdepth 1 -name '[0-9]*' -printf '%f\n'
	} | sort --unique
}

# judge DEVICE ACKED: fails with the first thing that is wrong. ACKED is a file
# of lines GENERATION/WRITER=RECORD.
judge()
{
	local generation

	stack_mount "$lower" "$1" $LOWER lower
	umount $LOWER
	check_fs lower "$lower" "$1"
	stack_up "$1"
	for generation in $(generations "$2"); do
		load_check "$generation" "$2"
	done
	umount $INNER
	check_fs inner "$inner" "$devices/image"
	detach_image
	umount $LOWER
}

# attempt OUTPUT COMMAND...: in a shell that clears up behind itself; sets
# $verdict to its status. (No condition around it: set -e has to hold inside.)
# shellcheck disable=SC2034 # the caller's
attempt()
{
	verdict=0
	dmesg --clear
	(
		# shellcheck disable=SC2034 # lib.bash's
		lib_undo=()
		trap lib_exit EXIT
		trap 'lib_show_failed_command "$BASH_COMMAND" $?' ERR
		"${@:2}"
	) > "$1" 2>&1 &
	wait $! || verdict=$?
	kernel_is_calm >> "$1" || verdict=1
}
