// SPDX-License-Identifier: GPL-2.0-only
/* What user space gives along with the loop device's ioctls. */
#include <linux/file.h>
#include <linux/fs.h>
#include <linux/loop.h>

#include "arguments.h"

int floop_status_check(const struct loop_info64 *info)
{
	if (info->lo_encrypt_key_size > LO_KEY_SIZE || info->lo_encrypt_type != LO_CRYPT_NONE)
		return -EINVAL;
	if ((s64)info->lo_offset < 0 || (s64)info->lo_sizelimit < 0)
		return -EOVERFLOW;
	return 0;
}

/* What it was opened for is what its owner gives away. */
struct file *floop_file_get(unsigned int fd)
{
	struct file *file = fget(fd);

	if (!file)
		return ERR_PTR(-EBADF);
	if (file->f_mode & FMODE_READ)
		return file;
	fput(file);
	return ERR_PTR(-EBADF);
}

u64 floop_file_bytes(const struct file *file)
{
	return i_size_read(file->f_mapping->host);
}
