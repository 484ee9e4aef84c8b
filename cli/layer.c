// SPDX-License-Identifier: GPL-2.0-only
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "layer.h"

/* A range that ends with the file ends with its blocks there. */
static struct range layer_range(const struct layer *layer, const struct verdict *v)
{
	struct range range = v->range;

	if (range.offset + range.size + v->backing->block_size > v->backing->size)
		range.size -= range.size % layer->backing.block_size;
	return range;
}

/* Writes to a lower layer would come up in all that stands on it. */
static bool layer_judge(struct layer *layer, const struct verdict *v)
{
	struct verdict *judged = &layer->verdict;
	int err;

	*judged = (struct verdict) {
		.backing = &layer->backing,
		.range = layer_range(layer, v),
		.is_read_only = v->is_read_only || layer->below.is_shared,
		.is_pinned = v->is_pinned,
		.fd = open(layer->backing.fd_path, O_RDONLY | O_CLOEXEC),
	};
	if (judged->fd < 0)
		return false;
	err = rules_judge(judged);
	close(judged->fd);
	return !err;
}

bool layer_open(struct layer *layer, const struct verdict *v)
{
	*layer = (struct layer) { 0 };
	if (v->reason != REASON_NO_BLOCK_DEVICE)
		return false;
	below_find(&layer->below, v->backing);
	if (!layer->below.path)
		return false;
	if (!backing_open(&layer->backing, layer->below.path)) {
		if (layer_judge(layer, v))
			return true;
		backing_close(&layer->backing);
	}
	free(layer->below.path);
	return false;
}

void layer_close(struct layer *layer)
{
	backing_close(&layer->backing);
	free(layer->verdict.detail);
	free(layer->below.path);
}

char *layer_sentence(const struct layer *layer, const struct verdict *v)
{
	const struct verdict *judged = &layer->verdict;
	const char *how = judged->is_read_only && !v->is_read_only ? " read-only" : "";
	char *text;
	int len;

	if (judged->reason)
		len = asprintf(&text, "below it %s would not be mapped either: %s",
			       layer->below.path, reason_sentence(judged->reason));
	else
		len = asprintf(&text, "below it %s is on %s: mapped if attached there%s",
			       layer->below.path, judged->rule, how);
	return len < 0 ? NULL : text;
}
