/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef STATE_H
#define STATE_H

/* What the model allows at the end of a run. */
void state_save(const char *path);

/* Makes the model of it. */
void state_load(const char *path);

#endif
