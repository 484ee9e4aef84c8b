/* SPDX-License-Identifier: GPL-2.0-only */
/* Who keeps a block device, or a file, busy: in words. */
#ifndef HOLDERS_H
#define HOLDERS_H

#include <stdbool.h>
#include <sys/types.h>

struct partition_list;

struct holders {
	char *text;		/* "mounted on /mnt, swap space"; NULL: nobody found */
	bool is_lasting;	/* somebody besides udev's short look at a device */
};

/* Who uses the block device @dev */
void holders_of_device(struct holders *holders, dev_t dev);
/* The same of the device or, if nobody stays there, of the first partition where somebody does */
void holders_of_parts(struct holders *holders, dev_t dev, const struct partition_list *partitions);

/* Of those, who uses what it holds itself: processes and loop devices */
void holders_without_file_system(struct holders *holders, dev_t dev);

/*
 * Who has the file open for writing, processes and the loop driver; if asked,
 * also who executes it, which keeps writers off as well
 */
void holders_writing_file(struct holders *holders, dev_t dev, ino_t ino, bool or_executing);

void holders_free(struct holders *holders);

#endif /* HOLDERS_H */
