/* ab6860f62bfe ("block: simplify the disk_force_media_change interface"), 6.6 */
#include <linux/blkdev.h>

void probe(struct gendisk *disk);
void probe(struct gendisk *disk)
{
	disk_force_media_change(disk);
}
