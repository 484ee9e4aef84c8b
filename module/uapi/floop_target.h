/* SPDX-License-Identifier: GPL-2.0 WITH Linux-syscall-note */
/*
 * The words of the device-mapper target `loop` that programs rely on: table
 * line, status, where a refusal is read, and how our devices are recognised.
 *
 * Table:	<start> <sectors> loop <path> <offset in bytes> [<#opts> <opt>...]
 * INFO:	<mapped|file> <reason|-> key=value...
 *
 * White space, control characters, backslashes and the byte 0xa0 in <path> are
 * written as in /proc/mounts, \ooo, in a table line as well as in
 * STATUSTYPE_TABLE; another backslash is itself.  dmsetup and libdevmapper pass
 * on what they are given.  A caller of the ioctl itself writes each backslash
 * twice, because device-mapper takes one away.
 */
#ifndef _UAPI_FLOOP_TARGET_H
#define _UAPI_FLOOP_TARGET_H

#define FLOOP_TARGET_NAME	"loop"

/* DM UUID of devices made by fastloop(8); lsblk shows LOOP-* as type loop. */
#define FLOOP_UUID_PREFIX	"LOOP-fastloop-"

/*
 * The last refusal that the reading process was given, as "<token|->
 * <sentence>\n", or empty.  The ioctl itself can carry an errno only.
 */
#define FLOOP_REFUSAL_PATH	"/sys/module/fastloop/parameters/refusal"

/* First two words of INFO */
#define FLOOP_MODE_MAPPED	"mapped"
#define FLOOP_MODE_FILE		"file"
#define FLOOP_NO_REASON		"-"

/*
 * INFO keys, all decimal unless said otherwise:
 *	dev		major:minor of the backing file's file system
 *	ino		inode number of the backing file
 *	fs		file system type, a word
 *	lower		major:minor of the lower device
 *	extents		extents known to the map at this moment
 *	mapped_sectors	sectors of this device whose place is known to the map
 *	map_bytes	memory that the map of the file takes
 *	lookups		times that the file system was asked for unknown blocks
 *	fills		holes given blocks by a write
 *	breaks		leases broken
 *	low_water	1 as long as the file system has little left, and less than
 *			the files attached there may still take; else 0
 *	demotions	changes from mapped to file
 *	parked		bios waiting for the lower file system to thaw
 *	in_flight	bios on their way to the lower device, or in the file system
 *	invalidated	writes after which cached pages of the file were dropped
 *	errors		bios that failed
 */

/* Messages to the target, for all devices on its file */
#define FLOOP_MESSAGE_DEMOTE	"demote"
#define FLOOP_MESSAGE_PROMOTE	"promote"
#define FLOOP_MESSAGE_GROW	"grow"		/* and to how many bytes, at least */
#define FLOOP_MESSAGE_UNSHARE	"unshare"	/* and from which byte on: a step of it */
#define FLOOP_ANSWER_DONE	"done"		/* or where the next step begins */

/* Options of the table line, each "key:value" */
#define FLOOP_OPT_MAP		"map"		/* auto | require | never */
#define FLOOP_OPT_IO		"io"		/* auto | direct | buffered */
#define FLOOP_OPT_DISCARD	"discard"	/* punch | pass | ignore */
#define FLOOP_OPT_SECTOR	"sector"	/* 512 | 1024 | 2048 | 4096 bytes */
#define FLOOP_OPT_PIN		"pin"		/* map */

#endif /* _UAPI_FLOOP_TARGET_H */
