// SPDX-License-Identifier: GPL-2.0-only
/*
 * What a run leaves, in a file: so that the same can be asked of the backing
 * file when the device is gone. A header, then for each sector how many
 * contents are allowed, which, and what was there before the run, if that is
 * one of them. Read by the same program only.
 */
#include "state.h"

#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "content.h"
#include "die.h"
#include "model.h"
#include "options.h"

#define MAGIC		"differ 1"
#define CONTENTS_MAX	4096

struct header {
	char magic[8];
	uint64_t seed, salt, nr_threads, nr_ops, nr_sectors;
};

static void put(FILE *file, const void *buf, size_t size)
{
	if (fwrite(buf, 1, size, file) != size)
		die_errno("state file");
}

static void get(FILE *file, void *buf, size_t size)
{
	if (fread(buf, 1, size, file) != size)
		die("state file: ends too early");
}

static bool has_initial(const uint32_t *contents, uint32_t nr)
{
	while (nr--)
		if (contents[nr] == CONTENT_INITIAL)
			return true;
	return false;
}

static void save_sector(FILE *file, uint64_t sector)
{
	uint32_t contents[CONTENTS_MAX];
	uint32_t nr = model_contents(sector, contents, CONTENTS_MAX);

	put(file, &nr, sizeof(nr));
	put(file, contents, nr * sizeof(*contents));
	if (has_initial(contents, nr))
		put(file, model_initial(sector), SECTOR_SIZE);
}

static void load_sector(FILE *file, uint64_t sector, unsigned char *initial)
{
	uint32_t contents[CONTENTS_MAX], nr;

	get(file, &nr, sizeof(nr));
	if (nr > CONTENTS_MAX)
		die("state file: broken");
	get(file, contents, nr * sizeof(*contents));
	model_set_contents(sector, contents, nr);
	if (has_initial(contents, nr))
		get(file, initial + (sector << SECTOR_SHIFT), SECTOR_SIZE);
}

static FILE *open_state(const char *path, const char *mode)
{
	FILE *file = fopen(path, mode);

	if (!file)
		die_errno("%s", path);
	return file;
}

void state_save(const char *path)
{
	struct header header = {
		.seed = options.seed, .salt = content_salt(),
		.nr_threads = options.nr_threads, .nr_ops = options.nr_ops,
		.nr_sectors = model_nr_sectors(),
	};
	FILE *file = open_state(path, "w");
	uint64_t sector;

	memcpy(header.magic, MAGIC, sizeof(header.magic));
	put(file, &header, sizeof(header));
	for (sector = 0; sector < header.nr_sectors; sector++)
		save_sector(file, sector);
	if (fclose(file))
		die_errno("%s", path);
}

void state_load(const char *path)
{
	FILE *file = open_state(path, "r");
	struct header header;
	unsigned char *initial;
	uint64_t sector;

	get(file, &header, sizeof(header));
	if (memcmp(header.magic, MAGIC, sizeof(header.magic)) || !header.nr_sectors ||
	    !header.nr_threads || header.nr_sectors >= CONTENT_SECTORS)
		die("%s: no state file", path);
	options.seed = header.seed;
	content_set_salt(header.salt);
	content_set_run(header.nr_threads, header.nr_ops, header.nr_sectors);
	initial = calloc(header.nr_sectors, SECTOR_SIZE);
	if (!initial)
		die("no memory");
	model_create(header.nr_sectors, 1, initial);
	for (sector = 0; sector < header.nr_sectors; sector++)
		load_sector(file, sector, initial);
	fclose(file);
}
