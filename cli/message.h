/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * What goes to the terminal as one line: "fastloop: THING: REASON".  Control
 * characters in either are made visible, so that a line stays a line.
 *
 * failed(), misused() and refused() return the exit status that fits, for
 * "return failed(...)".
 */
#ifndef MESSAGE_H
#define MESSAGE_H

#define __printf(fmt, args) __attribute__((format(printf, fmt, args)))

__printf(2, 3) void remark(const char *thing, const char *reason, ...);
__printf(2, 3) int failed(const char *thing, const char *reason, ...);
__printf(2, 3) int misused(const char *thing, const char *reason, ...);

/* @token: a reason's token, or "-", which makes it a plain failure */
int refused(const char *thing, const char *token, const char *sentence);

/* @status, or STATUS_FAILED when standard output could not be written */
int output_finish(int status);

#endif /* MESSAGE_H */
