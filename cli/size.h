/* SPDX-License-Identifier: GPL-2.0-only */
/* Numbers of bytes as people write them.  PURE. */
#ifndef SIZE_H
#define SIZE_H

#include <stdint.h>

/*
 * "4096", "4K", "4KiB", "1G": K, M, G and T are powers of 1024, in upper or
 * lower case.  NULL when all is well, else what is wrong.
 */
const char *size_parse(const char *text, uint64_t *bytes);

#define SIZE_TEXT 16

/* For people: "512B", "4K", "1.5G"; rounded to a tenth.  Returns @text. */
const char *size_print(char text[SIZE_TEXT], uint64_t bytes);

#endif /* SIZE_H */
