/* SPDX-License-Identifier: GPL-2.0-only */
/* What FLOOP_DISK_ATTACH asks for: see request.c. */
#ifndef FLOOP_REQUEST_H
#define FLOOP_REQUEST_H

#include "../core/option_words.h"
#include "../uapi/floop_disk.h"

/*
 * Whether @request, which came from user space, can be meant, and its options, whose words
 * are cut up.  0, or -EINVAL with a sentence at floop_refusal_sentence().
 */
int floop_request_read(struct floop_attach *request, struct floop_options *options);

#endif /* FLOOP_REQUEST_H */
