# SPDX-License-Identifier: GPL-2.0-only
# core/file_io.c: a FUA write through the file system is one that need not last.
s/flags |= IOCB_DSYNC;/flags |= 0;/
