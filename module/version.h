/* SPDX-License-Identifier: GPL-2.0-only */
/* The one place that holds the version of modules and tool. */
#ifndef FLOOP_VERSION_H
#define FLOOP_VERSION_H

#define FLOOP_VERSION "0.1.0"

#endif /* FLOOP_VERSION_H */
