/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef DIE_H
#define DIE_H

/* Ends the program with 1, or with 2 for wrong usage; one line on stderr. */
void __attribute__((noreturn, format(printf, 1, 2))) die(const char *what, ...);
void __attribute__((noreturn, format(printf, 1, 2))) die_usage(const char *what, ...);

/* die(), with errno's text. */
void __attribute__((noreturn, format(printf, 1, 2))) die_errno(const char *what, ...);

/*
 * What has to be waited for before the program ends from any thread, in words
 * of the caller. Only the first thread that wants to end it gets through
 * die_claim(), and has to go on to exit().
 */
void die_set_wait(void (*wait)(void));
void die_claim(void);

#endif
