/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * What whoever attaches can choose.  PURE: includes nothing.
 */
#ifndef FLOOP_POLICY_H
#define FLOOP_POLICY_H

/* Mapped if that is proven safe, or nothing else, or never. */
enum floop_map_mode { FLOOP_MAP_AUTO, FLOOP_MAP_REQUIRE, FLOOP_MAP_NEVER };

/* How the file path goes: direct where it can, or always by the page cache. */
enum floop_io_mode { FLOOP_IO_AUTO, FLOOP_IO_DIRECT, FLOOP_IO_BUFFERED };

/* What becomes of a discard; what nobody chose depends on the backing file. */
enum floop_discard_mode { FLOOP_DISCARD_DEFAULT, FLOOP_DISCARD_PUNCH,
			  FLOOP_DISCARD_PASS, FLOOP_DISCARD_IGNORE };

#endif /* FLOOP_POLICY_H */
