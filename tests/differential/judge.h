/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef JUDGE_H
#define JUDGE_H

#include "op.h"

/* Ends the program unless all of what @op has read, from @where, is right. */
void judge_read(const struct op *op, const char *where);

/* Ends the program: @op was answered with @error, a negative errno. */
void judge_error(const struct op *op, int error) __attribute__((noreturn));

#endif
