/* SPDX-License-Identifier: GPL-2.0 WITH Linux-syscall-note */
/*
 * What programs rely on of the native disk, besides the loop device's ioctls and
 * attributes: how fastloop(8) attaches a file, and what it says of it.
 *
 * /sys/block/DISK/fastloop/, as long as something is attached:
 *	status		as the target's INFO, see floop_target.h; poll(2) tells of a change
 *	options		as in the target's table line, "key:value" and blanks; empty if all
 *			have their defaults, or if losetup attached it with direct I/O
 *	name		as it was given, or empty
 *	suspended	0 or 1
 *	message		write only: the target's messages demote, promote, grow BYTES; and
 *			resume, which does what the ioctl does without the disk being opened
 *
 * A refusal's sentence is where the target's is: FLOOP_REFUSAL_PATH.
 */
#ifndef _UAPI_FLOOP_DISK_H
#define _UAPI_FLOOP_DISK_H

#include <linux/ioctl.h>
#include <linux/types.h>

#define FLOOP_DISK_NAME_SIZE	128	/* with the end */
#define FLOOP_DISK_OPTIONS_SIZE	128

struct floop_attach {
	__u32 fd;	/* of the file, opened in any way, O_PATH included; it is opened anew */
	__u32 flags;	/* LO_FLAGS_READ_ONLY, LO_FLAGS_AUTOCLEAR (see below), LO_FLAGS_PARTSCAN */
	__u64 offset;	/* bytes */
	__u64 size;	/* bytes; 0: as far as the file reaches.  Whole sectors of it are used */
	char name[FLOOP_DISK_NAME_SIZE];	/* of one disk only; or empty */
	char options[FLOOP_DISK_OPTIONS_SIZE];	/* of a table line, without their number */
};

/*
 * Who asks for more than a loop device gives has CAP_SYS_ADMIN.
 *
 * A descriptor that was opened for writing is a writer, which keeps the file from being
 * mapped: nobody is waited for here, as he is for LOOP_CONFIGURE.  The name becomes a link in
 * a folder: letters, digits and #+-.:=@_\, not "." or "..".  EEXIST: another disk has it.
 * EALREADY: this disk has a file, or is getting one; another may be free.
 *
 * LO_FLAGS_AUTOCLEAR: given up by the last close after somebody has had it, or a partition of
 * it, for himself: O_EXCL, a mount, a device above it.  Those who only look do not count.
 */
#define FLOOP_DISK_ATTACH	_IOW(0x4C, 0x80, struct floop_attach)
/* A step of unsharing, from this byte on; answers with where the next begins, or 0: done. */
#define FLOOP_DISK_UNSHARE	_IOWR(0x4C, 0x81, __u64)
/*
 * Bios wait from when this returns until the other; those under way have completed.  EBUSY:
 * it is suspended already, or what is under way does not end.  Whoever suspends resumes: to
 * resume what is not suspended is no error, and never waits for anybody.
 */
#define FLOOP_DISK_SUSPEND	_IO(0x4C, 0x82)	/* argument: 0, or what follows */
/*
 * Freeze what is mounted on this node first, be there a FIFREEZE for it or not; RESUME thaws
 * all that was frozen so.  On a partition's node it does that, and nothing else.
 */
#define FLOOP_SUSPEND_FREEZES	1
#define FLOOP_DISK_RESUME	_IO(0x4C, 0x83)
/*
 * LOOP_CLR_FD for who has to know that it is gone: the caller's close takes it away.  EBUSY,
 * and nothing has changed: another has it open, or one of its partitions.
 */
#define FLOOP_DISK_DETACH	_IO(0x4C, 0x84)

#define FLOOP_MESSAGE_RESUME	"resume"

#endif /* _UAPI_FLOOP_DISK_H */
