/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef DEVICE_H
#define DEVICE_H

#include <stdbool.h>
#include <stdint.h>

struct op;

/* What is tested, for reading and writing, past the cache where this can be had. */
void device_open(const char *path);
void device_close(void);
uint64_t device_bytes(void);
uint64_t device_block_size(void);

/* 0 or a negative errno; -ENODATA for less than all */
int device_read(const struct op *op);
int device_write(const struct op *op);
int device_write_fua(const struct op *op);
int device_flush(const struct op *op);
int device_zero(const struct op *op);
int device_discard(const struct op *op);

#endif
