/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The units of a line: the service that attaches its file, and who wants that.
 *
 * There is no order between the services and local-fs.target, on either side: the file
 * may lie on what fstab mounts, and fstab may mount the device.
 */
#ifndef UNIT_H
#define UNIT_H

#include "../tab.h"

/*
 * Into @dir, which systemd gave.  @path: the table's.  Returns an exit status, and has
 * said what is wrong.
 */
int unit_write(const char *dir, const char *path, const struct tab_line *line);

#endif /* UNIT_H */
