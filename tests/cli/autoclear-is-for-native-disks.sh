#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
# shellcheck source=tests/cli/lib.bash
. "$CLI_TESTS/lib.bash"
# Why: a device that waits for its first user can not be had of the other kinds, where it
# would be gone at once; and nobody is given one that stays instead.

written file 1M
wrong() { fails 2 "--autoclear: $1" attach --autoclear "${@:2}" file; }
wrong 'device-mapper waits for no user; leave --face dm out, or say detach --deferred once it has one' --face dm
wrong 'engine kernel-loop waits for no user; leave out one of them, or use fastloop mount' --engine kernel-loop
wrong 'is how --crypt does it; leave out one of them' --crypt luks
wrong 'the one that --find-existing finds stays; leave out one of them' --find-existing
fails 2 '--autoclear: no such option; see fastloop mount --help' mount --autoclear file .
