// SPDX-License-Identifier: GPL-2.0-only
/*
 * The loop device's ioctls, as include/uapi/linux/loop.h has them, and ours, as
 * uapi/floop_disk.h has them: how arguments come in and answers go out.
 *
 * struct loop_info of LOOP_SET_STATUS and LOOP_GET_STATUS is the one of 1993, which has
 * another layout for programs of 32 bits.
 */
#include <linux/capability.h>
#include <linux/compat.h>
#include <linux/uaccess.h>

#include "../core/refusal.h"
#include "../uapi/floop_disk.h"
#include "attach.h"
#include "detach.h"
#include "ioctl.h"
#include "settings.h"
#include "suspension.h"

/* --- the old structure, and the same of 32 bits; the names are those of user space's */

#define info_from_old(info, old) do {				\
	*(info) = (struct loop_info64) {			\
		.lo_number = (old)->lo_number,			\
		.lo_device = (old)->lo_device,			\
		.lo_inode = (old)->lo_inode,			\
		.lo_rdevice = (old)->lo_rdevice,		\
		.lo_offset = (old)->lo_offset,			\
		.lo_flags = (old)->lo_flags,			\
	};							\
	memcpy((info)->lo_file_name, (old)->lo_name, LO_NAME_SIZE); \
} while (0)

/* Negative if something does not fit. */
#define info_to_old(info, old) ({				\
	memset((old), 0, sizeof(*(old)));			\
	(old)->lo_number = (info)->lo_number;			\
	(old)->lo_device = (info)->lo_device;			\
	(old)->lo_inode = (info)->lo_inode;			\
	(old)->lo_rdevice = (info)->lo_rdevice;			\
	(old)->lo_offset = (info)->lo_offset;			\
	(old)->lo_flags = (info)->lo_flags;			\
	memcpy((old)->lo_name, (info)->lo_file_name, LO_NAME_SIZE); \
	(old)->lo_device == (info)->lo_device &&		\
	(old)->lo_rdevice == (info)->lo_rdevice &&		\
	(old)->lo_inode == (info)->lo_inode &&			\
	(u64)(old)->lo_offset == (info)->lo_offset ? 0 : -EOVERFLOW; \
})

static int set_status_old(struct floop_disk *d, void __user *arg)
{
	struct loop_info old;
	struct loop_info64 info;

	if (copy_from_user(&old, arg, sizeof(old)))
		return -EFAULT;
	info_from_old(&info, &old);
	return floop_set_status(d, &info);
}

static int get_status_old(struct floop_disk *d, void __user *arg)
{
	struct loop_info old;
	struct loop_info64 info;
	int err = arg ? floop_get_status(d, &info) : -EINVAL;

	if (!err)
		err = info_to_old(&info, &old);
	if (!err && copy_to_user(arg, &old, sizeof(old)))
		err = -EFAULT;
	return err;
}

static int set_status(struct floop_disk *d, void __user *arg)
{
	struct loop_info64 info;

	if (copy_from_user(&info, arg, sizeof(info)))
		return -EFAULT;
	return floop_set_status(d, &info);
}

static int get_status(struct floop_disk *d, void __user *arg)
{
	struct loop_info64 info;
	int err = arg ? floop_get_status(d, &info) : -EINVAL;

	if (!err && copy_to_user(arg, &info, sizeof(info)))
		err = -EFAULT;
	return err;
}

static int configure(struct floop_disk *d, blk_mode_t mode, struct block_device *bdev,
		     void __user *arg)
{
	struct loop_config config;

	if (copy_from_user(&config, arg, sizeof(config)))
		return -EFAULT;
	return floop_configure(d, mode, bdev, &config);
}

static int set_fd(struct floop_disk *d, blk_mode_t mode, struct block_device *bdev,
		  unsigned int fd)
{
	const struct loop_config config = { .fd = fd };

	return floop_configure(d, mode, bdev, &config);
}

/* Of those who could write to the disk, or anything. */
static bool may_set(blk_mode_t mode)
{
	return mode & BLK_OPEN_WRITE || capable(CAP_SYS_ADMIN);
}

static int ioctl_to_set(struct floop_disk *d, blk_mode_t mode, struct block_device *bdev,
			unsigned int cmd, unsigned long arg)
{
	if (!may_set(mode))
		return -EPERM;
	switch (cmd) {
	case LOOP_SET_STATUS:
		return set_status_old(d, (void __user *)arg);
	case LOOP_SET_STATUS64:
		return set_status(d, (void __user *)arg);
	case LOOP_SET_CAPACITY:
		return floop_set_capacity(d);
	case LOOP_SET_DIRECT_IO:
		return floop_set_direct(d, arg);
	default:
		return floop_set_block_size(d, mode, bdev, arg);
	}
}

/* --- ours */

static int attach(struct floop_disk *d, blk_mode_t mode, struct block_device *bdev,
		  void __user *arg)
{
	struct floop_attach request;

	if (copy_from_user(&request, arg, sizeof(request)))
		return floop_fail(-EFAULT, "the argument can not be read");
	return floop_attach(d, mode, bdev, &request);
}

static int unshare(struct floop_disk *d, u64 __user *arg)
{
	u64 pos;
	int err;

	if (get_user(pos, arg))
		return floop_fail(-EFAULT, "the argument can not be read");
	err = floop_unshare(d, &pos);
	if (!err && put_user(pos, arg))
		err = floop_fail(-EFAULT, "the argument can not be written");
	return err;
}

static int ioctl_of_ours(struct floop_disk *d, blk_mode_t mode, struct block_device *bdev,
			 unsigned int cmd, void __user *arg)
{
	floop_refusal_clear();
	if (!capable(CAP_SYS_ADMIN))
		return floop_fail(-EPERM, "only who has CAP_SYS_ADMIN may do this");
	switch (cmd) {
	case FLOOP_DISK_ATTACH:
		return attach(d, mode, bdev, arg);
	case FLOOP_DISK_UNSHARE:
		return unshare(d, arg);
	case FLOOP_DISK_SUSPEND:
		return floop_suspend(d, bdev, (unsigned long)arg);
	case FLOOP_DISK_DETACH:
		return floop_detach(d, bdev);
	default:
		return floop_resume(d);
	}
}

int floop_disk_ioctl(struct block_device *bdev, blk_mode_t mode, unsigned int cmd,
		     unsigned long arg)
{
	struct floop_disk *d = floop_disk_of(bdev->bd_disk);

	switch (cmd) {
	case LOOP_SET_FD:
		return set_fd(d, mode, bdev, arg);
	case LOOP_CONFIGURE:
		return configure(d, mode, bdev, (void __user *)arg);
	case LOOP_CHANGE_FD:
		return floop_change_file(d, arg);
	case LOOP_CLR_FD:
		return floop_clear(d);
	case LOOP_GET_STATUS:
		return get_status_old(d, (void __user *)arg);
	case LOOP_GET_STATUS64:
		return get_status(d, (void __user *)arg);
	case LOOP_SET_STATUS:
	case LOOP_SET_STATUS64:
	case LOOP_SET_CAPACITY:
	case LOOP_SET_DIRECT_IO:
	case LOOP_SET_BLOCK_SIZE:
		return ioctl_to_set(d, mode, bdev, cmd, arg);
	case FLOOP_DISK_ATTACH:
	case FLOOP_DISK_UNSHARE:
	case FLOOP_DISK_SUSPEND:
	case FLOOP_DISK_RESUME:
	case FLOOP_DISK_DETACH:
		return ioctl_of_ours(d, mode, bdev, cmd, (void __user *)arg);
	default:
		return -EINVAL;
	}
}

#ifdef CONFIG_COMPAT
struct compat_loop_info {
	compat_int_t	lo_number;
	compat_dev_t	lo_device;
	compat_ulong_t	lo_inode;
	compat_dev_t	lo_rdevice;
	compat_int_t	lo_offset;
	compat_int_t	lo_encrypt_type;
	compat_int_t	lo_encrypt_key_size;
	compat_int_t	lo_flags;
	char		lo_name[LO_NAME_SIZE];
	unsigned char	lo_encrypt_key[LO_KEY_SIZE];
	compat_ulong_t	lo_init[2];
	char		reserved[4];
};

static int set_status_compat(struct floop_disk *d, blk_mode_t mode, void __user *arg)
{
	struct compat_loop_info old;
	struct loop_info64 info;

	if (!may_set(mode))
		return -EPERM;
	if (copy_from_user(&old, arg, sizeof(old)))
		return -EFAULT;
	info_from_old(&info, &old);
	return floop_set_status(d, &info);
}

static int get_status_compat(struct floop_disk *d, void __user *arg)
{
	struct compat_loop_info old;
	struct loop_info64 info;
	int err = arg ? floop_get_status(d, &info) : -EINVAL;

	if (!err)
		err = info_to_old(&info, &old);
	if (!err && copy_to_user(arg, &old, sizeof(old)))
		err = -EFAULT;
	return err;
}

int floop_disk_compat_ioctl(struct block_device *bdev, blk_mode_t mode, unsigned int cmd,
			    unsigned long arg)
{
	struct floop_disk *d = floop_disk_of(bdev->bd_disk);

	switch (cmd) {
	case LOOP_SET_STATUS:
		return set_status_compat(d, mode, compat_ptr(arg));
	case LOOP_GET_STATUS:
		return get_status_compat(d, compat_ptr(arg));
	case LOOP_CONFIGURE:
	case LOOP_GET_STATUS64:
	case LOOP_SET_STATUS64:
	case FLOOP_DISK_ATTACH:
	case FLOOP_DISK_UNSHARE:
		arg = (unsigned long)compat_ptr(arg);
		fallthrough;
	case FLOOP_DISK_SUSPEND:
	case FLOOP_DISK_RESUME:
	case FLOOP_DISK_DETACH:
	case LOOP_SET_FD:
	case LOOP_CHANGE_FD:
	case LOOP_CLR_FD:
	case LOOP_SET_CAPACITY:
	case LOOP_SET_BLOCK_SIZE:
	case LOOP_SET_DIRECT_IO:
		return floop_disk_ioctl(bdev, mode, cmd, arg);
	default:
		return -ENOIOCTLCMD;
	}
}
#endif
