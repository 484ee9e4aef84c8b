#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
# shellcheck source=tests/cli/lib.bash
. "$CLI_TESTS/lib.bash"
# Why: whoever insists on the module, on its map or on what only it can do, must not be
# served by something else; and what is refused leaves nothing attached.

need_loop
works check "$LOOP_FILE"
if [[ $(value engine) == kernel-loop ]]; then
	missing='module fastloop-disk is not installed'
	for told in '--engine fastloop' '--face native'; do
		# shellcheck disable=SC2086
		fails 1 "native disk: $missing: apt install fastloop-dkms, or make install" attach $told "$LOOP_FILE"
	done
	fails 3 "$LOOP_FILE: $missing (module-missing)" attach --map require "$LOOP_FILE"
	fails 3 "$LOOP_FILE: $missing (module-missing)" attach --pin-map "$LOOP_FILE"
	fails 3 "$LOOP_FILE: $missing (module-missing)" mount --map require "$LOOP_FILE" .
	fails 3 "$LOOP_FILE: $missing (module-missing)" attach --find-existing --map require "$LOOP_FILE"
	for way in pass ignore; do
		fails 1 "$LOOP_FILE: --discard $way: not to be had of engine kernel-loop, which punches: $missing" \
			attach --discard $way "$LOOP_FILE"
	done
fi
insists='insists on the map that engine kernel-loop does not have; leave out one of them'
fails 2 "--map require: $insists" attach --engine kernel-loop --map require "$LOOP_FILE"
fails 2 "--pin-map: $insists" attach --engine kernel-loop --pin-map "$LOOP_FILE"
fails 2 '--face: engine kernel-loop has none; leave out one of them' \
	attach --engine kernel-loop --face dm "$LOOP_FILE"
[[ ! $(losetup --associated "$LOOP_FILE") ]] || fail 'something is attached'

# Asked for by its name it has nothing to explain, and is not taken for the other one.
works attach --engine kernel-loop "$LOOP_FILE"
works status "$LOOP_FILE"
is reason engine-asked-for
tool attach --find-existing --engine fastloop --map never "$LOOP_FILE"
[[ $(<out) != "/dev/fastloop/$LOOP_FILE" ]] || fail 'engine fastloop is served by the loop driver'
fails 1 "$LOOP_FILE: engine kernel-loop has no map that could be had again" unshare "$LOOP_FILE"
fails 1 "$LOOP_FILE: engine kernel-loop can not stand still; unmount what is on it, and copy its file" \
	snapshot "$LOOP_FILE" snap
[[ ! -e snap ]] || fail 'something is left of the snapshot'
