/* 99dfc43ecbf6 ("block: use iostat helpers to account at completion"), 6.3: what was done is counted when it is done */
#include <linux/blkdev.h>

void probe(struct block_device *bdev, unsigned long started);
void probe(struct block_device *bdev, unsigned long started)
{
	bdev_end_io_acct(bdev, REQ_OP_READ, 8, started);
}
