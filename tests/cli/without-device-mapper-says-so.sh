#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
# shellcheck source=tests/cli/lib.bash
. "$CLI_TESTS/lib.bash"
# Why: on a machine or in a container without device-mapper, one clear line and
# not libdevmapper's five; and where nothing can be attached, nothing is.

need_root
written file 4096
[[ ! -e /sys/class/misc/device-mapper ]] || skip 'this kernel has device-mapper'
# /dev is a private one, where libdevmapper may make its node.
printf '#!/bin/bash\nexec unshare --mount bash -c "mount -t tmpfs none /dev && exec \\"\\$@\\"" - "%s" "$@"\n' \
	"$FASTLOOP" >without
chmod 755 without
unshare --mount true 2>/dev/null || skip 'no mount namespaces here'
FASTLOOP=./without
for command in 'attach --face dm file' 'attach --find-existing --face dm file' 'mount --face dm file .'; do
	# shellcheck disable=SC2086
	fails 1 'device-mapper: this kernel has none; try modprobe dm-mod' $command
done
for command in 'attach --face native file' 'attach --engine fastloop file' 'mount --engine fastloop file .'; do
	# shellcheck disable=SC2086
	fails 1 'native disk: module fastloop-disk is not installed: apt install fastloop-dkms, or make install' $command
done
for command in 'attach file' 'mount file .'; do
	# shellcheck disable=SC2086
	fails 1 'file: module fastloop-disk is not installed, and there is no loop driver: /dev/loop-control: No such file or directory; try modprobe loop' $command
done
for command in list 'detach --all' 'list --file file' 'unshare --all'; do
	# shellcheck disable=SC2086
	works $command
	[[ ! -s out ]] || { show "$command"; fail 'expected nothing on standard output'; }
done
for command in 'status file' 'detach file' 'umount file' 'unshare file' 'status --watch file'; do
	# shellcheck disable=SC2086
	fails 1 'file: no attached device has this name, node or file' $command
done
fails 1 'file: nobody keeps writers off' who file
need_ext4
works check file
