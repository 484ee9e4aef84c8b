/* SPDX-License-Identifier: GPL-2.0-only */
/* Why the kernel said no to what this process just asked of a target. */
#ifndef REFUSAL_H
#define REFUSAL_H

/*
 * After a devmapper function failed: the kernel's sentence, or else libdevmapper's,
 * said of @thing.  Returns an exit status, STATUS_REFUSED where it was policy.
 */
int refusal_report(const char *thing);

#endif /* REFUSAL_H */
