/* SPDX-License-Identifier: GPL-2.0 WITH Linux-syscall-note */
/*
 * Why a file is not mapped: one table, used by the kernel, the tool, the
 * documents and the tests.
 *
 * Each row is FLOOP_REASON(NAME, token, errno, sentence).  The token is what
 * programs compare, the sentence is what people read, the errno is what the
 * device-mapper ioctl returns.  A refusal without a row here (bad arguments,
 * missing file, no memory) carries the token "-".
 *
 * Include it with FLOOP_REASON defined; it undefines the macro at its end.
 */

/* The user's or another user's choice */
FLOOP_REASON(POLICY, "policy", EOPNOTSUPP,
	     "the file path was asked for")
FLOOP_REASON(HAS_WRITERS, "has-writers", ETXTBSY,
	     "another process has the file open for writing")
FLOOP_REASON(RANGE_BUSY, "range-busy", EBUSY,
	     "an overlapping range is attached already")
FLOOP_REASON(DEVICE_BUSY, "device-busy", EBUSY,
	     "the block device is mounted, or in use by another device")
FLOOP_REASON(HELD_READ_ONLY, "held-read-only", EBUSY,
	     "the file is attached read-only already")
FLOOP_REASON(OTHER_FILE, "other-file", ESTALE,
	     "the path leads to another file than the attached one")

/* The file system */
FLOOP_REASON(COW_FS, "cow-fs", EOPNOTSUPP,
	     "this file system moves a file's blocks at each write")
FLOOP_REASON(NETWORK_FS, "network-fs", EOPNOTSUPP,
	     "the file's blocks are on another machine")
FLOOP_REASON(UNKNOWN_FS, "unknown-fs", EOPNOTSUPP,
	     "no rule proves that this file system keeps a file's blocks still")
FLOOP_REASON(NO_BLOCK_DEVICE, "no-block-device", EOPNOTSUPP,
	     "the file system has no block device below it")
FLOOP_REASON(LEASES_DISABLED, "leases-disabled", EOPNOTSUPP,
	     "the kernel grants no leases")
FLOOP_REASON(LEASE_HELD, "lease-held", EAGAIN,
	     "another lease on the file is just being broken")
FLOOP_REASON(LEASE_BROKEN, "lease-broken", EAGAIN,
	     "another process wants to share the file's blocks, or to change them")
FLOOP_REASON(BEING_READ, "being-read", EBUSY,
	     "another process reads the file all the time, and its lock can not be had")
FLOOP_REASON(CLONABLE, "clonable", EOPNOTSUPP,
	     "whoever may read the file can clone it, and so end its map")
FLOOP_REASON(REALTIME, "realtime", EOPNOTSUPP,
	     "the file's data lie on the realtime device")
FLOOP_REASON(ZONED, "zoned", EOPNOTSUPP,
	     "the lower device is zoned")
FLOOP_REASON(READ_ONLY_FS, "read-only-fs", EROFS,
	     "the file system is mounted read-only")
FLOOP_REASON(FS_SHUT_DOWN, "fs-shut-down", EIO,
	     "the file system was shut down")

/* The file */
FLOOP_REASON(SPARSE, "sparse", EOPNOTSUPP,
	     "the file has holes")
FLOOP_REASON(UNWRITTEN, "unwritten", EOPNOTSUPP,
	     "the file has unwritten extents")
FLOOP_REASON(ENCRYPTED, "encrypted", EOPNOTSUPP,
	     "the file is encrypted by the file system")
FLOOP_REASON(VERITY, "verity", EOPNOTSUPP,
	     "the file is protected by fs-verity")
FLOOP_REASON(JOURNALED_DATA, "journaled-data", EOPNOTSUPP,
	     "the file's data go through the journal")
FLOOP_REASON(INLINE_DATA, "inline-data", EOPNOTSUPP,
	     "the file's data are stored inside its inode")
FLOOP_REASON(ENCODED, "encoded", EOPNOTSUPP,
	     "the file has compressed or encoded extents")
FLOOP_REASON(REFLINKED, "reflinked", EOPNOTSUPP,
	     "the file shares extents with another file")
FLOOP_REASON(DAX, "dax", EOPNOTSUPP,
	     "the file is accessed by DAX")
FLOOP_REASON(SWAPFILE, "swapfile", EOPNOTSUPP,
	     "the file is in use as swap")
FLOOP_REASON(APPEND_ONLY, "append-only", EOPNOTSUPP,
	     "the file is append-only")
FLOOP_REASON(IMMUTABLE, "immutable", EPERM,
	     "the file is immutable")
FLOOP_REASON(TOO_SHORT, "too-short", EOPNOTSUPP,
	     "the file ends before the device does")
FLOOP_REASON(UNALIGNED_OFFSET, "unaligned-offset", EINVAL,
	     "the offset is no multiple of the lower device's logical block size")
FLOOP_REASON(UNALIGNED_SIZE, "unaligned-size", EINVAL,
	     "the size is no multiple of the lower device's logical block size")
FLOOP_REASON(SECTOR_SIZE, "sector-size", EINVAL,
	     "the device was to have smaller sectors than the lower device")
FLOOP_REASON(UNALIGNED_EXTENT, "unaligned-extent", EOPNOTSUPP,
	     "an extent is not aligned to the lower device's logical block size")

#undef FLOOP_REASON
