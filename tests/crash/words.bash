# SPDX-License-Identifier: GPL-2.0
# shellcheck shell=bash
# Sourced by the scripts that run in the machine: makes it ready, after the words
# of this room (judge, load, stack) and those of system tests.

# shellcheck source-path=SCRIPTDIR source=judge.bash
. "$(dirname -- "${BASH_SOURCE[0]}")/judge.bash"
trap - ERR EXIT

# shellcheck disable=SC2034 # guest's and life's
work=/run/crash TEST_LOG_ALLOWED=/run/crash/allowed
mkdir --parents $LOWER $INNER
: > $TEST_LOG_ALLOWED
modprobe --all dm-mod ext4 xfs

# udev would look into each device of each cut, seconds under emulation.
export DM_DISABLE_UDEV=1
udevadm control --exit
rm --force /run/udev/control

# What is said while the output of a set is collected.
exec {progress}>&1
progress() { echo "$*" >&"$progress"; }

# modules_load DIR
modules_load()
{
	insmod "$1/fastloop.ko"
	insmod "$1/dm-loop.ko"
	insmod "$1/fastloop-disk.ko" max_loop=1
}
