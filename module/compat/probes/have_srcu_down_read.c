/* ce6d1ce1c5e7 ("srcu: Introduce srcu_down_read() and srcu_up_read()"), 6.2 */
#include <linux/srcu.h>

int probe(struct srcu_struct *ssp);
int probe(struct srcu_struct *ssp)
{
	return srcu_down_read(ssp);
}
