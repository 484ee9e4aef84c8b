/* 0718afd47f70 ("block: introduce holder ops"), 6.5 */
#include <linux/blkdev.h>

int probe(struct block_device *bdev, void *holder);
int probe(struct block_device *bdev, void *holder)
{
	return bd_prepare_to_claim(bdev, holder, NULL);
}
