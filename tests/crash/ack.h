/* SPDX-License-Identifier: GPL-2.0-only */
/* Saying that a record is safe: see ack.c. */
#ifndef CRASH_ACK_H
#define CRASH_ACK_H

/* @where: name of a log-writes device, or "-" for stdout.  Once, at first. */
void ack_open(const char *where);

/* Record @n of @writer, and all before it, are on stable storage. */
void ack(const char *writer, unsigned int n);

#endif /* CRASH_ACK_H */
