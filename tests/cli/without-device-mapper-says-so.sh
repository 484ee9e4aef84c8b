#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
# shellcheck source=tests/cli/lib.bash
. "$CLI_TESTS/lib.bash"
# Why: on a machine or in a container without device-mapper, one clear line and
# not libdevmapper's five.

need_root
written file 4096
[[ ! -e /sys/class/misc/device-mapper ]] || skip 'this kernel has device-mapper'
# /dev is a private one, where libdevmapper may make its node.
printf '#!/bin/bash\nexec unshare --mount bash -c "mount -t tmpfs none /dev && exec \\"\\$@\\"" - "%s" "$@"\n' \
	"$FASTLOOP" >without
chmod 755 without
unshare --mount true 2>/dev/null || skip 'no mount namespaces here'
FASTLOOP=./without
for command in 'attach --face dm file' list 'status file' 'detach file' 'detach --all' 'who file' \
    'list --file file' 'attach --find-existing --face dm file' 'mount --face dm file .' 'umount .' 'unshare file' 'status --watch file'; do
	# shellcheck disable=SC2086
	fails 1 'device-mapper: this kernel has none; try modprobe dm-mod' $command
done
for command in 'attach file' 'mount file .'; do
	# shellcheck disable=SC2086
	fails 1 'native disk: module fastloop-disk is not installed: make install, then modprobe fastloop-disk' $command
done
need_ext4
works check file
