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
readonly REMARK='fastloop: device-mapper: only root sees its devices, and those of the loop driver'
# native disks are for all to see.
for command in list 'list --file file'; do
	# shellcheck disable=SC2086
	tool $command
	[[ $status == 0 && $(<err) == "$REMARK" && ! -s out ]] || { show "$command"; fail 'no remark'; }
done
for sentence in 'status file|no attached device has this name, node or file' 'who file|nobody keeps writers off'; do
	# shellcheck disable=SC2086
	tool ${sentence%|*}
	[[ $status == 1 && $(<err) == "$REMARK"$'\n'"fastloop: file: ${sentence#*|}" ]] || { show "$sentence"; fail 'not the two lines'; }
done
for command in 'detach file' 'detach --all' 'umount .' 'unshare file' 'grow file 1M' 'resize file' 'snapshot file other' 'resume file'; do
	# shellcheck disable=SC2086
	fails 1 "${command%% *}: only root may do that" $command
done
for command in 'attach file' 'attach --face dm file' 'attach --find-existing file' 'mount file .'; do
	# shellcheck disable=SC2086
	fails 1 'file: only root may attach it' $command
done
fails 1 'missing: No such file or directory' attach missing
need_ext4
works check file
