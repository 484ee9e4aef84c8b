/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef RUN_H
#define RUN_H

/* All threads' operations on the device, then all of its content once more. */
void run_all(void);

/* All sectors, read from @fd, where the device begins at byte @offset. */
void run_verify(int fd, const char *where, unsigned long long offset);

#endif
