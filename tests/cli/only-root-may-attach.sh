#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
# shellcheck source=tests/cli/lib.bash
. "$CLI_TESTS/lib.bash"
# Why: without root, device-mapper answers with a bare errno. What can be said
# of the file comes first.

need_root
written file 4096
chmod 644 file
printf '#!/bin/sh\nexec setpriv --reuid=65534 --regid=65534 --clear-groups "%s" "$@"\n' "$FASTLOOP" >as-nobody
chmod 755 as-nobody
FASTLOOP=./as-nobody
for command in list 'status file' 'detach file' 'detach --all' 'who file' \
    'list --file file' 'umount .' 'unshare file' 'status --watch file'; do
	# shellcheck disable=SC2086
	fails 1 'device-mapper: only root may use it' $command
done
for command in 'attach file' 'attach --face dm file' 'attach --find-existing file' 'mount file .'; do
	# shellcheck disable=SC2086
	fails 1 'file: only root may attach it' $command
done
fails 1 'missing: No such file or directory' attach missing
need_ext4
works check file
