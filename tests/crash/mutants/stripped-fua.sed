# SPDX-License-Identifier: GPL-2.0-only
# core/remap.c: a FUA write goes down as one that may stay in a cache.
/^enum floop_verdict floop_map(/,/^}/ s/io->bio = bio;/&\n\tbio->bi_opf \&= ~REQ_FUA;/
