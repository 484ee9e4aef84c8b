# SPDX-License-Identifier: GPL-2.0-only
# core/split.c: FUA is enough for a block that the file system may still forget.
# (After a flush: the log has FUA writes before those that no flush has covered yet,
# the zeroes of the fill among them.)
s/return io->bio->bi_opf & REQ_FUA ? make_durable(io) : 0;/return blkdev_issue_flush(io->claim->backing->lower);/
