# SPDX-License-Identifier: GPL-2.0
# Lower devices, each in three pieces of one kind and size: $lower carries an
# ext4 at $folder with the images, $twin nothing, and $spare another file system,
# at $other_folder, for whoever wants one. KIND_up and KIND_down make the pieces
# and take them away. What nobody writes to takes no memory.
# shellcheck shell=bash disable=SC2034

LOWER_MIB=2400
lower='' twin='' spare='' folder=/mnt/bench other_folder=/mnt/bench-other

# Memory; completes in the submitter's context.
brd_up()
{
	modprobe brd rd_nr=3 rd_size=$((LOWER_MIB * 1024))
	lower=/dev/ram0 twin=/dev/ram1 spare=/dev/ram2
}
brd_down() { rmmod brd; }

# Memory behind a blk-mq request queue; completes from a softirq. No simulated
# write cache: it would copy each write twice, and a flush would hold a spin
# lock while it empties it.
null_blk_create()
{
	local dir=/sys/kernel/config/nullb/$1 setting

	mkdir "$dir"
	for setting in memory_backed=1 size=$LOWER_MIB blocksize=512 discard=1 \
		       queue_mode=2 irqmode=1 hw_queue_depth=128 \
		       submit_queues="$(nproc)"; do
		echo "${setting#*=}" > "$dir/${setting%=*}"
	done
	echo 1 > "$dir/power"
}

# Named nullbN by 6.1, as its folder by later kernels.
null_blk_device()
{
	local dir=/sys/kernel/config/nullb/$1

	if [[ -b /dev/$1 ]]; then
		echo "/dev/$1"
	else
		echo "/dev/nullb$(< "$dir/index")"
	fi
}

null_blk_up()
{
	modprobe configfs
	mountpoint --quiet /sys/kernel/config ||
		mount -t configfs configfs /sys/kernel/config
	modprobe null_blk nr_devices=0
	null_blk_create lower
	null_blk_create twin
	null_blk_create spare
	lower=$(null_blk_device lower) twin=$(null_blk_device twin) spare=$(null_blk_device spare)
}

null_blk_down()
{
	rmdir /sys/kernel/config/nullb/{lower,twin,spare}
	rmmod null_blk
}

# Both kinds keep their pages in a tree that is as deep as its last page wants.
write_last_block()
{
	dd if=/dev/zero of="$1" bs=4k count=1 seek=$((LOWER_MIB * 256 - 1)) \
		conv=notrunc,nocreat oflag=direct status=none
}

# image_create FILE: every block written, so none is a hole or unwritten.
image_create()
{
	dd if=/dev/zero of="$1" bs=1M count="$IMAGE_MIB" oflag=direct status=none
}

# lower_up KIND IMAGE...
lower_up()
{
	local image

	"$1_up"
	shift
	write_last_block "$lower"
	write_last_block "$twin"
	mkfs.ext4 -q -E lazy_itable_init=0,lazy_journal_init=0,nodiscard "$lower"
	mkdir --parents "$folder"
	mount -o noatime "$lower" "$folder"
	for image in "$@"; do
		image_create "$folder/$image"
	done
	sync
}

# other_up TYPE IMAGE...: the same as lower_up, on the spare piece
other_up()
{
	local image

	write_last_block "$spare"
	"mkfs.$1" -q -f -K "$spare"
	shift
	mkdir --parents "$other_folder"
	mount -o noatime "$spare" "$other_folder"
	for image in "$@"; do
		image_create "$other_folder/$image"
	done
	sync
}

other_down() { ! mountpoint --quiet "$other_folder" || umount "$other_folder"; }

lower_down()
{
	umount "$folder"
	"$1_down"
}
