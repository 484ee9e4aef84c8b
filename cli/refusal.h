/* SPDX-License-Identifier: GPL-2.0-only */
/* Why the kernel said no to what this process just asked of a device. */
#ifndef REFUSAL_H
#define REFUSAL_H

/*
 * After a face's function failed: the kernel's sentence, or else these words, said of
 * @thing.  Returns an exit status, STATUS_REFUSED where it was policy.
 */
int refusal_report(const char *thing, const char *words);

#endif /* REFUSAL_H */
