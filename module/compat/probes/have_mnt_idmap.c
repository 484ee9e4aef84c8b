/* abf08576afe3 ("fs: port vfs_*() helpers to struct mnt_idmap"), 6.3 */
#include <linux/fs.h>

struct mnt_idmap *probe(struct file *file);
struct mnt_idmap *probe(struct file *file)
{
	return file_mnt_idmap(file);
}
