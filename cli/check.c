// SPDX-License-Identifier: GPL-2.0-only
/* fastloop check: would the file be mapped, by which rule, and if not, why. */
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "cli.h"
#include "columns.h"
#include "engine.h"
#include "floop_target.h"
#include "layer.h"
#include "message.h"
#include "native.h"
#include "options.h"
#include "rules.h"
#include "sysfs.h"

#define SECTOR_SIZE 512

static struct cell get_file(const void *row)
{
	return cell_text(((const struct verdict *)row)->backing->name);
}

static struct cell get_mode(const void *row)
{
	const struct verdict *v = row;

	return cell_text(v->reason ? FLOOP_MODE_FILE : FLOOP_MODE_MAPPED);
}

static struct cell get_reason(const void *row)
{
	const struct verdict *v = row;

	return cell_text(v->reason ? reason_token(v->reason) : NULL);
}

static struct cell get_sentence(const void *row)
{
	const struct verdict *v = row;

	return cell_text(v->reason ? reason_sentence(v->reason) : NULL);
}

static struct cell get_detail(const void *row)
{
	return cell_text(((const struct verdict *)row)->detail);
}

static struct cell get_rule(const void *row)
{
	return cell_text(((const struct verdict *)row)->rule);
}

static struct cell get_proof(const void *row)
{
	return cell_text(((const struct verdict *)row)->proof);
}

static struct cell get_lower(const void *row)
{
	static char path[64];

	lower_path(((const struct verdict *)row)->lower, path, sizeof(path));
	return cell_text(path);
}

static struct cell get_block_size(const void *row)
{
	return cell_number(((const struct verdict *)row)->backing->block_size);
}

static struct cell get_offset(const void *row)
{
	return cell_number(((const struct verdict *)row)->range.offset);
}

static struct cell get_sectors(const void *row)
{
	return cell_number(((const struct verdict *)row)->range.size / SECTOR_SIZE);
}

static struct cell get_read_only(const void *row)
{
	return cell_bool(((const struct verdict *)row)->is_read_only);
}

static struct cell get_below(const void *row)
{
	const struct verdict *below = ((const struct verdict *)row)->below;

	return cell_text(below ? below->backing->name : NULL);
}

static struct cell get_below_mode(const void *row)
{
	const struct verdict *below = ((const struct verdict *)row)->below;

	return below ? get_mode(below) : cell_text(NULL);
}

/* Of extents nothing is known where the file system does not tell. */
static struct cell cell_extents(const struct verdict *v, uint64_t number)
{
	return v->extents.is_known ? cell_number(number) : cell_text(NULL);
}

static struct cell get_extents(const void *row)
{
	return cell_extents(row, ((const struct verdict *)row)->extents.nr);
}

static struct cell get_mapped_bytes(const void *row)
{
	return cell_extents(row, ((const struct verdict *)row)->extents.mapped_bytes);
}

static struct cell get_hole_bytes(const void *row)
{
	return cell_extents(row, ((const struct verdict *)row)->extents.hole_bytes);
}

static struct cell get_unwritten_bytes(const void *row)
{
	return cell_extents(row, ((const struct verdict *)row)->extents.unwritten_bytes);
}

/* NULL: fastloop's */
static const struct engine_reason *why_not_fastloop(void)
{
	int err = native_look_up();

	return err ? engine_reason_from_errno(err) : NULL;
}

static struct cell get_engine(const void *row)
{
	(void)row;
	return cell_text(why_not_fastloop() ? ENGINE_KERNEL_LOOP : ENGINE_FASTLOOP);
}

static struct cell get_engine_reason(const void *row)
{
	const struct engine_reason *why = why_not_fastloop();

	(void)row;
	return cell_text(why ? why->token : NULL);
}

static struct cell get_engine_sentence(const void *row)
{
	const struct engine_reason *why = why_not_fastloop();

	(void)row;
	return cell_text(why ? why->sentence : NULL);
}

static const struct column check_columns[] = {
	{ "file", NULL, "as it was given", get_file },
	{ "mode", NULL, "mapped: straight to the lower device; file: through the file system",
	  get_mode },
	{ "reason", NULL, "why it would not be mapped, a word", get_reason },
	{ "sentence", NULL, "the reason as a sentence", get_sentence },
	{ "detail", NULL, "who or what it is", get_detail },
	{ "rule", NULL, "the rule for the file system", get_rule },
	{ "proof", NULL, "what keeps the blocks still, by that rule", get_proof },
	{ "lower_device", NULL, "the device below the file system", get_lower },
	{ "block_size", NULL, "its logical block size", get_block_size },
	{ "offset", NULL, "bytes of the file in front of the range", get_offset },
	{ "sectors", NULL, "length in sectors of 512 bytes", get_sectors },
	{ "read_only", NULL, "whether writes would be refused", get_read_only },
	{ "extents", NULL, "extents on the lower device", get_extents },
	{ "mapped_bytes", NULL, "bytes in them", get_mapped_bytes },
	{ "hole_bytes", NULL, "bytes in holes", get_hole_bytes },
	{ "unwritten_bytes", NULL, "bytes in unwritten extents", get_unwritten_bytes },
	{ "below", NULL, "of a file on overlayfs: the file in the layer", get_below },
	{ "below_mode", NULL, "its mode, if it were attached there", get_below_mode },
	{ "engine", NULL, "what attach would use on this machine; kernel-loop maps nothing",
	  get_engine },
	{ "engine_reason", NULL, "why that is not fastloop's module, a word", get_engine_reason },
	{ "engine_sentence", NULL, "that reason as a sentence", get_engine_sentence },
	{ 0 }
};

static void check_help(FILE *out)
{
	fputs("\nColumns:\n", out);
	columns_help(out, check_columns);
}

static int verdict_say(const struct verdict *v)
{
	char *text = NULL;
	int status;

	if (!v->reason)
		return STATUS_DONE;
	if (!v->detail)
		return refused(v->backing->name, reason_token(v->reason),
			       reason_sentence(v->reason));
	if (asprintf(&text, "%s: %s", reason_sentence(v->reason), v->detail) < 0)
		text = NULL;
	status = refused(v->backing->name, reason_token(v->reason),
			 text ? text : reason_sentence(v->reason));
	free(text);
	return status;
}

static void verdict_tell(struct verdict *v, const struct layer *layer)
{
	free(v->detail);
	v->detail = layer_sentence(layer, v);
	v->below = &layer->verdict;
}

static int verdict_print(const struct verdict *v, bool is_json)
{
	if (is_json)
		json_print(json_from_row(check_columns, v));
	else
		lines_print(check_columns, v);
	return verdict_say(v);
}

static int verdict_find(struct verdict *v, bool is_json)
{
	struct layer layer;
	bool has_layer;
	int err = rules_judge(v);
	int status;

	if (err) {
		status = failed(v->backing->name, "its extents can not be read: %s",
				strerror(-err));
	} else {
		has_layer = layer_open(&layer, v);
		if (has_layer)
			verdict_tell(v, &layer);
		status = verdict_print(v, is_json);
		if (has_layer)
			layer_close(&layer);
	}
	free(v->detail);
	return status;
}

static int backing_check(struct verdict *v, bool is_json)
{
	int status;

	v->fd = open(v->backing->fd_path, O_RDONLY | O_CLOEXEC);
	if (v->fd < 0)
		return failed(v->backing->name, "%s", strerror(errno));
	status = verdict_find(v, is_json);
	close(v->fd);
	return status;
}

int check_verb(int argc, char **argv)
{
	struct size_option offset = { 0 }, size = { 0 };
	bool is_read_only = false, is_pinned = false, is_json = false;
	const struct option_row options[] = {
		{ "offset", "BYTES", "start so far into the file", take_size, &offset },
		{ "size", "BYTES", "end the range there, not where the file ends", take_length,
		  &size },
		{ "read-only", NULL, "judge for a device that refuses writes", take_switch,
		  &is_read_only },
		{ "pin-map", NULL, "judge for a device of which all is to stay mapped", take_switch,
		  &is_pinned },
		{ "json", NULL, "print a JSON object", take_switch, &is_json },
		{ 0 }
	};
	const struct syntax syntax = {
		.verb = "check",
		.operands = "FILE",
		.about = "Say whether FILE would be mapped, by which rule, and if not, why.\n"
			 "Nothing is attached.  Exit status 3 if it would not be mapped.",
		.min_operands = 1,
		.max_operands = 1,
		.options = options,
		.help_more = check_help,
	};
	struct backing backing;
	struct verdict verdict = { .backing = &backing };
	int status;

	if (!options_read(&syntax, argc, argv, &status))
		return status;
	verdict.is_read_only = is_read_only;
	verdict.is_pinned = is_pinned;
	status = backing_open(&backing, argv[optind]);
	if (status)
		return status;
	status = backing_range(&backing, &offset, &size, &verdict.range);
	if (!status)
		status = backing_check(&verdict, is_json);
	backing_close(&backing);
	return status;
}
