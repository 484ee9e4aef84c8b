/* SPDX-License-Identifier: GPL-2.0-only */
/* What standard output can show. */
#ifndef TERMINAL_H
#define TERMINAL_H

#include <stdbool.h>
#include <stddef.h>

/* Characters in a line; 80 if it is no terminal */
size_t terminal_width(void);

/* A terminal, of which nobody says that it has none (TERM), or wants none (NO_COLOR) */
bool terminal_has_colour(void);

#endif /* TERMINAL_H */
