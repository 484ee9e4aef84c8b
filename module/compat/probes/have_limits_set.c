/* c490f226afdc ("block: add a queue_limits_set helper"), 6.9; BLK_FEAT_* since 6.11 */
#include <linux/blkdev.h>

int probe(struct request_queue *q, struct queue_limits *lim);
int probe(struct request_queue *q, struct queue_limits *lim)
{
	lim->features |= BLK_FEAT_IO_STAT;
	return queue_limits_set(q, lim);
}
