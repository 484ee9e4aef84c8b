/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Attached files, as the kernel describes them at this moment: one struct for each
 * target `loop`, also of devices that were made with dmsetup, for each native disk, also
 * of those that losetup attached, and for what fastloop attached by the kernel's loop driver.
 */
#ifndef DEVICE_H
#define DEVICE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

#include "backing.h"

struct face;
struct opened;

/* A key and value of INFO */
struct pair {
	char *key;
	char *value;
};

/* Owns all it points to.  Strings that the kernel did not give are NULL. */
struct device {
	const struct face *face;
	char *name;
	char *uuid;		/* device-mapper's; "" of others */
	char *identity;		/* no other device has had it, or will */
	char *path;
	char *node;		/* the kernel's own; device-mapper's: NULL */
	dev_t dev;
	bool is_ours;		/* made by fastloop */
	bool is_read_only;
	bool is_half_made;	/* ours, but without a live table */
	bool is_leaving;	/* goes away when its last user closes it */
	bool is_suspended;	/* stands still until it is resumed */
	bool has_loaded_table;	/* that the next resume would bring to life */
	uint64_t start;		/* sectors, where the target lies in the device */
	uint64_t sectors;
	char *backing_file;
	uint64_t offset;	/* bytes in the backing file */
	char *options;
	char *mode;
	char *reason;
	struct pair *pairs;
	size_t nr_pairs;
	struct opened *opened;	/* it is encrypted, and this is above it; else NULL */
};

struct device_list {
	struct device *rows;
	size_t nr;
};

/*
 * All of them, or those of the one device @name.  Return an exit status and
 * have said what is wrong; the list is to be freed in any case.
 *
 * Kinds that the caller has no way to see are left out, with a remark; devices_read_all()
 * fails then.
 */
int devices_read(struct device_list *list);
int devices_read_all(struct device_list *list);
int devices_read_one(struct device_list *list, const char *name);
/*
 * All of them that may be asked for, else none.  Says nothing, and never makes the
 * kernel load a module.
 */
void devices_fetch(struct device_list *list);
void devices_free(struct device_list *list);

/*
 * Keep those that @word names: a device's name, its node, or a backing file
 * (by its inode, or by its path when it is gone).
 */
void devices_select(struct device_list *list, const char *word);
/* The same, where @word can only be a backing file */
void devices_select_file(struct device_list *list, const char *word);

/* The one of this name, be it that of what is opened above it, or NULL */
const struct device *devices_find(const struct device_list *list, const char *name);

/* How many different devices the targets of a list belong to */
size_t devices_count(const struct device_list *list);

/* The value of a key of INFO, or NULL */
const char *device_info(const struct device *device, const char *key);

/* What its user has of it: the opened one, if it is encrypted */
const char *device_user_name(const struct device *device);
const char *device_user_path(const struct device *device);
dev_t device_user_dev(const struct device *device);

/* Is it this file that the device stands on?  If that can not be found out, it is not. */
bool device_has_file(const struct device *device, const struct file_id *id);
/* The same, but it is then: on btrfs the kernel's status fits files of several subvolumes. */
bool device_may_have_file(const struct device *device, const struct file_id *id);

/* Of the file that both stand on */
bool device_overlaps(const struct device *device, const struct range *range);

/* Bytes */
unsigned int device_sector_size(const struct device *device);

/* Or of one that was at this path and is gone */
bool device_is_of_file(const struct device *device, const char *path);

bool device_is_mapped(const struct device *device);

#endif /* DEVICE_H */
