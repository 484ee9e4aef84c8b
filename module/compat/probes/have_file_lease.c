/* SPDX-License-Identifier: GPL-2.0-only */
/* Leases are a type of their own since 6.9, apart from locks. */
#include <linux/filelock.h>

fl_owner_t probe(struct file_lease *lease);
fl_owner_t probe(struct file_lease *lease)
{
	return lease->c.flc_owner;
}
