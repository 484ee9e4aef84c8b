// SPDX-License-Identifier: GPL-2.0-only
/*
 * fastloop snapshot: the file of a device that is in use, as it is at one moment, as
 * another file.
 *
 * All devices on the file stand still meanwhile, and what is mounted on them, or on
 * devices made of them, is frozen.  So it is not in need of recovery, and what was
 * written before the command is in it.
 */
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <sys/statfs.h>
#include <unistd.h>

#include "above.h"
#include "backing.h"
#include "choose.h"
#include "cli.h"
#include "cloning.h"
#include "face.h"
#include "floop_target.h"
#include "freezing.h"
#include "holders.h"
#include "message.h"
#include "mounts.h"
#include "newfile.h"
#include "options.h"
#include "signals.h"
#include "snapshotting.h"
#include "standstill.h"
#include "swaps.h"
#include "unshare.h"

#define BLOCK_SIZE	512	/* of st_blocks */

/* What the worker needs, in memory that it shares with us */
struct work {
	struct cloning cloning;
	struct newfile file;
	bool copies;
	bool is_shown;
};

struct snapshot {
	const struct device *device;
	bool may_copy;
	bool unshares;
	struct backing backing;
	int from;			/* the file, for reading */
	int lock;			/* others make no snapshot of it */
	struct stat st;
	struct device_list peers;	/* who writes to the file */
	struct above above;
	dev_t *roots;
	size_t nr_roots;
	struct work *work;
	bool has_swap;
};

static int refused_to(const char *thing, const char *sentence)
{
	remark(thing, "%s", sentence);
	return STATUS_REFUSED;
}

/* --- which file */

static bool is_same_text(const char *a, const char *b)
{
	return a && b && !strcmp(a, b);
}

static bool is_one_file(const struct device_list *list)
{
	const struct device *first = &list->rows[0];
	size_t i;

	for (i = 1; i < list->nr; i++)
		if (!is_same_text(device_info(&list->rows[i], "ino"), device_info(first, "ino")) ||
		    !is_same_text(device_info(&list->rows[i], "dev"), device_info(first, "dev")))
			return false;
	return true;
}

static int device_check(const struct device_list *list)
{
	const struct device *device = &list->rows[0];

	if (device->is_half_made)
		return failed(device->name, "it has no table; fastloop detach takes it away");
	if (!device->backing_file)
		return failed(device->name, "the path of its file is longer than the kernel can say");
	if (!is_one_file(list))
		return failed(device->name, "it is made of several files; name the one that is meant");
	return STATUS_DONE;
}

static int file_check(struct snapshot *s)
{
	const char *name = s->device->backing_file;

	if (!device_has_file(s->device, &s->backing.id))
		return failed(name, "no longer the file that %s was made of",
			      device_user_name(s->device));
	if (s->backing.device)
		return failed(name, "a block device, and no file that could be cloned");
	s->from = open(s->backing.fd_path, O_RDONLY | O_CLOEXEC);
	if (s->from < 0 || fstat(s->from, &s->st))
		return failed(name, "%s", strerror(errno));
	return STATUS_DONE;
}

static int others_keep_off(struct snapshot *s)
{
	const char *name = s->device->backing_file;

	s->lock = snapshotting_begin(s->device);
	if (s->lock == -EWOULDBLOCK)
		return failed(name, "another snapshot of it is being made");
	return s->lock < 0 ? failed(name, "no lock below /run: %s", strerror(-s->lock)) : STATUS_DONE;
}

/* --- who has to stand still */

static int peer_check(const struct device *peer)
{
	if (peer->face == &face_loop)
		return failed(peer->name,
			      "engine kernel-loop can not stand still; unmount what is on it, and copy its file");
	if (peer->is_suspended)
		return failed(peer->name, "stands still already; fastloop resume %s lets it go on",
			      peer->name);
	if (peer->has_loaded_table)
		return failed(peer->name,
			      "has a table that waits for its resume; dmsetup clear or resume it first");
	return STATUS_DONE;
}

static int root_add(struct snapshot *s, dev_t dev)
{
	dev_t *roots;
	size_t i;

	for (i = 0; i < s->nr_roots; i++)
		if (s->roots[i] == dev)
			return STATUS_DONE;
	roots = realloc(s->roots, (s->nr_roots + 1) * sizeof(*roots));
	if (roots) {
		s->roots = roots;
		s->roots[s->nr_roots++] = dev;
	}
	return roots && above_add(&s->above, dev) ? STATUS_DONE : failed("memory", "out of it");
}

/* A native disk's number is the next file's as soon as it is free. */
static int root_check(const struct snapshot *s, const struct device *peer)
{
	const struct above_device *root = above_find(&s->above, peer->dev);

	if (peer->face != &face_native ||
	    (root->kind == ABOVE_NATIVE && !strcmp(root->identity, peer->identity)))
		return STATUS_DONE;
	return failed(peer->name, FREEZING_GONE);
}

/* A device that only reads changes nothing; one that stands still in vain loses nothing. */
static int peers_find(struct snapshot *s)
{
	int status = devices_read_all(&s->peers);
	size_t i;

	for (i = 0; !status && i < s->peers.nr; i++) {
		const struct device *peer = &s->peers.rows[i];

		if (peer->is_read_only || !device_may_have_file(peer, &s->backing.id))
			continue;
		status = peer_check(peer);
		if (!status)
			status = root_add(s, peer->dev);
		if (!status)
			status = root_check(s, peer);
	}
	return status ? status : above_find_mounts(&s->above);
}

static int swap_match(const char *path, void *arg)
{
	struct snapshot *s = arg;
	struct file_id id;
	size_t i;

	for (i = 0; i < s->above.nr_devices; i++)
		if (is_node_of(path, s->above.devices[i].dev))
			s->has_swap = true;
	if (*path == '/' && file_id_read(AT_FDCWD, path, &id) &&
	    above_has_file_system(&s->above, id.super_dev))
		s->has_swap = true;
	return s->has_swap;
}

/* Memory that the clone takes might have to be swapped out to what stands still. */
static int swap_check(struct snapshot *s)
{
	swaps_each(swap_match, s);
	if (!s->has_swap)
		return STATUS_DONE;
	return refused_to(device_user_name(s->device),
			  "holds swap space in use, which can not stand still; swapoff first");
}

/* --- where to */

static int place_check(const struct snapshot *s, const struct newfile *file)
{
	if (above_has_file_system(&s->above, file->dir_id.super_dev))
		return refused_to(file->path,
				  "lies on the device itself, which stands still meanwhile; choose a folder beside the file");
	if (file->dir_id.super_dev != s->backing.id.super_dev)
		return failed(file->path,
			      "on another file system than %s, which can not share blocks with it; choose a folder there",
			      s->device->backing_file);
	return STATUS_DONE;
}

static int space_check(const struct snapshot *s, const struct newfile *file)
{
	uint64_t needed = (uint64_t)s->st.st_blocks * BLOCK_SIZE, has;
	struct statfs fs;

	if (fstatfs(file->dir, &fs))
		return STATUS_DONE;
	has = (uint64_t)fs.f_bavail * (uint64_t)fs.f_bsize;
	if (has >= needed)
		return STATUS_DONE;
	return failed(file->path, "a copy takes %llu bytes, and the file system has %llu left",
		      (unsigned long long)needed, (unsigned long long)has);
}

/* A copy makes those wait who use the device, maybe for minutes: only when asked for. */
static int way_choose(struct snapshot *s)
{
	struct work *work = s->work;

	if (cloning_is_possible(work->file.fd))
		return STATUS_DONE;
	if (!s->may_copy)
		return refused_to(s->device->backing_file,
				  "its file system can not clone files; --copy copies it, while all who use the device wait");
	work->copies = true;
	work->is_shown = isatty(STDERR_FILENO);
	remark(s->device->backing_file,
	       "its file system can not clone files: it is copied, and the device stands still meanwhile");
	return space_check(s, &work->file);
}

/* --- who can not be frozen */

static void users_remark(const struct snapshot *s)
{
	struct holders holders;
	size_t i;

	for (i = 0; i < s->above.nr_devices; i++) {
		holders_without_file_system(&holders, s->above.devices[i].dev);
		if (holders.is_lasting)
			remark(s->above.devices[i].path,
			       "%s: not frozen, the snapshot has what was written and flushed",
			       holders.text);
		holders_free(&holders);
	}
}

/* --- doing it */

static int work_run(void *arg, bool (*may_go_on)(void *standstill), void *standstill)
{
	struct work *work = arg;

	if (work->copies)
		return file_copy(&work->cloning, may_go_on, standstill);
	return file_clone(&work->cloning);
}

static void work_forget(void *arg)
{
	const struct work *work = arg;

	newfile_forget(&work->file);
}

static void work_show(void *arg)
{
	const struct work *work = arg;

	if (work->is_shown && work->cloning.size)
		fprintf(stderr, "\rcopied %3u %%",
			(unsigned int)(work->cloning.pos * 100 / work->cloning.size));
}

/* Nothing must be left standing still without a word. */
static int left_report(const struct freezing *freezing)
{
	const struct freezing_step *step = &freezing->steps[freezing->left];

	return failed(step->name, "%s: %s; %s it by hand", step->is_device ?
		      "could not be resumed" : "could not be thawed",
		      strerror(-freezing->left_err),
		      step->is_device ? "fastloop resume" : "fsfreeze --unfreeze");
}

static int end_report(const struct snapshot *s, enum standstill_end end, int err,
		      const struct freezing *freezing)
{
	const char *file = s->device->backing_file;

	switch (end) {
	case STANDSTILL_DONE:
		return STATUS_DONE;
	case STANDSTILL_INTERRUPTED:
		return failed(s->work->file.path, "interrupted; nothing was made");
	case STANDSTILL_NOT_LOCKED:
		return failed("memory", "it can not be locked: %s", strerror(-err));
	case STANDSTILL_NOT_BEGUN:
		return failed(freezing->steps[freezing->failed].name, "can not be %s: %s",
			      freezing->steps[freezing->failed].is_device ? "suspended" : "frozen",
			      strerror(-err));
	default:
		if (s->work->copies || err == -ENOSPC)
			return failed(s->work->file.path, "%s", strerror(-err));
		return failed(file, "can not be cloned: %s", strerror(-err));
	}
}

static int work_do(struct snapshot *s, struct freezing *freezing)
{
	const struct standstill_work work = {
		.run = work_run, .forget = work_forget, .arg = s->work,
		.show = s->work->copies ? work_show : NULL,
	};
	enum standstill_end end;
	int err, status;

	end = standstill(freezing, &work, &err);
	if (s->work->is_shown)
		fputs("\r             \r", stderr);
	status = end_report(s, end, err, freezing);
	if (freezing->left_err)
		status = left_report(freezing);
	return status;
}

static int file_snapshot(struct snapshot *s)
{
	struct freezing *freezing;
	int status = freezing_plan(&freezing, &s->above, s->roots, s->nr_roots);

	if (status)
		return status;
	freezing_prepare(freezing, &s->above);
	fdatasync(s->from);
	status = work_do(s, freezing);
	freezing_free(freezing);
	return status ? status : newfile_complete(&s->work->file, &s->st);
}

static int file_make(struct snapshot *s)
{
	struct work *work = s->work;
	int status = newfile_create(&work->file);

	if (!status)
		status = way_choose(s);
	if (status)
		return status;
	users_remark(s);
	if (cloning_open(&work->cloning, s->from, work->file.fd, (uint64_t)s->st.st_size))
		return failed("memory", "out of it");
	status = file_snapshot(s);
	cloning_close(&work->cloning);
	return status;
}

/* --- afterwards */

/* Shared blocks move for nobody but who writes to this file. */
static bool is_mapped_for_reading(const struct device *device)
{
	return device->is_read_only && !device->face->tell(device, FLOOP_MESSAGE_PROMOTE);
}

/* What was mapped and is not any more: never silently.  A clone that failed does that, too. */
static void map_remark(const struct device *before, const char *path, int status)
{
	struct device_list list;

	if (!devices_read_one(&list, before->name) && list.nr && device_is_mapped(before) &&
	    !device_is_mapped(&list.rows[0]) && !is_mapped_for_reading(before)) {
		if (status)
			remark(device_user_name(before),
			       "goes through the file system for now; fastloop unshare maps it again");
		else
			remark(device_user_name(before),
			       "goes through the file system from now on, as its file shares blocks with %s; fastloop unshare gives it its own, and the map",
			       path);
	}
	devices_free(&list);
}

/* What comes of it is nothing that the snapshot, which is there by now, would depend on. */
static int map_restore(const struct device *before, const char *path)
{
	struct device_list list;
	int status = devices_read_one(&list, before->name);

	if (!status && list.nr)
		status = device_unshare(&list.rows[0]);
	if (status)
		remark(path, "made, and complete, but %s is not mapped again; fastloop unshare tries once more",
		       device_user_name(before));
	devices_free(&list);
	return status;
}

/* --- all of it */

static int place_use(struct snapshot *s, const char *path)
{
	int status = newfile_open(&s->work->file, path);

	if (status)
		return status;
	status = place_check(s, &s->work->file);
	if (status) {
		newfile_close(&s->work->file);
		return status;
	}
	signals_hold();
	status = file_make(s);
	newfile_close(&s->work->file);
	if (status || !s->unshares)
		map_remark(s->device, path, status);
	signals_release();
	return status;
}

static int work_use(struct snapshot *s, const char *path)
{
	int status;

	s->work = mmap(NULL, sizeof(*s->work), PROT_READ | PROT_WRITE,
		       MAP_SHARED | MAP_ANONYMOUS, -1, 0);
	if (s->work == MAP_FAILED)
		return failed("memory", "%s", strerror(errno));
	status = place_use(s, path);
	munmap(s->work, sizeof(*s->work));
	return status;
}

static int device_snapshot(struct snapshot *s, const char *path)
{
	int status = file_check(s);

	if (!status)
		status = others_keep_off(s);
	if (!status)
		status = peers_find(s);
	if (!status)
		status = swap_check(s);
	if (!status)
		status = work_use(s, path);
	if (s->lock >= 0)
		snapshotting_end(s->device, s->lock);
	if (s->from >= 0)
		close(s->from);
	above_free(&s->above);
	devices_free(&s->peers);
	free(s->roots);
	return status;
}

static int word_snapshot(struct snapshot *s, const char *word, const char *path)
{
	struct device_list list;
	int status = device_choose(&list, word);

	if (!status)
		status = device_check(&list);
	if (!status) {
		s->device = &list.rows[0];
		status = backing_open(&s->backing, s->device->backing_file);
	}
	if (!status) {
		status = device_snapshot(s, path);
		backing_close(&s->backing);
		if (!status && s->unshares)
			status = map_restore(s->device, path);
	}
	devices_free(&list);
	return status;
}

int snapshot_verb(int argc, char **argv)
{
	struct snapshot s = { .from = -1, .lock = -1 };
	const struct option_row options[] = {
		{ "copy", NULL,
		  "copy where the file system can not clone; who uses the device waits",
		  take_switch, &s.may_copy },
		{ "unshare", NULL, "give the file blocks of its own afterwards, and map it again",
		  take_switch, &s.unshares },
		{ 0 }
	};
	const struct syntax syntax = {
		.verb = "snapshot",
		.operands = "NAME|DEVICE|FILE SNAP",
		.about = "Make SNAP, a copy of an attached file as it is at one moment, which shares its\n"
			 "blocks.  What is mounted on the device is frozen for that moment.",
		.min_operands = 2,
		.max_operands = 2,
		.is_for_root = true,
		.options = options,
	};
	int status;

	if (!options_read(&syntax, argc, argv, &status))
		return status;
	return word_snapshot(&s, argv[optind], argv[optind + 1]);
}
