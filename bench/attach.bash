# SPDX-License-Identifier: GPL-2.0
# How long it takes to attach a file of 64 GiB. mke2fs makes such a file
# without writing its blocks.
# shellcheck shell=bash disable=SC2154

readonly ATTACH_DISK=bench-attach	# its serial number
readonly ATTACH_GIB=64
declare -A attached=()

attach_config()
{
	cat <<-END
	[defaults]
		base_features = sparse_super2,filetype,extent,flex_bg,large_file,huge_file,has_journal,uninit_bg,dir_nlink,64bit
		blocksize = 4096
		inode_size = 256
	[options]
		num_backup_sb = 0
		packed_meta_blocks = 1
	[fs_types]
	bench = {
		make_hugefiles = 1
		zero_hugefiles = false
		hugefiles_dir = /
		hugefiles_name = image
		hugefiles_digits = 0
		hugefiles_size = ${ATTACH_GIB}G
		num_hugefiles = 1
		inode_ratio = 67108864
	}
	END
}

attach_disk()
{
	local serial

	for serial in /sys/block/vd*/serial; do
		[[ $(< "$serial") != "$ATTACH_DISK" ]] || basename "${serial%/serial}"
	done
}

attach_fs_up()
{
	attach_config > /run/bench-mke2fs.conf
	MKE2FS_CONFIG=/run/bench-mke2fs.conf mke2fs -q -T bench \
		-E packed_meta_blocks=1,num_backup_sb=0,lazy_itable_init=1,lazy_journal_init=1 \
		"/dev/$(attach_disk)"
	mkdir --parents "$folder"
	mount -o noatime,init_itable=100 "/dev/$(attach_disk)" "$folder"
}

# One pair of functions a tool, NAME_attach and NAME_detach.
losetup_attach() { attached[losetup]=$(losetup --find --show "$folder/image"); }
losetup_detach() { losetup --detach "${attached[losetup]}"; }

readonly ATTACH_SECTORS=$((ATTACH_GIB * 1024 * 2048))
dmsetup_attach() { dmsetup create bench-attach --table "0 $ATTACH_SECTORS loop $folder/image 0"; }
dmsetup_detach() { dmsetup remove --retry bench-attach; }

# The same, and does not wait for udev; neither does losetup.
dmsetup-nosync_attach() { dmsetup create bench-attach --noudevsync --table "0 $ATTACH_SECTORS loop $folder/image 0"; }
dmsetup-nosync_detach() { dmsetup remove --retry bench-attach; }

fastloop_attach() { attached[fastloop]=$("$FASTLOOP" attach --engine fastloop "$folder/image"); }
fastloop_detach() { "$FASTLOOP" detach "${attached[fastloop]}"; }

# attach_once TOOL cold|warm NUMBER: prints a line with the microseconds.
attach_once()
{
	local begin end

	udevadm settle
	[[ $2 == warm ]] || echo 3 > /proc/sys/vm/drop_caches
	begin=${EPOCHREALTIME/./}
	"$1_attach"
	end=${EPOCHREALTIME/./}
	udevadm settle
	"$1_detach"
	echo "$1 $2 $3 $((end - begin))"
}

# attach_run REPEATS FOLDER
attach_run()
{
	local repeats=$1 output=$2 tools=(losetup dmsetup dmsetup-nosync) tool i

	[[ ! -x ${FASTLOOP-} ]] || tools+=(fastloop)
	say "attach: a file of $ATTACH_GIB GiB, $repeats times with ${tools[*]}"
	attach_fs_up
	udevadm control --start-exec-queue
	for tool in "${tools[@]}"; do
		attach_once "$tool" warm 0 > /dev/null
	done
	for ((i = 1; i <= repeats; i++)); do
		tools=("${tools[@]:1}" "${tools[0]}")
		for tool in "${tools[@]}"; do
			attach_once "$tool" warm "$i"
		done
	done > "$output/attach"
	for tool in "${tools[@]}"; do
		attach_once "$tool" cold 1
	done >> "$output/attach"
	filefrag "$folder/image" > "$output/attach.extents"
	udevadm control --stop-exec-queue
	umount "$folder"
}
