/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Places at which one side of an interleaving can be held open, in the build
 * for tests only (make TEST=y): whoever comes to a held place sleeps there
 * until the place is released.  In every other build there is nothing here.
 *
 *	echo PLACE[,PLACE]... > /sys/module/fastloop/parameters/hold
 *	cat /sys/module/fastloop/parameters/held	"PLACE TASKS" for each place
 *
 * Writing another list releases what is not in it.
 */
#ifndef FLOOP_HOLD_H
#define FLOOP_HOLD_H

#define FLOOP_HOLD_PLACES(PLACE) \
	PLACE(ATTACH_EXCLUDED,	"attach-excluded")	/* exclusion taken, nothing read yet */ \
	PLACE(ATTACH_CLAIMED,	"attach-claimed")	/* range registered, map not read yet */ \
	PLACE(DETACH_LAST,	"detach-last")		/* the last claim gone, exclusion still there */ \
	PLACE(DETACHED,		"detached")		/* closed, and not yet back in user space */ \
	PLACE(MAP_READ,		"map-read")		/* place known, not sent; counted */ \
	PLACE(MAP_WRITE,	"map-write")		/* the same, and freezing held off */ \
	PLACE(LOOK_UP,		"look-up")		/* the file system has answered, the map not changed */ \
	PLACE(UNCACHED,		"uncached")		/* cached pages dropped, no data sought yet */ \
	PLACE(SOUGHT,		"sought")		/* data sought, the cache not looked at */ \
	PLACE(SPLIT,		"split")		/* before the pieces are sent */ \
	PLACE(UNPARK,		"unpark")		/* thawed, freezing held off, not sent */ \
	PLACE(CACHE_DROP,	"cache-drop")		/* written below, pages still cached */ \
	PLACE(UPKEEP,		"upkeep")		/* the worker, before it asks the file system */ \
	PLACE(GATE_CLOSED,	"gate-closed")		/* new bios wait, old ones are under way */ \
	PLACE(DRAINED,		"drained")		/* the old way is empty, the new one not open */ \
	PLACE(FILE_QUEUE,	"file-queue")		/* a worker is there, and has not looked what has come */ \
	PLACE(FILE_CALL,	"file-call")		/* a worker has a bio, before it calls the file system */ \
	PLACE(FIEMAP,		"fiemap")		/* extents were read, the map has not got them */ \
	PLACE(FILL,		"fill")			/* a hole is owned, nothing written yet */ \
	PLACE(FILLED,		"filled")		/* it has its blocks, the map does not know */ \
	PLACE(SYNC,		"sync")			/* the changes are counted, not synced */ \
	PLACE(PUNCH,		"punch")		/* the range is owned and forgotten, not drained */ \
	PLACE(PUNCHED,		"punched")		/* it has no blocks, the map does not know */ \
	PLACE(LEASE_TAKEN,	"lease-taken")		/* the lease is held, nothing asked yet */ \
	PLACE(LEASE_BROKEN,	"lease-broken")		/* somebody waits for it, nothing done yet */

enum floop_hold_place {
#define FLOOP_HOLD_ENUM(id, name) FLOOP_HOLD_##id,
	FLOOP_HOLD_PLACES(FLOOP_HOLD_ENUM)
#undef FLOOP_HOLD_ENUM
	FLOOP_HOLD_NR
};

/* May sleep for as long as a test wants, except where there is nothing. */
#ifdef FLOOP_TEST
void floop_hold(enum floop_hold_place place);
#else
static inline void floop_hold(enum floop_hold_place place) { }
#endif

#endif /* FLOOP_HOLD_H */
